//! Reading a transaction: whatever it holds, what can be read is taken and the rest is described.

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::{
    dispatch::Arrival,
    event::Event,
    store::{Incoming, Quarantined},
};

/// What a transaction held.
#[derive(Debug, Default)]
pub(crate) struct Transaction {
    /// The events that can be read, in order, each with its JSON.
    pub events: Vec<(Event, String)>,
    /// The rest.
    pub quarantined: Vec<Quarantined>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    events: Vec<&'a RawValue>,
}

impl Transaction {
    /// Reads the body of `PUT /transactions`.
    pub(crate) fn read(body: &[u8]) -> Self {
        // One event with invalid UTF-8 must not take the others with it.
        let text = String::from_utf8_lossy(body);
        let mut transaction = Self::default();
        match serde_json::from_str::<Envelope<'_>>(&text) {
            Ok(envelope) => envelope
                .events
                .iter()
                .for_each(|event| transaction.take(event.get())),
            Err(error) => transaction.quarantined.push(describe(
                &text,
                &format!("the transaction is not JSON of the needed shape: {error}"),
            )),
        }
        transaction
    }

    fn take(&mut self, json: &str) {
        match Event::parse(json) {
            Ok(event) => self.events.push((event, json.to_owned())),
            Err(error) => self.quarantined.push(describe(json, &error.to_string())),
        }
    }

    /// The events as the store takes them: with their JSON, as it was pushed, when they are still to be decided; with the session whose
    /// key is missing, if one is.
    pub(super) fn incoming<'a>(
        &'a self,
        arrivals: &[Arrival],
        missing: &'a [Option<String>],
    ) -> Vec<Incoming<'a>> {
        let events = self.events.iter().zip(arrivals).zip(missing);
        let incoming = events.map(|(((event, payload), arrival), session)| Incoming {
            event_id: event.id.as_str(),
            room_id: event.room.as_str(),
            payload: (*arrival != Arrival::Settled).then_some(payload),
            session: session.as_deref(),
        });
        incoming.collect()
    }
}

/// How something unreadable looked, without what it said. Names are shortened: anything may stand in them.
fn describe(json: &str, error: &str) -> Quarantined {
    let value = serde_json::from_str::<Value>(json).unwrap_or_default();
    let field = |name: &str| {
        let text = value.get(name).and_then(Value::as_str)?;
        Some(
            text.chars()
                .filter(|letter| !letter.is_control())
                .take(255)
                .collect(),
        )
    };
    Quarantined {
        event_id: field("event_id"),
        room_id: field("room_id"),
        event_type: field("type"),
        length: json.len(),
        digest: blake3::hash(json.as_bytes()).to_hex().to_string(),
        error: error.chars().take(500).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"event_id":"$1","room_id":"!r:s","sender":"@a:s","type":"m.room.message","content":{"body":"x"}}"#;

    #[test]
    fn a_malformed_event_does_not_take_its_neighbours_with_it() {
        let body = format!(
            r#"{{"events":[{GOOD},{{"type":"m.room.message","event_id":"$bad","content":{{"body":"secret"}}}},7,null,{GOOD}]}}"#
        );
        let transaction = Transaction::read(body.as_bytes());
        assert_eq!(
            (transaction.events.len(), transaction.quarantined.len()),
            (2, 3)
        );
        assert_eq!(transaction.quarantined[0].event_id.as_deref(), Some("$bad"));
        assert!(!format!("{:?}", transaction.quarantined).contains("secret"));
    }

    #[test]
    fn what_is_no_transaction_at_all_is_set_aside_whole() {
        for body in [&b"not json"[..], b"", b"{\"events\": 3}", &[0xff, 0xfe]] {
            let transaction = Transaction::read(body);
            assert_eq!(
                (transaction.events.len(), transaction.quarantined.len()),
                (0, 1),
                "{body:?}"
            );
        }
    }

    #[test]
    fn deep_nesting_and_invalid_utf8_hurt_only_the_event_that_has_them() {
        let deep = format!(
            r#"{{"event_id":"$2","content":{}{}}}"#,
            "[".repeat(50_000),
            "]".repeat(50_000)
        );
        let mut body = format!(r#"{{"events":[{deep},{GOOD},{{"event_id":""#).into_bytes();
        body.extend_from_slice(&[0xff, 0xc0]);
        body.extend_from_slice(br#""}]}"#);
        let transaction = Transaction::read(&body);
        assert_eq!(
            (transaction.events.len(), transaction.quarantined.len()),
            (1, 2)
        );
    }

    #[test]
    fn a_compressed_body_is_not_unpacked() {
        // gzip of `{}`; whatever its header says, bytes are read as they are.
        let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\x00\x00\x00";
        let transaction = Transaction::read(gzip);
        assert_eq!(
            (transaction.events.len(), transaction.quarantined.len()),
            (0, 1)
        );
    }

    #[test]
    fn fifty_thousand_keys_are_one_event() {
        let keys: Vec<_> = (0..50_000).map(|key| format!("\"{key}\":{{}}")).collect();
        let event = GOOD.replace("\"body\":\"x\"", &keys.join(","));
        let transaction = Transaction::read(format!("{{\"events\":[{event}]}}").as_bytes());
        assert_eq!(
            (transaction.events.len(), transaction.quarantined.len()),
            (1, 0)
        );
    }
}

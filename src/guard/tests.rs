//! What is read, and the fragment that operators get.

use serde_json::json;

use super::*;

fn asked(callback: &str, body: &Value) -> Option<Question> {
    read(callback, body.to_string().as_bytes()).unwrap()
}

#[test]
fn the_callbacks_of_the_module_are_read() {
    let event = json!({"event": {
        "type": "m.room.message", "room_id": "!r:s", "sender": "@a:s", "event_id": "$e", "origin_server_ts": 1,
        "content": {"body": "bonjour"}, "depth": 7, "hashes": {}, "prev_events": [], "unsigned": {},
    }});
    assert!(matches!(
        asked("check_event_for_spam", &event),
        Some(Question::Event(_))
    ));
    let invite = json!({"inviter": "@a:s", "invitee": "@b:s", "room_id": "!r:s"});
    let by_address =
        json!({"inviter": "@a:s", "medium": "email", "address": "x", "room_id": "!r:s"});
    let join = json!({"user": "@a:s", "room": "!r:s", "is_invited": true});
    let alias = json!({"user_id": "@a:s", "room_alias": "#x:s"});
    for (callback, body) in [
        ("user_may_invite", invite),
        ("user_may_send_3pid_invite", by_address),
        ("user_may_join_room", join),
        ("user_may_create_room_alias", alias),
    ] {
        let question = asked(callback, &body).unwrap();
        assert_eq!(question.asker(), "@a:s", "{callback}");
        assert!(read(callback, b"{}").is_err(), "{callback}");
    }
    assert_eq!(
        asked("user_may_create_room", &json!({"user_id": "@a:s"})),
        None
    );
}

#[test]
fn what_cannot_be_read_is_told_without_its_words() {
    let body = json!({"event": {"type": "m.room.message", "content": {"body": "secret"}}});
    let error = read("check_event_for_spam", body.to_string().as_bytes());
    assert!(!error.unwrap_err().to_string().contains("secret"));
    assert!(read("check_event_for_spam", b"\xff").is_err());
}

#[test]
fn the_fragment_for_synapse_names_the_callbacks_that_are_answered_and_where() {
    let text = include_str!("../../deploy/synapse/guard-fragment.yaml");
    let fragment: Value = serde_saphyr::from_str(text).unwrap();
    let config = &fragment["modules"][0]["config"];
    assert_eq!(config["enabled_callbacks"], json!(CALLBACKS));
    let failing: Vec<_> = config["fail_open"].as_object().unwrap().keys().collect();
    let mut all = CALLBACKS.to_vec();
    all.sort_unstable();
    let mut failing: Vec<&str> = failing.into_iter().map(String::as_str).collect();
    failing.sort_unstable();
    assert_eq!(failing, all);
    let url = config["base_url"].as_str().unwrap();
    let ours = crate::config::Appservice::default().url;
    assert_eq!(url, format!("{}_hygie/guard", ours.as_str()));
}

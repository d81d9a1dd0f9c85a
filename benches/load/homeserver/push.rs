//! Pushing transactions as Synapse does: in order, one in flight, up to a hundred events in each, again until answered 200.

use std::{rc::Rc, time::Duration, time::Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hygie::clock::{Clock, SystemClock};
use hyper::{Request, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::{io::AsyncWriteExt, net::TcpStream, task::spawn_local};

use super::{HS_TOKEN, Shared, faults::PushFault};
use hygie_benches::world::bot;

/// The most events in one transaction, as in Synapse.
const BATCH: usize = 100;
/// Each so many transactions also carry what is not a room event.
const WITH_OTHERS: u64 = 10;
/// The first and the longest pause before a transaction is sent again. Synapse starts at two seconds.
const BACK_OFF: [Duration; 2] = [Duration::from_millis(20), Duration::from_secs(1)];
/// What typing, receipts and to-device messages look like.
const OTHERS: &str = r#","ephemeral":[{"type":"m.typing","room_id":"!c0-g0:bench.test","content":{"user_ids":["@m1:bench.test"]}}],"de.sorunome.msc2409.ephemeral":[{"type":"m.receipt","room_id":"!c0-g0:bench.test","content":{"$clean0":{"m.read":{"@m1:bench.test":{"ts":1}}}}}],"de.sorunome.msc2409.to_device":[{"type":"m.room_key_request","sender":"@m1:bench.test","to_user_id":"@hygie:bench.test","to_device_id":"HYGIE","content":{"action":"request_cancellation","request_id":"1","requesting_device_id":"A"}}],"org.matrix.msc3202.device_one_time_keys_count":{"@hygie:bench.test":{"HYGIE":{"signed_curve25519":50}}}"#;

/// An event that is to be pushed.
pub(super) struct Pending {
    /// The event.
    pub json: String,
    /// The number of the leak that it is.
    pub leak: Option<usize>,
    /// It is the bot's own doing.
    pub echo: bool,
    /// When it happened.
    pub queued: Instant,
}

/// `origin_server_ts` of what happens now.
fn now() -> i64 {
    SystemClock.now().0
}

/// A message as Synapse pushes it.
#[must_use]
pub fn message(room: &str, sender: &str, id: &str, body: &str) -> String {
    let content = format!(
        r#"{{"msgtype":"m.text","body":{},"m.mentions":{{}}}}"#,
        json!(body)
    );
    event(room, sender, id, "m.room.message", &content)
}

/// What somebody said, as Synapse pushes it.
pub(super) fn event(room: &str, sender: &str, id: &str, kind: &str, content: &str) -> String {
    format!(
        r#"{{"type":"{kind}","room_id":"{room}","sender":"{sender}","content":{content},"origin_server_ts":{},"unsigned":{{"age":23,"membership":"join"}},"event_id":"{id}","user_id":"{sender}","age":23}}"#,
        now()
    )
}

/// Somebody's arrival.
pub(super) fn join(room: &str, user: &str, id: &str) -> String {
    format!(
        r#"{{"type":"m.room.member","room_id":"{room}","sender":"{user}","state_key":"{user}","content":{{"membership":"join","displayname":"Nouveau"}},"origin_server_ts":{},"unsigned":{{"age":23}},"event_id":"{id}","user_id":"{user}","age":23}}"#,
        now()
    )
}

/// Something that the bot did.
pub(super) fn echo(
    room: &str,
    kind: &str,
    state_key: Option<&str>,
    id: &str,
    content: &str,
) -> String {
    let bot = bot();
    let state_key =
        state_key.map_or_else(String::new, |key| format!(r#""state_key":{},"#, json!(key)));
    format!(
        r#"{{"type":"{kind}","room_id":"{room}","sender":"{bot}",{state_key}"content":{content},"origin_server_ts":{},"unsigned":{{"age":1}},"event_id":"{id}","user_id":"{bot}","age":1}}"#,
        now()
    )
}

/// Pushes what is queued, for ever.
pub(super) async fn run(shared: Rc<Shared>, port: u16) {
    let mut line = Line::new(port);
    for number in 1_u64.. {
        let batch = take(&shared).await;
        shared.ledger.borrow_mut().in_flight = batch.len();
        let body = Bytes::from(body(&batch, number));
        let path = format!("/_matrix/app/v1/transactions/{number}");
        let began = Instant::now();
        shared.ledger.borrow_mut().begun(&batch, began);
        let mut pause = BACK_OFF[0];
        let mut attempt = 0;
        loop {
            let fault = shared.faults.of_push(number, attempt);
            if fault == Some(PushFault::Broken) {
                line.break_off(&path, &body).await;
            } else if line.put(&path, body.clone()).await == Some(200) {
                if fault == Some(PushFault::Repeated) {
                    line.put(&path, body.clone()).await;
                }
                break;
            }
            attempt += 1;
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(BACK_OFF[1]);
        }
        shared.ledger.borrow_mut().acknowledged(&batch);
    }
}

/// Waits for events and takes as many as fit into a transaction.
async fn take(shared: &Shared) -> Vec<Pending> {
    loop {
        if !shared.held.get() {
            let mut queue = shared.queue.borrow_mut();
            let count = queue.len().min(BATCH);
            if count > 0 {
                return queue.drain(..count).collect();
            }
        }
        shared.wake.notified().await;
    }
}

fn body(batch: &[Pending], number: u64) -> String {
    let length: usize = batch.iter().map(|pending| pending.json.len() + 1).sum();
    let mut body = String::with_capacity(length + OTHERS.len() + 16);
    body.push_str(r#"{"events":["#);
    for (at, pending) in batch.iter().enumerate() {
        if at > 0 {
            body.push(',');
        }
        body.push_str(&pending.json);
    }
    body.push(']');
    if number.is_multiple_of(WITH_OTHERS) {
        body.push_str(OTHERS);
    }
    body.push('}');
    body
}

/// The connection to the appservice, made anew when it is lost.
struct Line {
    port: u16,
    sender: Option<http1::SendRequest<Full<Bytes>>>,
}

impl Line {
    fn new(port: u16) -> Self {
        Self { port, sender: None }
    }

    /// The status of the answer; `None` when there is none.
    async fn put(&mut self, path: &str, body: Bytes) -> Option<u16> {
        if self
            .sender
            .as_ref()
            .is_none_or(http1::SendRequest::is_closed)
        {
            self.sender = self.connect().await;
        }
        let request = Request::put(path)
            .header(header::HOST, "127.0.0.1")
            .header(header::AUTHORIZATION, format!("Bearer {HS_TOKEN}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(body))
            .expect("a request");
        let Ok(answer) = self.sender.as_mut()?.send_request(request).await else {
            self.sender = None;
            return None;
        };
        let status = answer.status().as_u16();
        if answer.into_body().collect().await.is_err() {
            self.sender = None;
            return None;
        }
        Some(status)
    }

    /// Sends half a transaction and hangs up.
    async fn break_off(&mut self, path: &str, body: &Bytes) {
        self.sender = None;
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)).await else {
            return;
        };
        let head = format!(
            "PUT {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {HS_TOKEN}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let _gone = stream.write_all(head.as_bytes()).await;
        let _gone = stream.write_all(&body[..body.len() / 2]).await;
    }

    async fn connect(&self) -> Option<http1::SendRequest<Full<Bytes>>> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await.ok()?;
        stream.set_nodelay(true).ok()?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
        spawn_local(async move {
            // The end of the connection shows at the next request.
            let _broken = connection.await;
        });
        Some(sender)
    }
}

//! What the appservice asks of the strict homeserver over HTTP, and the faults on the way.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde_json::{Value, json};

use super::{Data, Fault, Occasion, Refusal, Shared};
use crate::{appservice::decode, wait::pause};

/// A request, taken apart.
struct Asked {
    method: String,
    path: Vec<String>,
    /// Whom it acts as.
    user: String,
    device: String,
    query: String,
    body: Value,
}

impl Asked {
    fn about_keys(&self) -> crate::key_server::Asked<'_> {
        crate::key_server::Asked {
            user: &self.user,
            device: &self.device,
            method: &self.method,
            path: &self.path,
            query: &self.query,
            body: &self.body,
        }
    }
}

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(answer).with_state(shared)
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 64 << 20).await.unwrap_or_default();
    let segments = parts
        .uri
        .path()
        .split('/')
        .skip_while(|segment| *segment != "client")
        .skip(1);
    let path: Vec<String> = segments
        .filter(|segment| !matches!(*segment, "v1" | "v3"))
        .map(decode)
        .collect();
    let query = parts.uri.query().unwrap_or_default();
    let given = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(key, _)| *key == name)
            .map(|(_, value)| decode(value))
    };
    let device = given("device_id").or_else(|| given("org.matrix.msc3202.device_id"));
    let asked = Asked {
        method: parts.method.to_string(),
        path,
        user: given("user_id").unwrap_or_else(|| shared.appservice.bot.clone()),
        device: device.unwrap_or_default(),
        query: query.to_owned(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    };
    let token = parts
        .headers
        .get("authorization")
        .and_then(|it| it.to_str().ok());
    let open = asked.path.first().is_some_and(|first| first == "versions");
    if !open && token != Some(&format!("Bearer {}", shared.as_token)) {
        return refused(&Refusal {
            status: 401,
            errcode: "M_UNKNOWN_TOKEN",
            error: "Unrecognised access token".to_owned(),
        });
    }
    let only_asks = asked.method == "GET" || asked.path.last().is_some_and(|last| last == "sync");
    let occasion = if only_asks {
        Occasion::Read
    } else {
        Occasion::Write
    };
    let fault = shared.weather(occasion);
    match fault {
        Fault::Limited(after) => {
            let body = json!({"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": after});
            return (StatusCode::TOO_MANY_REQUESTS, Json(body)).into_response();
        }
        Fault::Failed => {
            return (
                StatusCode::INTERNAL_SERVER_ERROR,
                Json(json!({"errcode": "M_UNKNOWN", "error": "Internal server error"})),
            )
                .into_response();
        }
        Fault::Away => {
            return (StatusCode::BAD_GATEWAY, "<html>bad gateway</html>").into_response();
        }
        Fault::Dropped => return cut(),
        Fault::Slow(time) => pause(Duration::from_millis(time)).await,
        Fault::None | Fault::AnswerLost | Fault::Again => {}
    }
    let answer = if asked
        .path
        .first()
        .is_some_and(|first| first == "appservice")
    {
        shared.appservice.ping(&shared.http, &asked.body).await
    } else if let [media, download, _, file] = asked.path.as_slice()
        && [media, download] == ["media", "download"]
    {
        let file = shared.data().files.get(file).cloned();
        file.map_or_else(
            || refused(&Refusal::not_found()),
            IntoResponse::into_response,
        )
    } else {
        let reply = match shared.keys.answer(&asked.about_keys()).await {
            Some(reply) => reply,
            None => shared.act(|data| reply(data, &shared.server_name, &asked)),
        };
        match reply {
            Ok(reply) => Json(reply).into_response(),
            Err(refusal) => refused(&refusal),
        }
    };
    if fault == Fault::AnswerLost {
        cut()
    } else {
        answer
    }
}

/// The connection breaks in the middle of the answer.
fn cut() -> Response {
    let broken = futures_util::stream::once(async {
        Err::<Vec<u8>, _>(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
    });
    Body::from_stream(broken).into_response()
}

fn refused(refusal: &Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::FORBIDDEN);
    let body = json!({"errcode": refusal.errcode, "error": refusal.error});
    (status, Json(body)).into_response()
}

fn reply(data: &mut Data, server_name: &str, asked: &Asked) -> Result<Value, Refusal> {
    let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
    let user = asked.user.as_str();
    Ok(match (asked.method.as_str(), path.as_slice()) {
        ("GET", ["versions"]) => json!({"versions": ["v1.11", "v1.15"], "unstable_features": {}}),
        ("GET", ["capabilities"]) => {
            json!({"capabilities": {"m.room_versions": {"default": "12", "available": {"12": "stable"}}}})
        }
        ("GET", ["account", "whoami"]) | ("POST", ["register"]) => json!({"user_id": user}),
        ("PUT", ["profile", _, "displayname"]) => {
            let name = asked.body["displayname"].as_str().unwrap_or_default();
            data.names.insert(user.to_owned(), name.to_owned());
            json!({})
        }
        ("GET", ["directory", "room", alias]) => {
            let room = data.aliases.get(*alias).ok_or_else(Refusal::not_found)?;
            json!({"room_id": room, "servers": [server_name]})
        }
        ("POST", ["createRoom"]) => {
            json!({"room_id": data.create(user, server_name, &asked.body)?})
        }
        ("POST", ["rooms", room, change @ ("join" | "leave")]) => {
            data.change_member(room, (user, user), change, None)?;
            json!({"room_id": room})
        }
        (
            "POST",
            [
                "rooms",
                room,
                change @ ("invite" | "kick" | "ban" | "unban"),
            ],
        ) => {
            let target = asked.body["user_id"].as_str().unwrap_or_default();
            data.change_member(room, (user, target), change, asked.body.get("reason"))?;
            json!({})
        }
        ("GET", ["rooms", room, what, rest @ ..]) => read(data, user, room, what, rest)?,
        ("PUT", ["rooms", room, "state", kind, key @ ..]) => {
            let key = key.first().copied().unwrap_or_default();
            json!({"event_id": data.set_state(room, user, (kind, key), asked.body.clone())?})
        }
        ("PUT", ["rooms", room, what @ ("send" | "redact"), of, txn]) => {
            // The same transaction id for the same path is the same event.
            let key = format!("{user} {room} {what} {of} {txn}");
            if let Some(id) = data.sent.get(&key) {
                return Ok(json!({"event_id": id}));
            }
            let id = match *what {
                "send" => data.send(room, user, of, asked.body.clone())?,
                _ => data.redact(room, user, of, &asked.body)?,
            };
            data.sent.insert(key, id.clone());
            json!({"event_id": id})
        }
        _ => {
            return Err(Refusal {
                status: 404,
                errcode: "M_UNRECOGNIZED",
                error: format!("Unrecognized request {path:?}"),
            });
        }
    })
}

/// What is only shown to who is in the room.
fn read(data: &Data, user: &str, room: &str, what: &str, rest: &[&str]) -> Result<Value, Refusal> {
    let known = data.room(room)?;
    if known.membership(user) != "join" {
        return Err(Refusal::forbidden(&format!(
            "User {user} not in room {room}"
        )));
    }
    Ok(match (what, rest) {
        ("state", []) => {
            let events = known
                .state
                .values()
                .map(|place| known.events[*place].json(room));
            events.collect()
        }
        ("state", [kind, key @ ..]) => {
            let key = key.first().copied().unwrap_or_default();
            known
                .state(kind, key)
                .cloned()
                .ok_or_else(Refusal::not_found)?
        }
        ("event", [id]) => known.event(id).ok_or_else(Refusal::not_found)?.json(room),
        // All on one page, newest first; whoever asks leaves out whom they do not mean.
        ("messages", []) => {
            let events: Vec<_> = known
                .events
                .iter()
                .rev()
                .map(|event| event.json(room))
                .collect();
            json!({"chunk": events})
        }
        ("relations", [id, "m.replace", ..]) => {
            let replaces = |content: &Value| {
                let relation = &content["m.relates_to"];
                relation["rel_type"] == "m.replace" && relation["event_id"] == *id
            };
            let edits = known.events.iter().filter(|event| replaces(&event.content));
            let edits: Vec<_> = edits.rev().take(5).map(|event| event.json(room)).collect();
            json!({"chunk": edits})
        }
        _ => return Err(Refusal::not_found()),
    })
}

//! What somebody encrypted, and what somebody says is encrypted.

use std::sync::LazyLock;

use hygie::{crypto::Opened, event::EventKind};
use matrix_sdk_crypto::{CollectStrategy, EncryptionSettings, OlmMachine};
use ruma::{
    RoomId,
    events::room::{encryption::RoomEncryptionEventContent, history_visibility::HistoryVisibility},
    room_id,
    serde::Raw,
    user_id,
};
use serde_json::{Value, json, value::RawValue};
use tokio::runtime::Runtime;

/// A device that reads what it wrote itself.
struct Device {
    runtime: Runtime,
    machine: OlmMachine,
}

static DEVICE: LazyLock<Device> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.build().expect("a runtime starts");
    let machine = OlmMachine::new(user_id!("@luc:example.org"), "PHONE".into());
    let machine = runtime.block_on(machine);
    Device { runtime, machine }
});

fn room() -> &'static RoomId {
    room_id!("!est:example.org")
}

fn settings() -> EncryptionSettings {
    EncryptionSettings::new(
        RoomEncryptionEventContent::with_recommended_defaults(),
        HistoryVisibility::Joined,
        CollectStrategy::AllDevices,
    )
}

fn open(json: &str) -> Opened {
    let device = &*DEVICE;
    device
        .runtime
        .block_on(Opened::by(&device.machine, room(), json))
}

/// What was encrypted is content or nothing; what was not encrypted is never read.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    is_content(&Opened::of(&text));
    assert!(
        !matches!(open(&text), Opened::Clear(_)),
        "nobody encrypted this"
    );
    // A content is an object, or the library panics; Hygie's own are.
    let (Ok(Value::Object(_)), Ok(raw)) = (
        serde_json::from_str(&text),
        serde_json::from_str::<Box<RawValue>>(&text),
    ) else {
        return;
    };
    let device = &*DEVICE;
    let raw = Raw::from_json(raw);
    let sealed = device.runtime.block_on(async {
        // A new key when the last one is used up.
        let shared = device
            .machine
            .share_room_key(room(), std::iter::empty(), settings());
        shared.await.expect("a key is made");
        let sealed = device
            .machine
            .encrypt_room_event_raw(room(), "m.room.message", &raw);
        sealed.await
    });
    let Ok(sealed) = sealed else {
        return;
    };
    let mut sealed: Value = serde_json::from_str(sealed.content.json().get()).expect("it is JSON");
    let event = |sender: &str, content: &Value| {
        json!({
            "type": "m.room.encrypted", "event_id": "$sealed", "sender": sender, "room_id": room(),
            "origin_server_ts": 1, "content": content,
        })
        .to_string()
    };
    let opened = open(&event("@luc:example.org", &sealed));
    is_content(&opened);
    if let Opened::Clear(EventKind::Content { event_type, .. }) = &opened {
        assert_eq!(event_type, "m.room.message");
    }
    let other = open(&event("@mia:example.org", &sealed));
    assert!(!matches!(other, Opened::Clear(_)), "somebody else's key");
    sealed["session_id"] = "another".into();
    assert!(!matches!(
        open(&event("@luc:example.org", &sealed)),
        Opened::Clear(_)
    ));
}

fn is_content(opened: &Opened) {
    if let Opened::Clear(kind) = opened {
        assert!(matches!(kind, EventKind::Content { .. }), "{kind:?}");
    }
}

//! The module by which a Synapse asks Hygie before it delivers.

use serde_json::{Value, json};

/// The callbacks that Hygie answers, as in `deploy/synapse/guard-fragment.yaml`.
const CALLBACKS: [&str; 5] = [
    "check_event_for_spam",
    "user_may_invite",
    "user_may_send_3pid_invite",
    "user_may_join_room",
    "user_may_create_room_alias",
];

/// How the module is configured.
#[derive(Clone, Debug)]
pub struct Door {
    /// What it shows to Hygie.
    pub token: String,
    /// Whether it lets everything pass while Hygie does not answer.
    pub fail_open: bool,
}

impl Door {
    /// Its entry under `modules:`, for the Hygie at this address.
    pub(super) fn module(&self, url: &str) -> Value {
        let fail_open = CALLBACKS.map(|callback| (callback.to_owned(), self.fail_open.into()));
        let fail_open: serde_json::Map<String, Value> = fail_open.into_iter().collect();
        json!({"module": "synapse_http_antispam.HTTPAntispam", "config": {
            "base_url": format!("{url}/_hygie/guard"), "authorization": self.token, "do_ping": true,
            "enabled_callbacks": CALLBACKS, "fail_open": fail_open,
        }})
    }
}

//! What cannot be taken back: somebody has to say so first.

use serde_json::Value;

use crate::community::{
    desired::{self, DesiredState},
    snapshot::Community,
};

/// Whether a group that the community had, and does not declare any more, would vanish from its space: a slip of the pen in the file looks
/// the same.
pub(super) fn unlinks_own(community: &Community, wanted: &DesiredState) -> bool {
    let declared = desired::places(community);
    wanted.event_type == "m.space.child"
        && wanted.content.get("via").is_none()
        && community
            .places
            .iter()
            .any(|(place, room)| room.as_str() == wanted.state_key && !declared.contains(place))
}

/// Whether more people would see more than before: that cannot be taken back.
pub(super) fn opens(event_type: &str, before: &Value, after: &Value) -> bool {
    let rank = |content: &Value, field: &str, order: &[&str]| {
        let value = content
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default();
        order.iter().position(|it| *it == value)
    };
    let more = |field, order: &[&str]| rank(after, field, order) > rank(before, field, order);
    match event_type {
        "m.room.history_visibility" => more(
            "history_visibility",
            &["joined", "invited", "shared", "world_readable"],
        ),
        "m.room.join_rules" => more("join_rule", &["public"]),
        "m.room.guest_access" => more("guest_access", &["can_join"]),
        _ => false,
    }
}

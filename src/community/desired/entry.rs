//! How one comes into the space and its groups.

use ruma::RoomId;
use serde_json::{Value, json};

use crate::community::definition::{Definition, Group, Way};

/// How one comes into the space.
pub(super) fn space_join_rules(definition: &Definition) -> Value {
    let rule = if definition.access.public {
        "public"
    } else if definition.admission.ways.contains(&Way::Knock) {
        "knock"
    } else {
        "invite"
    };
    json!({"join_rule": rule})
}

/// How one comes into a group, by the ways that it has; nobody comes into one that is over.
pub(super) fn join_rules(group: &Group, space: &RoomId) -> Value {
    let ways = group.ways();
    let (open, knock) = (ways.contains(&Way::OpenToSpace), ways.contains(&Way::Knock));
    let allow = json!([{"type": "m.room_membership", "room_id": space}]);
    if group.archived {
        json!({"join_rule": "invite"})
    } else if group.access.public {
        json!({"join_rule": "public"})
    } else if open && knock {
        json!({"join_rule": "knock_restricted", "allow": allow})
    } else if open {
        json!({"join_rule": "restricted", "allow": allow})
    } else if knock {
        json!({"join_rule": "knock"})
    } else {
        json!({"join_rule": "invite"})
    }
}

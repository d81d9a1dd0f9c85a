//! Risks of being open: who comes in, who reads, who finds the rooms, and which rooms nobody declared.

use serde_json::Value;

use super::{Look, Severity, count, setting};
use crate::community::{
    definition::{Access, History, Kind, Way},
    desired,
    place::Place,
    snapshot::{Community, Room, Snapshot},
};

/// Kinds in which people speak of health: whoever is in the space has no business there.
pub(crate) fn is_sensitive(kind: Kind) -> bool {
    matches!(kind, Kind::Support | Kind::FieldWatch | Kind::CareTeam)
}

pub(super) fn check(look: &mut Look) {
    for place in desired::places(look.community) {
        open(look, &place);
    }
    open_to_space(look);
    undeclared(look);
    federation(look);
}

/// What is open there: as declared, or as the room really is.
pub(crate) fn effective(snapshot: &Snapshot, community: &Community, place: &Place) -> Access {
    let declared = desired::access(community, place);
    let room = community.places.get(place);
    let Some(room) = room.and_then(|room| snapshot.rooms.get(room)) else {
        return declared;
    };
    let history = match field(room, "m.room.history_visibility", "history_visibility") {
        Some("world_readable") => History::WorldReadable,
        Some("shared") => History::Shared,
        Some("invited") => History::Invited,
        _ => History::Joined,
    };
    let guests = field(room, "m.room.guest_access", "guest_access") == Some("can_join");
    Access {
        history: declared.history.max(history),
        guests: declared.guests || guests,
        listed: declared.listed || room.listed,
        public: declared.public || join_rule(room) == Some("public"),
    }
}

pub(crate) fn join_rule(room: &Room) -> Option<&str> {
    field(room, "m.room.join_rules", "join_rule")
}

fn field<'a>(room: &'a Room, event_type: &str, name: &str) -> Option<&'a str> {
    room.state(event_type, "")?.get(name)?.as_str()
}

fn open(look: &mut Look, place: &Place) {
    let declared = desired::access(look.community, place);
    let now = effective(look.snapshot, look.community, place);
    // What is not declared was opened by hand: to be put back.
    let mend = |is_declared: bool, key, value| {
        if is_declared {
            setting(place, key, value)
        } else {
            "apply".to_owned()
        }
    };
    if now.public {
        let mend = mend(declared.public, "access.public", "false");
        look.raise("open-to-everybody", Severity::High, place, &[], mend);
    }
    let history = mend(
        declared.history == now.history,
        "access.history",
        History::Joined.as_str(),
    );
    match now.history {
        History::WorldReadable => {
            look.raise("history-for-everybody", Severity::High, place, &[], history);
        }
        History::Shared => {
            look.raise("history-for-newcomers", Severity::Low, place, &[], history);
        }
        History::Invited | History::Joined => {}
    }
    if now.listed {
        let mend = mend(declared.listed, "access.listed", "false");
        look.raise("listed", Severity::Medium, place, &[], mend);
    }
    if now.guests {
        let mend = mend(declared.guests, "access.guests", "false");
        look.raise("guests", Severity::Medium, place, &[], mend);
    }
}

/// A group in which people speak of health, into which whoever is in the space comes.
fn open_to_space(look: &mut Look) {
    for (group, place) in look.groups().filter(|(group, _)| is_sensitive(group.kind)) {
        let ways = group.ways();
        let declared = ways.contains(&Way::OpenToSpace);
        let rule = look.room(&place).and_then(join_rule);
        if !declared && !matches!(rule, Some("restricted" | "knock_restricted")) {
            continue;
        }
        let rest = ways.iter().filter(|way| **way != Way::OpenToSpace);
        let rest: Vec<_> = rest.map(|way| way.as_str()).collect();
        let mend = if declared {
            setting(&place, "admission", &format!("[{}]", rest.join(", ")))
        } else {
            "apply".to_owned()
        };
        look.raise("open-to-space", Severity::High, &place, &[], mend);
    }
}

/// Rooms that stand in the space and that the community did not declare.
pub(crate) fn undeclared_rooms(snapshot: &Snapshot, community: &Community) -> usize {
    let room = community.places.get(&Place::Space);
    let Some(space) = room.and_then(|room| snapshot.rooms.get(room)) else {
        return 0;
    };
    let own = community.definition.id.clone();
    let parts = snapshot
        .communities
        .values()
        .filter(|part| part.definition.parent.as_ref() == Some(&own));
    let parts: Vec<_> = parts
        .filter_map(|part| part.places.get(&Place::Space))
        .collect();
    let declared = |key: &str| {
        community.places.values().any(|room| room.as_str() == key)
            || parts.iter().any(|room| room.as_str() == key)
    };
    let links = space.state.iter().filter(|((event_type, key), entry)| {
        event_type == "m.space.child" && entry.content.get("via").is_some() && !declared(key)
    });
    links.count()
}

fn undeclared(look: &mut Look) {
    let rooms = undeclared_rooms(look.snapshot, look.community);
    if rooms > 0 {
        let args = [("count", count(rooms))];
        let mend = "apply".to_owned();
        look.raise(
            "undeclared-rooms",
            Severity::Medium,
            &Place::Space,
            &args,
            mend,
        );
    }
}

/// The community takes part with every homeserver there is.
fn federation(look: &mut Look) {
    let definition = &look.community.definition;
    if !definition.federate || !definition.servers.allow.is_empty() {
        return;
    }
    let federates = |room: &Room| {
        let create = room.state("m.room.create", "");
        create.and_then(|create| create.get("m.federate")) != Some(&Value::Bool(false))
    };
    let rooms = desired::places(look.community);
    let rooms = rooms.iter().filter_map(|place| look.room(place));
    let rooms = rooms.filter(|room| federates(room)).count();
    let own = look.snapshot.bot.server_name();
    let mend = setting(&Place::Space, "servers.allow", &format!("[{own}]"));
    let args = [("count", count(rooms))];
    look.raise(
        "federates-with-everybody",
        Severity::Low,
        &Place::Space,
        &args,
        mend,
    );
}

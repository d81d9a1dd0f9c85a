//! Passing on what concerns a team, by the routes of the community's file: a line in the team's room with who, where and a link, never the words;
//! its author hears of it. PURE. `decide::route` says which messages; `due` forgets who was passed on when.

use std::time::Duration;

use ruma::{OwnedRoomId, UserId};

use super::deed::Deed;
use crate::{
    action::{Effect, Recipient},
    clock::Timestamp,
    community::{
        definition::Route,
        place::Place,
        record::{Record, RecordKind, Said},
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    event::Event,
    reply::Text,
};

/// How long nothing more of the same person takes the same route.
const PAUSE: Duration = Duration::from_hours(1);
/// With what the notes begin that hold who took which route when.
const NOTES: &str = "route/";
/// How many notes are forgotten at a time.
const AT_ONCE: usize = 100;

/// By which it is noted that something of somebody took a route.
fn note(route: &Route, user: &UserId) -> String {
    format!("{NOTES}{}/{user}", route.name)
}

/// Whether what was noted at that moment still counts. A clock that went back is no reason to keep silent.
fn counts(at: Timestamp, now: Timestamp) -> bool {
    at <= now && now.since(at) < PAUSE
}

/// Whether something of this person took this route a short time ago.
pub(crate) fn is_too_soon(
    community: &Community,
    route: &Route,
    user: &UserId,
    now: Timestamp,
) -> bool {
    let last = community.records.said.get(&note(route, user));
    last.is_some_and(|last| counts(*last, now))
}

/// Where a team hears of it: in its room, as long as that is a team's; else the admins do.
fn room(community: &Community, route: &Route) -> Option<OwnedRoomId> {
    let team = community.group(&route.to).filter(|it| it.is_a_team());
    let room = team.and_then(|it| community.places.get(&Place::Group(it.id.clone())));
    room.or_else(|| community.admins_room()).cloned()
}

/// A message is passed on by these routes, and its author is told once.
pub(crate) fn pass_on(deed: &mut Deed, event: &Event, place: &Place, routes: &[&Route]) {
    let community = deed.community;
    let group = community.name_of(place);
    let via = [event.sender.server_name().to_owned()];
    let link = event.room.matrix_to_event_uri_via(event.id.clone(), via);
    let mut names = Vec::new();
    for route in routes {
        let Some(room) = room(community, route) else {
            continue;
        };
        let text = Text::new("route-card")
            .with("name", route.name.as_str())
            .with("person", &event.sender)
            .with("group", group)
            .line("route-card-link")
            .with("link", link.to_string())
            .line("route-card-answer");
        deed.act(Effect::Say {
            to: Recipient::Room(room),
            text,
            locale: deed.locale(),
            reply_to: None,
        });
        let what = note(route, &event.sender);
        deed.keep(Record::Said(Said { what, at: deed.now }));
        let bot = &deed.snapshot.bot;
        let detail = format!("{} to {}", event.id, route.to);
        deed.account(bot, "route", &event.sender, Some(detail));
        if let Some(entry) = deed.decision.audit.last_mut() {
            entry.room = Some(event.room.clone());
        }
        names.push(route.name.as_str());
    }
    if !names.is_empty() {
        let told = Text::new("route-told")
            .with("group", group)
            .with("name", names.join(", "))
            .line("route-told-urgent");
        deed.tell(&event.sender, told);
    }
}

/// Who took which route is forgotten once it counts no more.
pub(super) fn due(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Vec<(String, Decision)> {
    let notes = community.records.said.range(NOTES.to_owned()..);
    let notes = notes.take_while(|(what, _)| what.starts_with(NOTES));
    let old = notes.filter(|(_, at)| !counts(**at, now)).take(AT_ONCE);
    let old: Vec<(&String, &Timestamp)> = old.collect();
    let Some((first, at)) = old.first() else {
        return Vec::new();
    };
    let cause = format!("{}/{first}/{}", community.definition.id, at.0);
    let mut deed = Deed::new(snapshot, community, &cause, now);
    for (what, _) in &old {
        deed.forget(RecordKind::Said, what.as_str());
    }
    vec![(cause, deed.decision)]
}

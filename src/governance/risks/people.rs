//! Risks of who is there: too few to run a group, silent ones, too many members, and some who should not be members.

use ruma::UserId;

use super::{Look, Severity, count};
use crate::{
    clock::Timestamp,
    community::{
        definition::{Definition, Group, Kind},
        place::Place,
        record::Person,
        role::Role,
        snapshot::{Community, Snapshot},
        words::says,
    },
};

/// In a larger group people listen and do not speak.
pub(crate) const LARGE_DISCUSSION: u32 = 250;
/// In a larger one nobody dares to say how they are.
pub(crate) const LARGE_SUPPORT: u32 = 60;

pub(super) fn check(look: &mut Look) {
    moderators(look);
    admins(look);
    profiles(look);
    sizes(look);
}

/// Whether somebody of the team was silent for longer than the community allows. Who was never seen counts from when the community was made.
pub(crate) fn is_silent(
    snapshot: &Snapshot,
    community: &Community,
    user: &UserId,
    now: Timestamp,
) -> bool {
    let since_birth = created(snapshot, community, &Place::Space).unwrap_or(now);
    let seen = community.records.active.get(user).copied();
    let last = seen.map_or(since_birth, |seen| seen.max(since_birth));
    now.since(last) > community.definition.safeguards.inactive_after.get()
}

/// When the room of a place was made.
pub(crate) fn created(
    snapshot: &Snapshot,
    community: &Community,
    place: &Place,
) -> Option<Timestamp> {
    let room = snapshot.rooms.get(community.places.get(place)?)?;
    let create = ("m.room.create".to_owned(), String::new());
    room.state.get(&create).map(|entry| entry.at)
}

/// The active admins of the whole community, owners among them.
pub(crate) fn active_admins(snapshot: &Snapshot, community: &Community, now: Timestamp) -> usize {
    let admins = community.team().filter(|user| {
        community.role(user) >= Role::Admin && !is_silent(snapshot, community, user, now)
    });
    admins.count()
}

/// Groups where nobody but owners and admins sees to things, or only people who are not heard any more.
fn moderators(look: &mut Look) {
    for (group, place) in look.groups() {
        if group.kind.always_exists() {
            continue;
        }
        let here = |user: &UserId| {
            let role = look.community.role_in(user, &place);
            (Role::Moderator..Role::Admin).contains(&role)
        };
        let here: Vec<_> = look.community.team().filter(|user| here(user)).collect();
        let silent = here
            .iter()
            .filter(|user| is_silent(look.snapshot, look.community, user, look.now));
        let silent = silent.count();
        let mend = format!("grant @… moderator in {}", group.id);
        if here.is_empty() {
            look.raise("no-moderator", Severity::Medium, &place, &[], mend);
        } else if silent == here.len() {
            let args = [("count", count(silent))];
            look.raise("moderators-silent", Severity::Medium, &place, &args, mend);
        }
    }
}

fn admins(look: &mut Look) {
    let safeguards = &look.community.definition.safeguards;
    let active = active_admins(look.snapshot, look.community, look.now);
    let (least, most) = (
        safeguards.min_admins as usize,
        safeguards.groups_per_admin as usize,
    );
    let groups = look
        .groups()
        .filter(|(group, _)| !group.kind.always_exists());
    let groups = groups.count();
    let mend = || "grant @… admin".to_owned();
    if active < least {
        let args = [("count", count(active)), ("least", count(least))];
        look.raise("few-admins", Severity::High, &Place::Space, &args, mend());
    }
    if most > 0 && groups > most * active.max(1) {
        let args = [
            ("groups", count(groups)),
            ("admins", count(active)),
            ("most", count(most)),
        ];
        look.raise(
            "groups-per-admin",
            Severity::Medium,
            &Place::Space,
            &args,
            mend(),
        );
    }
}

/// Whether what a person of the roster does, or to whom they belong, points to a conflict of interest.
pub(crate) fn conflicts(definition: &Definition, person: &Person) -> bool {
    let words = &definition.admission.conflicts_of_interest;
    let meets = |word: &String| says(&person.profession, word) || says(&person.affiliation, word);
    words.iter().any(meets)
}

fn profiles(look: &mut Look) {
    let records = &look.community.records;
    let definition = &look.community.definition;
    let conflicting = records.roster.values();
    let conflicting = conflicting.filter(|person| conflicts(definition, person));
    let conflicting = conflicting.filter(|person| {
        let user = person.user.as_deref();
        user.is_some_and(|user| is_there(look, user))
    });
    let conflicting = conflicting.count();
    let mut strangers: Vec<_> = records.strangers.values().map(|it| &it.user).collect();
    strangers.sort();
    strangers.dedup();
    let strangers = strangers.len();
    let mend = || "review members".to_owned();
    if conflicting > 0 {
        let args = [("count", count(conflicting))];
        look.raise(
            "conflicting-profiles",
            Severity::High,
            &Place::Space,
            &args,
            mend(),
        );
    }
    if strangers > 0 {
        let args = [("count", count(strangers))];
        look.raise("strangers", Severity::Medium, &Place::Space, &args, mend());
    }
}

fn is_there(look: &Look, user: &UserId) -> bool {
    let rooms = look.community.places.values();
    let mut rooms = rooms.filter_map(|room| look.snapshot.rooms.get(room));
    rooms.any(|room| room.joined(user))
}

/// How many people a group should have at most: as decided, else by its kind.
pub(crate) fn advised_cap(group: &Group) -> Option<u32> {
    let by_kind = match group.kind {
        Kind::Discussion => Some(LARGE_DISCUSSION),
        Kind::Support => Some(LARGE_SUPPORT),
        _ => None,
    };
    match (group.cap(), by_kind) {
        (Some(own), Some(kind)) => Some(own.min(kind)),
        (own, kind) => own.or(kind),
    }
}

fn sizes(look: &mut Look) {
    for (group, place) in look.groups() {
        let (Some(most), Some(room)) = (advised_cap(group), look.room(&place)) else {
            continue;
        };
        let people = room.people(&look.snapshot.bot);
        if people > most as usize {
            let args = [("count", count(people)), ("most", count(most as usize))];
            let mend = format!("split {}", group.id);
            look.raise("too-many-members", Severity::Medium, &place, &args, mend);
        }
    }
}

//! Mending at once what settings can mend: everything closed to those who are not members, what was opened by hand put back. Shown
//! before, told in the rooms concerned, and undone on demand. `commands::harden` calls it. PURE.

mod difference;

use std::collections::BTreeSet;

use ruma::UserId;

use super::{
    deed::Deed,
    risks::{
        Risk, access, people,
        settings::{engages, members_write, needs_encryption},
    },
};
use crate::{
    action::{Effect, Recipient},
    clock::Timestamp,
    community::{
        definition::{Access, Definition, Drift, Group, History, Kind, Photos, Strangers, Way},
        desired,
        place::Place,
        plan::{self, Step},
        record::{Hardened, Record, RecordKind},
        snapshot::{Community, Snapshot},
    },
    reply::Text,
};

pub(crate) use difference::Conflict;

/// One thing that becomes stricter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    Public,
    History,
    Listed,
    Guests,
    Admission,
    Photos,
    Cap,
    Encryption,
    Unofficial,
    Strangers,
    Undeclared,
    Enforced,
}

impl What {
    /// The end of the keys of its texts.
    fn key(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::History => "history",
            Self::Listed => "listed",
            Self::Guests => "guests",
            Self::Admission => "admission",
            Self::Photos => "photos",
            Self::Cap => "cap",
            Self::Encryption => "encryption",
            Self::Unofficial => "unofficial",
            Self::Strangers => "strangers",
            Self::Undeclared => "undeclared",
            Self::Enforced => "enforced",
        }
    }

    /// Whether members feel it, so that they are told.
    fn is_felt(self) -> bool {
        !matches!(
            self,
            Self::Cap | Self::Strangers | Self::Undeclared | Self::Enforced
        )
    }
}

/// What mending would do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Hardening {
    /// The community afterwards.
    pub(crate) definition: Definition,
    /// What becomes stricter, and where.
    pub(crate) touched: BTreeSet<(Place, What)>,
    /// Groups that should be encrypted, which cannot be undone and is not done unless somebody asks for it.
    pub(crate) to_encrypt: Vec<Place>,
}

/// What mending would do to a community, with encryption or without.
#[must_use]
pub(crate) fn hardening(
    snapshot: &Snapshot,
    community: &Community,
    with_encryption: bool,
) -> Hardening {
    let mut hardening = Hardening {
        definition: community.definition.clone(),
        touched: BTreeSet::new(),
        to_encrypt: Vec::new(),
    };
    for place in desired::places(community) {
        let now = access::effective(snapshot, community, &place);
        for (open, what) in [
            (now.public, What::Public),
            (now.history > History::Joined, What::History),
            (now.listed, What::Listed),
            (now.guests, What::Guests),
        ] {
            if open {
                hardening.touched.insert((place.clone(), what));
            }
        }
    }
    hardening.community(snapshot, community);
    let mut groups = std::mem::take(&mut hardening.definition.groups);
    for group in groups.iter_mut().filter(|group| !group.archived) {
        hardening.group(snapshot, community, group, with_encryption);
    }
    for group in &mut groups {
        group.access = Access::default();
    }
    hardening.definition.groups = groups;
    hardening
}

impl Hardening {
    /// Whether there is nothing to mend.
    pub(crate) fn is_empty(&self) -> bool {
        self.touched.is_empty()
    }

    fn touch(&mut self, place: &Place, what: What) {
        self.touched.insert((place.clone(), what));
    }

    fn community(&mut self, snapshot: &Snapshot, community: &Community) {
        self.definition.access = Access::default();
        if self.definition.drift == Drift::Report {
            self.definition.drift = Drift::Enforce;
            self.touch(&Place::Space, What::Enforced);
        }
        if self.definition.admission.strangers == Strangers::Ignore {
            self.definition.admission.strangers = Strangers::Report;
            self.touch(&Place::Space, What::Strangers);
        }
        let engaged = engages(&self.definition, &self.definition.name).is_some();
        if engaged && self.definition.official.is_none() {
            self.definition.official = Some(false);
            self.touch(&Place::Space, What::Unofficial);
        }
        if access::undeclared_rooms(snapshot, community) > 0 {
            self.touch(&Place::Space, What::Undeclared);
        }
    }

    fn group(
        &mut self,
        snapshot: &Snapshot,
        community: &Community,
        group: &mut Group,
        with_encryption: bool,
    ) {
        let place = Place::Group(group.id.clone());
        if access::is_sensitive(group.kind) {
            let room = community.places.get(&place);
            let room = room.and_then(|room| snapshot.rooms.get(room));
            let rule = room.and_then(access::join_rule);
            let by_hand = matches!(rule, Some("restricted" | "knock_restricted"));
            let mut ways = group.ways();
            if ways.remove(&Way::OpenToSpace) {
                group.admission = Some(ways);
                self.touch(&place, What::Admission);
            } else if by_hand {
                self.touch(&place, What::Admission);
            }
        }
        if members_write(group.kind) && group.photos.is_none() {
            group.photos = Some(Photos::Team);
            self.touch(&place, What::Photos);
        }
        if group.max_members.is_none() && matches!(group.kind, Kind::Discussion | Kind::Support) {
            group.max_members = people::advised_cap(group);
            self.touch(&place, What::Cap);
        }
        let room = community.places.get(&place);
        let room = room.and_then(|room| snapshot.rooms.get(room));
        let encrypted =
            group.encryption || room.is_some_and(crate::community::snapshot::Room::is_encrypted);
        if snapshot.encrypts && needs_encryption(group.kind) && !encrypted {
            if with_encryption {
                group.encryption = true;
                self.touch(&place, What::Encryption);
            } else {
                self.to_encrypt.push(place);
            }
        }
    }

    /// The risks that would be gone, of those that there are.
    pub(crate) fn mends(
        &self,
        snapshot: &Snapshot,
        community: &Community,
        now: Timestamp,
    ) -> Vec<Risk> {
        let id = &community.definition.id;
        let after = afterwards(snapshot, community, &self.definition);
        let left = after.communities.get(id);
        let left = left.map(|left| super::risks::risks(&after, left, now));
        let left = left.unwrap_or_default();
        let mut mended = super::risks::risks(snapshot, community, now);
        mended.retain(|risk| {
            let same = |other: &Risk| other.name == risk.name && other.place == risk.place;
            !left.iter().any(same)
        });
        mended
    }

    /// What becomes stricter, a line each.
    pub(crate) fn preview(&self, community: &Community, text: Text) -> Text {
        self.touched.iter().fold(text, |text, (place, what)| {
            text.line(&format!("harden-does-{}", what.key()))
                .with("name", community.name_of(place))
        })
    }
}

/// The snapshot once a community is `definition` and Hygie has done by itself what follows.
fn afterwards(snapshot: &Snapshot, community: &Community, definition: &Definition) -> Snapshot {
    use crate::community::change::Change;
    let id = &community.definition.id;
    let mut after = snapshot.clone();
    after.apply(&community.redeclared(definition.clone()));
    for step in plan::automatic(&after, id) {
        match step.effect {
            Some(Effect::SetState {
                room,
                event_type,
                state_key,
                content,
            }) => after.apply(&Change::State {
                room,
                event_type,
                state_key,
                content,
                at: Timestamp::default(),
            }),
            Some(Effect::SetListing { room, listed }) => {
                after.apply(&Change::Listed { room, listed });
            }
            _ => {}
        }
    }
    after
}

/// Does it: the community is declared so from now on, what was is kept, and everybody concerned is told.
pub(crate) fn carry_out(deed: &mut Deed, by: &UserId, hardening: &Hardening, reason: Option<&str>) {
    let community = deed.community;
    let change = community.redeclared(hardening.definition.clone());
    deed.decision.changes.push(change);
    deed.keep(Record::Hardened(Box::new(Hardened {
        before: community.definition.clone(),
        after: hardening.definition.clone(),
        by: by.to_owned(),
        at: deed.now,
    })));
    deed.review();
    let felt = hardening.touched.iter();
    let felt: Vec<_> = felt.filter(|(_, what)| what.is_felt()).cloned().collect();
    notices(deed, &felt, "harden-told", reason);
    let detail = format!("{} settings", hardening.touched.len());
    deed.account(by, "harden", "", Some(detail));
}

/// Tells the members of each room what changes for them and why; what is about the whole community is told with the announcements.
fn notices(deed: &mut Deed, felt: &[(Place, What)], key: &str, reason: Option<&str>) {
    let community = deed.community;
    let announcements = community
        .group_of_kind(Kind::Announcements)
        .map(Place::Group);
    let told_at = |place: &Place| match place {
        Place::Space => announcements.clone().unwrap_or(Place::Space),
        group @ Place::Group(_) => group.clone(),
    };
    let mut places: Vec<Place> = felt.iter().map(|(place, _)| told_at(place)).collect();
    places.sort();
    places.dedup();
    for place in places {
        let Some(room) = community.places.get(&place) else {
            continue;
        };
        let title = Text::new(&format!("{key}-title"));
        let here = felt.iter().filter(|(at, _)| told_at(at) == place);
        let text = here.fold(title, |text, (at, what)| {
            text.line(&format!("{key}-{}", what.key()))
                .with("name", community.name_of(at))
        });
        let text = match reason {
            Some(reason) => text.line("reason").with("reason", reason),
            None => text.line(&format!("{key}-why")),
        };
        deed.act(Effect::Say {
            to: Recipient::Room(room.clone()),
            text: text.line("ask-the-team"),
            locale: deed.locale(),
            reply_to: None,
        });
    }
}

/// Puts back what was before the last time that risks were mended.
///
/// # Errors
/// The keys that somebody else has changed since, so that neither of the two wishes is the right one.
pub(crate) fn undo(deed: &mut Deed, by: &UserId, hardened: &Hardened) -> Result<(), Conflict> {
    let (snapshot, community) = (deed.snapshot, deed.community);
    let restored = difference::restore(&community.definition, hardened)?;
    let back = difference::reopened(&community.definition, &restored);
    deed.decision
        .changes
        .push(community.redeclared(restored.clone()));
    deed.forget(RecordKind::Hardened, "");
    deed.review();
    // Opening is never done by itself: here somebody has said so.
    let id = &community.definition.id;
    let mut after = snapshot.clone();
    after.apply(&community.redeclared(restored));
    let steps: Vec<Step> = plan::plan(&after, id).into_iter().filter(reopens).collect();
    let actions = plan::actions(&after, id, &steps);
    notices(deed, &back, "harden-undone", None);
    deed.decision.actions.extend(actions);
    deed.account(by, "harden-undo", "", None);
    Ok(())
}

fn reopens(step: &Step) -> bool {
    match &step.effect {
        Some(Effect::SetListing { .. }) => true,
        Some(Effect::SetState { event_type, .. }) => matches!(
            event_type.as_str(),
            "m.room.join_rules" | "m.room.guest_access" | "m.room.history_visibility"
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests;

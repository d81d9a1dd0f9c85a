//! What is kept about one person, for themselves: shown, handed over as a file, and erased as far as it may be. Who reported something about
//! them, and what the team noted, is not theirs to see.

use ruma::UserId;
use serde_json::{Value, json};

use super::{cases, deed::Deed};
use crate::{
    clock::Timestamp,
    community::{
        change::Membership,
        record::{Case, Record, RecordKind, Sanction},
        snapshot::{Community, Snapshot},
    },
    reply::{Text, moment},
};

/// How many of each are shown; the file holds all.
const SHOWN: usize = 10;

/// Everything that is kept about somebody in a community.
pub(crate) struct Held<'a> {
    community: &'a Community,
    user: &'a UserId,
    sanctions: Vec<&'a Sanction>,
    about: Vec<&'a Case>,
    reported: Vec<&'a Case>,
}

impl<'a> Held<'a> {
    /// Collects it.
    pub(crate) fn of(community: &'a Community, user: &'a UserId) -> Self {
        let records = &community.records;
        let mut sanctions: Vec<_> = records.sanctions.values().collect();
        sanctions.retain(|it| it.user == user);
        sanctions.sort_by_key(|it| (it.at, it.id.clone()));
        let cases = |matches: &dyn Fn(&Case) -> bool| {
            let mut cases: Vec<_> = records.cases.values().filter(|it| matches(it)).collect();
            cases.sort_by_key(|it| (it.at, it.id.clone()));
            cases
        };
        Self {
            community,
            user,
            sanctions,
            about: cases(&|it| it.about.as_deref() == Some(user)),
            reported: cases(&|it| it.reporters.iter().any(|by| by.user == user)),
        }
    }

    fn accepted(&self) -> impl Iterator<Item = &'a crate::community::record::Accepted> {
        let places = self.community.records.accepted.values();
        let user = self.user;
        places.filter_map(move |there| there.get(user))
    }

    fn consents(&self) -> impl Iterator<Item = &'a crate::community::record::Consent> {
        let user = self.user;
        let consents = self.community.records.consents.values();
        consents.filter(move |it| it.user == user)
    }

    /// Whether nothing at all is kept there.
    pub(crate) fn is_empty(&self) -> bool {
        self.sanctions.is_empty()
            && self.about.is_empty()
            && self.reported.is_empty()
            && self.accepted().next().is_none()
            && self.consents().next().is_none()
            && self.community.records.person(self.user).is_none()
            && self.community.roles_of(self.user).is_empty()
    }

    /// In words.
    pub(crate) fn text(&self, now: Timestamp) -> Text {
        let community = self.community;
        let at = |at: Timestamp| moment(at, &community.definition.timezone);
        let mut text =
            Text::new("own-community").with("community", community.definition.name.as_str());
        if community.records.person(self.user).is_some() {
            text = text.line("own-roster");
        }
        for (place, role) in community.roles_of(self.user) {
            text = text
                .line("own-role")
                .with("role", Text::new(role.text_key()))
                .with("place", community.name_of(place));
        }
        for it in self.accepted() {
            text = text
                .line("own-accepted")
                .with("place", community.name_of(&it.place))
                .with("version", i64::from(it.version))
                .with("at", at(it.at));
        }
        for it in self.consents() {
            let key = if it.given {
                "own-consent"
            } else {
                "own-no-consent"
            };
            text = text.line(key).with("at", at(it.at));
        }
        for it in self.sanctions.iter().rev().take(SHOWN) {
            let key = if it.holds(now) {
                "own-sanction-holds"
            } else {
                "own-sanction"
            };
            text = text
                .line(key)
                .code("sanction", &it.id)
                .with("step", Text::new(it.step.text_key()))
                .with("rule", it.rule.clone().unwrap_or_else(|| "—".to_owned()))
                .with("at", at(it.at));
        }
        for (cases, key) in [(&self.about, "own-case"), (&self.reported, "own-report")] {
            for it in cases.iter().rev().take(SHOWN) {
                text = text
                    .line(key)
                    .with("kind", cases::kind(it.kind))
                    .with("outcome", cases::outcome(it))
                    .with("at", at(it.at));
            }
        }
        text
    }

    /// As data.
    fn json(&self) -> Value {
        let time = |at: Timestamp| at.to_string();
        let case = |it: &&Case| {
            json!({
                "case": it.id, "kind": it.kind, "at": time(it.at),
                "outcome": it.decided.as_ref().map(|it| it.outcome),
                "decided_at": it.decided.as_ref().map(|it| time(it.at)),
            })
        };
        let sanction = |it: &&Sanction| {
            json!({
                "sanction": it.id, "step": it.step, "rule": it.rule, "points": it.points, "room": it.room, "event": it.event,
                "at": time(it.at), "until": it.until.map(time), "ended": it.ended.map(time),
            })
        };
        let roles = self.community.roles_of(self.user).iter();
        let roles = roles.map(|(place, role)| json!({"place": place.to_string(), "role": role}));
        let accepted = self.accepted().map(
            |it| json!({"place": it.place.to_string(), "version": it.version, "at": time(it.at)}),
        );
        let consents = self
            .consents()
            .map(|it| json!({"purpose": it.purpose, "given": it.given, "at": time(it.at)}));
        json!({
            "community": self.community.definition.id,
            "name": self.community.definition.name,
            "roster": self.community.records.person(self.user),
            "roles": roles.collect::<Vec<_>>(),
            "accepted": accepted.collect::<Vec<_>>(),
            "consents": consents.collect::<Vec<_>>(),
            "sanctions": self.sanctions.iter().map(sanction).collect::<Vec<_>>(),
            "cases_about_you": self.about.iter().map(case).collect::<Vec<_>>(),
            "reports_by_you": self.reported.iter().map(case).collect::<Vec<_>>(),
        })
    }
}

/// Everything that is kept about somebody, as a file.
#[must_use]
pub fn file(snapshot: &Snapshot, user: &UserId) -> String {
    let communities = snapshot.communities.values();
    let held = communities.map(|it| Held::of(it, user));
    let held: Vec<Value> = held
        .filter(|it| !it.is_empty())
        .map(|it| it.json())
        .collect();
    let language = snapshot.locales.get(user);
    let all = json!({"user": user, "language": language, "communities": held});
    serde_json::to_string_pretty(&all).unwrap_or_default()
}

/// Whether something that was decided keeps somebody from something now.
fn is_held_back(snapshot: &Snapshot, community: &Community, user: &UserId, now: Timestamp) -> bool {
    let sanctions = community.records.sanctions.values();
    let mut own = sanctions.filter(|it| it.user == user);
    let rooms = community.places.values();
    let mut rooms = rooms.filter_map(|room| snapshot.rooms.get(room));
    own.any(|it| it.holds(now))
        || community.mutes.contains_key(user)
        || rooms.any(|room| room.membership(user) == Membership::Ban)
}

/// Erases what may be erased of somebody in a community; how much that was. What keeps them from something now stays, with what led to it,
/// and so do the audit log and what the team's roster says.
pub(crate) fn erase(deed: &mut Deed, user: &UserId) -> usize {
    let (snapshot, community, now) = (deed.snapshot, deed.community, deed.now);
    let held = Held::of(community, user);
    let mut erased = 0;
    let stays = is_held_back(snapshot, community, user, now);
    for case in &held.reported {
        let mut case = (*case).clone();
        case.reporters.retain(|by| by.user != *user);
        deed.keep(Record::Case(Box::new(case)));
        erased += 1;
    }
    for case in held.about.iter().filter(|it| !it.is_open() && !stays) {
        deed.forget(RecordKind::Case, case.id.0.as_str());
        erased += 1;
    }
    for sanction in held.sanctions.iter().filter(|it| !it.holds(now) && !stays) {
        deed.forget(RecordKind::Sanction, sanction.id.0.as_str());
        erased += 1;
    }
    for consent in held.consents() {
        let key = Record::Consent(consent.clone()).key();
        deed.forget(RecordKind::Consent, key);
        erased += 1;
    }
    if community.records.interviews.contains_key(user) {
        deed.forget(RecordKind::Interview, user.as_str());
        erased += 1;
    }
    let mut rooms = community.places.values();
    let there = |room| snapshot.rooms.get(room).is_some_and(|it| it.joined(user));
    if !rooms.any(there) {
        for accepted in held.accepted() {
            let key = Record::Accepted(accepted.clone()).key();
            deed.forget(RecordKind::Accepted, key);
            erased += 1;
        }
    }
    if erased > 0 {
        deed.account(user, "own-record-erased", "", None);
    }
    erased
}

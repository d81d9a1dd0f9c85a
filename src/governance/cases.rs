//! Cases: what a human of the team should look at. Rules, sanctions, reports of members, appeals and questions whether something is true open
//! one with [`open`]; it is shown as a card in the admins' room (a case about somebody of the team only to another admin, privately), goes in
//! turn to those who may decide it, and is decided by reaction or by `case`.
//!
//! A case holds ids and kinds, never words of members. What a reporter or an appellant wrote stands in its card and goes with it.

pub(crate) mod appeals;
pub(crate) mod asked;
mod due;
pub(crate) mod ruling;
mod shown;

use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId, UserId};

use super::{deed::Deed, turn};
use crate::{
    action::{Effect, Recipient},
    clock::Timestamp,
    community::{
        definition::Kind,
        place::Place,
        record::{
            Card, CardId, Case, CaseKind, Decided, Matter, Outcome, Record, RecordKind, Reporter,
            Step,
        },
        role::Role,
        snapshot::{Community, Snapshot},
    },
    reply::Text,
};

pub use due::due;
pub use shown::described;
pub(crate) use shown::{evidence, kind, outcome};

/// What is to be looked at.
pub(crate) struct NewCase {
    /// Why.
    pub(crate) kind: CaseKind,
    /// Whom it is about; when that is not known it is asked of the homeserver who sent the message.
    pub(crate) about: Option<OwnedUserId>,
    /// The other person, when it is about two.
    pub(crate) with: Option<OwnedUserId>,
    /// The room of the message.
    pub(crate) room: Option<OwnedRoomId>,
    /// The message.
    pub(crate) event: Option<OwnedEventId>,
    /// The rule that found something.
    pub(crate) rule: Option<String>,
    /// The kinds of what was found; never what it was.
    pub(crate) found: Vec<String>,
    /// The sanction that it is about.
    pub(crate) sanction: Option<String>,
    /// Who asks for it, and hears what it comes to.
    pub(crate) reporter: Option<OwnedUserId>,
    /// What they wrote: shown in the card, and gone with it.
    pub(crate) words: Option<String>,
}

impl NewCase {
    /// A case of this kind, and nothing else known.
    pub(crate) fn of(kind: CaseKind) -> Self {
        Self {
            kind,
            about: None,
            with: None,
            room: None,
            event: None,
            rule: None,
            found: Vec::new(),
            sanction: None,
            reporter: None,
            words: None,
        }
    }
}

/// Opens a case and shows it, or adds to the open one about the same message. Its name.
pub(crate) fn open(deed: &mut Deed, what: NewCase) -> CardId {
    let same = same_message(deed.community, what.kind, what.event.as_ref());
    if let Some((case, card)) = same {
        return add(deed, case.clone(), card.clone(), what);
    }
    let mut id = CardId::derive(&format!("{}/{}", deed.cause, deed.decision.changes.len()));
    let records = &deed.community.records;
    while records.cards.contains_key(&id) || records.cases.contains_key(&id) {
        id = CardId::derive(&id.0);
    }
    let now = deed.now;
    let card = Card {
        id: id.clone(),
        matter: Matter::Case {
            words: what.words.into_iter().collect(),
        },
        by: deed.snapshot.bot.clone(),
        at: now,
        due: None,
        assignee: None,
        shown: None,
        votes: Vec::new(),
        reminded: false,
    };
    let reporters = what.reporter.into_iter();
    let reporters: Vec<_> = reporters.map(|user| Reporter { user, at: now }).collect();
    let case = Case {
        id: id.clone(),
        kind: what.kind,
        about: what.about,
        with: what.with,
        room: what.room,
        event: what.event,
        rule: what.rule,
        found: what.found,
        sanction: what.sanction,
        count: u32::try_from(reporters.len()).unwrap_or(1),
        reporters,
        at: now,
        passed: Vec::new(),
        notes: Vec::new(),
        decided: None,
    };
    account(deed, &case, &deed.snapshot.bot.clone(), "case-opened", None);
    match (&case.about, &case.room, &case.event) {
        (None, Some(room), Some(event)) => {
            let look = Effect::LookInto {
                room: room.clone(),
                event: event.clone(),
                case: id.clone(),
            };
            deed.keep(Record::Card(Box::new(card)));
            deed.keep(Record::Case(Box::new(case)));
            deed.act(look);
        }
        _ => present(deed, case, card),
    }
    id
}

/// The open case about this message, with its card. Whether it is true, whether somebody is in danger and how two people talk are other matters
/// than what somebody may have done.
pub(crate) fn same_message<'a>(
    community: &'a Community,
    kind: CaseKind,
    event: Option<&OwnedEventId>,
) -> Option<(&'a Case, &'a Card)> {
    let event = event.filter(|_| kind != CaseKind::Appeal)?;
    let apart = |kind| match kind {
        CaseKind::FactCheck | CaseKind::Danger | CaseKind::Tone => Some(kind),
        CaseKind::Report | CaseKind::Appeal => None,
    };
    let case = community.records.cases.values().find(|it| {
        it.is_open()
            && it.event.as_ref() == Some(event)
            && it.kind != CaseKind::Appeal
            && apart(it.kind) == apart(kind)
    })?;
    Some((case, community.records.cards.get(&case.id)?))
}

/// One more reason to look at what is looked at already.
fn add(deed: &mut Deed, mut case: Case, mut card: Card, what: NewCase) -> CardId {
    let id = case.id.clone();
    if let Matter::Case { words } = &mut card.matter {
        words.extend(what.words);
    }
    case.found.extend(what.found);
    case.found.sort();
    case.found.dedup();
    case.rule = case.rule.or(what.rule);
    case.about = case.about.or(what.about);
    if let Some(user) = what.reporter {
        let at = deed.now;
        case.count += 1;
        case.reporters.push(Reporter { user, at });
        // Before it is shown it is not known either whether it may be.
        if card.shown.is_some() {
            let text = Text::new("case-again")
                .code("case", &id)
                .with("count", i64::from(case.count));
            tell_handlers(deed, &case, &card, text);
        }
        account(deed, &case, &deed.snapshot.bot.clone(), "case-again", None);
    }
    deed.keep(Record::Card(Box::new(card)));
    deed.keep(Record::Case(Box::new(case)));
    id
}

/// Shows a case to whoever is to decide it; it waits where nobody is there yet.
fn present(deed: &mut Deed, case: Case, mut card: Card) {
    let (community, now) = (deed.community, deed.now);
    let next = next_in_turn(deed.snapshot, community, &case, now, &[]);
    if let Some(to) = shown_to(deed.snapshot, community, &case, next.as_ref()) {
        card.assignee = next;
        card.due = Some(now.plus(community.definition.cases.next_after.get()));
        show(deed, to, &case, &card);
    }
    deed.keep(Record::Card(Box::new(card)));
    deed.keep(Record::Case(Box::new(case)));
}

fn show(deed: &mut Deed, to: Recipient, case: &Case, card: &Card) {
    let locale = match &to {
        Recipient::Room(_) => deed.locale(),
        Recipient::Person(person) => deed.snapshot.locale_in(person, deed.community),
    };
    deed.act(Effect::Card {
        to,
        text: shown::answers(deed.snapshot, deed.community, case, card, locale),
        locale,
        card: case.id.clone(),
        keys: ruling::keys(case),
    });
}

/// Whether a case is only for other admins, and not for everybody in the admins' room: it is about somebody of the team. Who of the team may be in
/// danger is helped by everybody.
#[must_use]
pub(crate) fn is_delicate(community: &Community, case: &Case) -> bool {
    let mut people = case.about.iter().chain(&case.with);
    !matches!(case.kind, CaseKind::FactCheck | CaseKind::Danger)
        && people.any(|it| community.highest_role(it) >= Role::Moderator)
}

/// The room where a case is shown: that of the experts when one asks whether something is true and there is one, else the admins'.
fn room_of<'a>(community: &'a Community, case: &Case) -> Option<&'a OwnedRoomId> {
    let experts = || {
        let group = community.definition.fact_check.clone();
        community.places.get(&Place::Group(group?))
    };
    match case.kind {
        CaseKind::FactCheck => experts().or_else(|| community.admins_room()),
        _ => community.admins_room(),
    }
}

/// To whom a case is shown; nobody when there is no room for it yet, or nobody who may see it.
fn shown_to(
    snapshot: &Snapshot,
    community: &Community,
    case: &Case,
    assignee: Option<&OwnedUserId>,
) -> Option<Recipient> {
    if is_delicate(community, case) {
        return assignee.cloned().map(Recipient::Person);
    }
    let room = room_of(community, case)?;
    // Without the room's own knowledge of itself nobody would be there.
    snapshot
        .rooms
        .contains_key(room)
        .then(|| Recipient::Room(room.clone()))
}

/// The place of the message of a case; the community as a whole without one.
pub(crate) fn place_of(snapshot: &Snapshot, case: &Case) -> Place {
    let room = case.room.as_ref().and_then(|id| snapshot.rooms.get(id));
    room.map_or(Place::Space, |room| room.place.clone())
}

/// Whether somebody may decide a case: never who it is about, nor who decided what is appealed against; of a case about the team admins only.
#[must_use]
pub(crate) fn may_handle(
    snapshot: &Snapshot,
    community: &Community,
    case: &Case,
    user: &UserId,
) -> bool {
    let mut people = case.about.iter().chain(&case.with);
    if people.any(|it| *it == *user) || *user == snapshot.bot {
        return false;
    }
    let decider = appeals::sanction_of(community, case).map(|it| &it.by);
    if case.kind == CaseKind::Appeal && decider.is_some_and(|by| by == user) {
        return false;
    }
    if is_delicate(community, case) {
        return community.role(user) >= Role::Admin;
    }
    if case.kind == CaseKind::Appeal {
        let sanction = appeals::sanction_of(community, case);
        let needed = match sanction.map(|it| it.step) {
            Some(Step::Ban) => Role::Admin,
            _ => Role::Moderator,
        };
        return community.role(user) >= needed;
    }
    if case.kind == CaseKind::FactCheck && community.definition.fact_check.is_some() {
        let room = room_of(community, case).and_then(|id| snapshot.rooms.get(id));
        if room.is_some_and(|room| {
            community.kind(&room.place) != Some(Kind::Admins) && room.joined(user)
        }) {
            return true;
        }
    }
    community.role_in(user, &place_of(snapshot, case)) >= Role::Moderator
}

/// Whose turn it is: who may decide it, sees where it is shown, is there, and has the fewest open questions.
fn next_in_turn(
    snapshot: &Snapshot,
    community: &Community,
    case: &Case,
    now: Timestamp,
    but: &[OwnedUserId],
) -> Option<OwnedUserId> {
    let room = room_of(community, case).and_then(|id| snapshot.rooms.get(id));
    let delicate = is_delicate(community, case);
    turn::next(community, now, |user| {
        may_handle(snapshot, community, case, user)
            && !but.iter().any(|it| it == user)
            && (delicate || room.is_some_and(|room| room.joined(user)))
    })
}

/// Says something to those who decide a case.
fn tell_handlers(deed: &mut Deed, case: &Case, card: &Card, text: Text) {
    let community = deed.community;
    if is_delicate(community, case) {
        if let Some(person) = &card.assignee {
            deed.tell(person, text);
        }
    } else if let Some(room) = room_of(community, case) {
        deed.act(Effect::Say {
            to: Recipient::Room(room.clone()),
            text,
            locale: deed.locale(),
            reply_to: None,
        });
    }
}

/// The case is decided: its card goes, and who asked for it hears what it came to.
fn decide(deed: &mut Deed, mut case: Case, card: &Card, decided: Decided) {
    let (outcome, by) = (decided.outcome, decided.by.clone());
    deed.close(card);
    let detail = decided.reason.clone();
    let action = format!("case-{}", outcome.name());
    account(deed, &case, &by, &action, detail);
    let tell = match case.kind {
        // The one who appeals hears more than that, see `appeals`.
        CaseKind::Appeal | CaseKind::Danger | CaseKind::Tone => None,
        CaseKind::FactCheck => Some(shown::fact_told(outcome)),
        CaseKind::Report => Some(shown::outcome_told(outcome)),
    };
    if let Some(key) = tell {
        let group = deed
            .community
            .name_of(&place_of(deed.snapshot, &case))
            .to_owned();
        for reporter in case.reporters.clone() {
            deed.tell(&reporter.user, Text::new(key).with("group", group.as_str()));
        }
    }
    if case.kind == CaseKind::Appeal {
        appeals::decided(deed, (&case, &by), outcome, decided.reason.as_deref());
    }
    case.decided = Some(decided);
    deed.keep(Record::Case(Box::new(case)));
}

/// The message was gone before anybody could look.
fn gone(deed: &mut Deed, case: Case, card: &Card) {
    let decided = Decided {
        outcome: Outcome::Gone,
        by: deed.snapshot.bot.clone(),
        at: deed.now,
        reason: None,
        until: None,
    };
    decide(deed, case, card, decided);
}

/// Nothing is left of a case that is none.
fn forget(deed: &mut Deed, case: &Case, card: &Card) {
    deed.close(card);
    deed.forget(RecordKind::Case, case.id.0.as_str());
}

/// A line of the audit log about a case. It names the case and not the person, nor who reported: that is never erased.
fn account(deed: &mut Deed, case: &Case, by: &UserId, action: &str, reason: Option<String>) {
    let detail = match reason {
        Some(reason) => format!("{}: {reason}", case.kind.name()),
        None => case.kind.name().to_owned(),
    };
    deed.account(by, action, &case.id, Some(detail));
    if let Some(entry) = deed.decision.audit.last_mut() {
        entry.room.clone_from(&case.room);
        entry.rule.clone_from(&case.rule);
    }
}

//! What happens to cases by themselves: what was seen of their messages, cards that wait for a room or a person, reminders, the next in turn,
//! and forgetting. The cause of each is derived from what is due, so that nothing happens twice, whatever is started again in between.

use std::time::Duration;

use super::{forget, gone, is_delicate, next_in_turn, present, show, shown_to, tell_handlers};
use crate::{
    clock::Timestamp,
    community::{
        record::{Card, Case, Record, RecordKind, Sighting},
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    governance::deed::Deed,
    reply::Text,
};

/// After how long a message counts as gone that nobody could look at.
const PATIENCE: Duration = Duration::from_hours(24);

/// What is due by `now`, each with its cause.
#[must_use]
pub fn due(snapshot: &Snapshot, community: &Community, now: Timestamp) -> Vec<(String, Decision)> {
    let records = &community.records;
    let mut due = Vec::new();
    for sighting in records.sightings.values() {
        let named = format!("case/{}/seen", sighting.case);
        let mut deed = Deed::new(snapshot, community, &named, now);
        deed.forget(RecordKind::Sighting, sighting.case.0.as_str());
        if let Some((case, card)) = open_case(community, sighting) {
            seen(&mut deed, case.clone(), card, sighting);
        }
        due.push((named, deed.decision));
    }
    for case in records.cases.values() {
        let card = records.cards.get(&case.id);
        let follows = match card.filter(|_| case.is_open()) {
            Some(card) => waits(snapshot, community, case, card, now),
            None => old(snapshot, community, case, now),
        };
        due.extend(follows);
    }
    due
}

fn open_case<'a>(community: &'a Community, sighting: &Sighting) -> Option<(&'a Case, &'a Card)> {
    let case = community.records.cases.get(&sighting.case)?;
    let card = community.records.cards.get(&sighting.case)?;
    case.is_open().then_some((case, card))
}

/// It is known now who sent the message.
fn seen(deed: &mut Deed, mut case: Case, card: &Card, sighting: &Sighting) {
    let Some(sender) = &sighting.sender else {
        return gone(deed, case, card);
    };
    if *sender == deed.snapshot.bot {
        for reporter in &case.reporters {
            deed.tell(&reporter.user, Text::new("report-of-the-bot"));
        }
        return forget(deed, &case, card);
    }
    if case.reporters.iter().any(|it| it.user == *sender) {
        deed.tell(sender, Text::new("report-own"));
        case.reporters.retain(|it| it.user != *sender);
        case.count = case.count.saturating_sub(1);
        if case.reporters.is_empty() {
            return forget(deed, &case, card);
        }
    }
    case.about = Some(sender.clone());
    present(deed, case, card.clone());
}

/// An open case: shown once somebody can see it, its turn reminded of and passed on.
fn waits(
    snapshot: &Snapshot,
    community: &Community,
    case: &Case,
    card: &Card,
    now: Timestamp,
) -> Option<(String, Decision)> {
    let Some(due) = card.due else {
        let waits_for_sender = case.about.is_none() && case.event.is_some();
        if waits_for_sender && now.since(case.at) > PATIENCE {
            let named = format!("case/{}/unseen", case.id);
            let mut deed = Deed::new(snapshot, community, &named, now);
            gone(&mut deed, case.clone(), card);
            return Some((named, deed.decision));
        }
        let next = next_in_turn(snapshot, community, case, now, &[]);
        let somewhere = shown_to(snapshot, community, case, next.as_ref());
        if waits_for_sender || somewhere.is_none() {
            return None;
        }
        let named = format!("case/{}/shown", case.id);
        let mut deed = Deed::new(snapshot, community, &named, now);
        present(&mut deed, case.clone(), card.clone());
        return Some((named, deed.decision));
    };
    if due <= now {
        return Some(passed_on(snapshot, community, case, card, now));
    }
    let cases = &community.definition.cases;
    let patience = cases
        .next_after
        .get()
        .saturating_sub(cases.remind_after.get());
    if card.reminded || due.since(now) > patience {
        return None;
    }
    let named = format!("case/{}/remind/{due}", case.id);
    let mut deed = Deed::new(snapshot, community, &named, now);
    let text = Text::new("case-remind")
        .code("case", &case.id)
        .with("kind", super::shown::kind(case.kind))
        .with("due", super::shown::local(community, due));
    let text = match &card.assignee {
        Some(person) => text.line("card-turn").with("person", person),
        None => text,
    };
    tell_handlers(&mut deed, case, card, text);
    let mut card = card.clone();
    card.reminded = true;
    deed.keep(Record::Card(Box::new(card)));
    Some((named, deed.decision))
}

/// Nobody has answered in time: it is the turn of the next, and of the first again when everybody was asked.
fn passed_on(
    snapshot: &Snapshot,
    community: &Community,
    case: &Case,
    card: &Card,
    now: Timestamp,
) -> (String, Decision) {
    let due = card.due.unwrap_or(now);
    let named = format!("case/{}/next/{due}", case.id);
    let mut deed = Deed::new(snapshot, community, &named, now);
    let (mut case, mut card) = (case.clone(), card.clone());
    case.passed.extend(card.assignee.clone());
    let next = next_in_turn(snapshot, community, &case, now, &case.passed);
    let next = next.or_else(|| {
        case.passed = card.assignee.iter().cloned().collect();
        next_in_turn(snapshot, community, &case, now, &case.passed)
    });
    let changed = next.is_some();
    card.assignee = next.or(card.assignee);
    card.due = Some(now.plus(community.definition.cases.next_after.get()));
    card.reminded = false;
    if is_delicate(community, &case) && changed {
        if let Some(to) = shown_to(snapshot, community, &case, card.assignee.as_ref()) {
            show(&mut deed, to, &case, &card);
        }
    } else {
        let text = Text::new("case-next").code("case", &case.id);
        let text = match &card.assignee {
            Some(person) => text.line("card-turn").with("person", person),
            None => text,
        };
        tell_handlers(&mut deed, &case, &card, text);
    }
    deed.keep(Record::Card(Box::new(card)));
    deed.keep(Record::Case(Box::new(case)));
    (named, deed.decision)
}

/// What a case came to is remembered for as long as the community wants.
fn old(
    snapshot: &Snapshot,
    community: &Community,
    case: &Case,
    now: Timestamp,
) -> Option<(String, Decision)> {
    let decided = case.decided.as_ref()?;
    let keep = community.definition.cases.keep.get();
    if decided.at.plus(keep) > now {
        return None;
    }
    let named = format!("case/{}/forgotten", case.id);
    let mut deed = Deed::new(snapshot, community, &named, now);
    deed.forget(RecordKind::Case, case.id.0.as_str());
    Some((named, deed.decision))
}

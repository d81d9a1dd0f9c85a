//! Appeals: somebody who was sanctioned does not agree, and somebody else than who decided looks again. Their words stand in the card until it is
//! decided, and nowhere else.

use ruma::UserId;

use super::{NewCase, open};
use crate::{
    community::{
        change::Change,
        record::{Case, CaseKind, Outcome, Record, Sanction, Step},
        snapshot::{Community, Snapshot},
    },
    governance::{deed::Deed, sanctions},
    reply::Text,
};

/// The sanction of somebody that has this name, in whichever community it is.
pub(crate) fn find<'a>(
    snapshot: &'a Snapshot,
    user: &UserId,
    name: &str,
) -> Option<(&'a Community, &'a Sanction)> {
    let communities = snapshot.communities.values();
    let sanctions = communities.flat_map(|it| {
        let own = it.records.sanctions.values();
        own.map(move |sanction| (it, sanction))
    });
    let name = name.trim().to_lowercase();
    let mut own = sanctions.filter(|(_, it)| it.user == *user && it.id.0 == name);
    own.next()
}

/// Somebody appeals; what to say to them.
///
/// # Errors
/// What to say when it cannot be appealed any more.
pub(crate) fn appealed(deed: &mut Deed, sanction: &Sanction, words: &str) -> Result<Text, Text> {
    let community = deed.community;
    let mut cases = community.records.cases.values();
    let before = |it: &&Case| {
        it.kind == CaseKind::Appeal && it.sanction.as_deref() == Some(sanction.id.0.as_str())
    };
    if let Some(case) = cases.find(before) {
        let text = Text::new("appeal-already").code("sanction", &sanction.id);
        return Err(text.with("outcome", super::outcome(case)));
    }
    let within = community.definition.cases.appeal_within.get();
    if deed.now.since(sanction.at) > within {
        return Err(Text::new("appeal-late").with("within", crate::reply::duration(within)));
    }
    if community.admins_room().is_none() {
        return Err(Text::new("report-nobody"));
    }
    open(
        deed,
        NewCase {
            about: Some(sanction.user.clone()),
            room: sanction.room.clone(),
            event: sanction.event.clone(),
            rule: sanction.rule.clone(),
            sanction: Some(sanction.id.0.clone()),
            words: Some(words.to_owned()),
            ..NewCase::of(CaseKind::Appeal)
        },
    );
    let next = community.definition.cases.next_after.get();
    Ok(Text::new("appeal-taken").with("within", crate::reply::duration(next)))
}

/// The sanction that an appeal is about.
pub(crate) fn sanction_of<'a>(community: &'a Community, case: &Case) -> Option<&'a Sanction> {
    let id = case.sanction.clone()?;
    let id = crate::community::record::CardId(id);
    community.records.sanctions.get(&id)
}

/// What follows from the decision of an appeal for the sanction, and what who appealed hears.
pub(super) fn decided(
    deed: &mut Deed,
    (case, by): (&Case, &UserId),
    outcome: Outcome,
    reason: Option<&str>,
) {
    let community = deed.community;
    let name = community.definition.name.as_str();
    let told = match outcome {
        Outcome::Lifted => Text::new("appeal-lifted"),
        _ => Text::new("appeal-upheld"),
    };
    let told = told.with("community", name);
    let told = match reason {
        Some(reason) => told.line("reason").with("reason", reason),
        None => told,
    };
    if let Some(person) = &case.about {
        deed.tell(person, told);
    }
    let Some(sanction) = sanction_of(community, case) else {
        return;
    };
    // Who decided it hears what came of it; the rules need not.
    if sanction.by != deed.snapshot.bot {
        let text = Text::new("appeal-told-decider")
            .with("person", &sanction.user)
            .code("sanction", &sanction.id)
            .with("outcome", super::shown::outcome_named(outcome));
        deed.tell(&sanction.by, text);
    }
    if outcome == Outcome::Lifted {
        lift(deed, sanction, by);
    }
}

/// It is as if it had not been decided: it holds back from nothing, and does not count.
fn lift(deed: &mut Deed, sanction: &Sanction, by: &UserId) {
    let held = sanction.holds(deed.now);
    let detail = || Some(format!("appeal, {}", sanction.id));
    match sanction.step {
        Step::Mute if held => {
            deed.decision.changes.push(Change::Unmuted {
                community: deed.community.definition.id.clone(),
                user: sanction.user.clone(),
            });
            deed.account(by, "unmute", &sanction.user, detail());
            deed.review();
        }
        Step::Remove | Step::Ban if held => {
            sanctions::let_in_again(deed, sanction);
            deed.account(by, "unban", &sanction.user, detail());
        }
        _ => {}
    }
    deed.keep(Record::Sanction(Box::new(Sanction {
        points: 0,
        ended: Some(sanction.ended.unwrap_or(deed.now)),
        ..sanction.clone()
    })));
}

//! `load`: what everybody of the team carries, so that it can be shared out before somebody is worn out. For admins.
//!
//! What people did comes from the audit log: `dispatch` asks the store and has [`format()`] say it.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use super::{
    context::{Answer, Context, Outcome, local},
    input::Input,
    spec::{Both, Scope, Spec},
};
use crate::{
    clock::Timestamp,
    community::{
        place::Place,
        role::Role,
        snapshot::{Community, Snapshot},
    },
    decide::Question,
    governance::{safeguards, team},
    reply::{Argument, Text},
};

/// Over which time it is counted what people did.
pub(crate) const COUNTED: Duration = Duration::from_hours(30 * 24);
/// More open questions than this are too many for one person.
const MANY_CARDS: usize = 5;
/// How many people are listed, who carries most first.
const MOST_PEOPLE: usize = 30;

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "charge",
        en: "load",
    },
    aliases: &[],
    usage: Both { fr: "", en: "" },
    help: "help-load",
    role: Role::Admin,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &[""],
        en: &[""],
    },
    run: |context, input| {
        parse(input)?;
        run(context)
    },
};

fn parse(input: &Input) -> Result<(), Text> {
    input.nothing()
}

fn run(context: &Context) -> Answer {
    context.community()?;
    Ok(Outcome::ask(Question::Load {
        since: Timestamp(
            context
                .now
                .0
                .saturating_sub(COUNTED.as_millis().try_into().unwrap_or(i64::MAX)),
        ),
    }))
}

/// What one person carries.
struct Carried<'a> {
    user: &'a ruma::OwnedUserId,
    groups: usize,
    cards: usize,
    done: i64,
}

/// The answer, once the store has said how much each person (by id) has done.
#[must_use]
pub fn format<S: std::hash::BuildHasher>(
    snapshot: &Snapshot,
    community: &Community,
    done: &HashMap<String, i64, S>,
    now: Timestamp,
) -> Text {
    let team = community.trusted().filter(|user| **user != snapshot.bot);
    let mut carried: Vec<Carried> = team
        .map(|user| Carried {
            user,
            groups: led(community, user),
            cards: community
                .records
                .cards
                .values()
                .filter(|card| card.assignee.as_ref() == Some(user))
                .count(),
            done: done.get(user.as_str()).copied().unwrap_or_default(),
        })
        .collect();
    carried.sort_by_key(|it| (std::cmp::Reverse((it.cards, it.groups, it.done)), it.user));
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let more = count(carried.len().saturating_sub(MOST_PEOPLE));
    let most = community.definition.safeguards.groups_per_admin;
    let mut text = Text::new("load-title").with("name", community.definition.name.as_str());
    for it in carried.into_iter().take(MOST_PEOPLE) {
        text = text
            .line("load-line")
            .with("person", Argument::User(it.user.to_string()))
            .with("groups", count(it.groups))
            .with("cards", count(it.cards))
            .with("done", it.done);
        if let Some(until) = community.records.away.get(it.user) {
            text = text
                .line("load-away")
                .with("until", team::end(community, *until, now));
        } else if let Some(seen) = community.records.active.get(it.user) {
            let key = if safeguards::is_active(community, it.user, now) {
                "load-seen"
            } else {
                "load-silent"
            };
            text = text.line(key).with("seen", local(community, *seen));
        }
        let groups = most > 0 && it.groups > most as usize;
        if groups || it.cards > MANY_CARDS {
            text = text.line("load-too-much");
        }
    }
    if more > 0 {
        text = text.line("safeguard-more").with("count", more);
    }
    text
}

/// How many groups somebody leads by name; who leads all of them is not counted for each.
fn led(community: &Community, user: &ruma::UserId) -> usize {
    let roles = community.roles_of(user).iter();
    let led = roles.filter_map(|(place, role)| match place {
        Place::Group(id) if *role >= Role::Moderator => community.group(id),
        _ => None,
    });
    let led: BTreeSet<_> = led
        .filter(|group| !group.archived)
        .map(|group| &group.id)
        .collect();
    led.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        commands::testing::{self, NOW, admins, say, user},
        community::{
            change::Change,
            record::{Active, Card, CardId, Matter, Record},
        },
        reply::Locale,
    };

    #[test]
    fn who_carries_too_much_stands_first_and_is_named() {
        let mut snapshot = testing::snapshot();
        let id = testing::community(&snapshot).definition.id.clone();
        for number in 0..=MANY_CARDS {
            let card = Card {
                id: CardId(format!("card{number}")),
                matter: Matter::Confirm { line: "x".into() },
                by: user("samir"),
                at: NOW,
                due: None,
                assignee: Some(user("awa")),
                shown: None,
                votes: Vec::new(),
                reminded: false,
            };
            snapshot.apply(&Change::keep(&id, Record::Card(Box::new(card))));
        }
        let long_ago = Timestamp(NOW.0 - 90 * 86_400_000);
        let active = Active {
            user: user("nadia"),
            at: long_ago,
        };
        snapshot.apply(&Change::keep(&id, Record::Active(active)));
        let done = HashMap::from([("@lea:example.org".to_owned(), 12)]);
        let text = format(&snapshot, testing::community(&snapshot), &done, NOW);
        let keys: Vec<&str> = text.keys().collect();
        assert_eq!(
            keys,
            [
                "load-title",
                "load-line",
                "load-too-much",
                "load-line",
                "load-line",
                "load-silent",
                "load-line"
            ]
        );
        let said = text.plain(Locale::En);
        assert!(
            said.find("@awa").unwrap() < said.find("@lea").unwrap(),
            "{said}"
        );
        assert!(said.contains("12"), "{said}");
    }

    #[test]
    fn the_load_is_for_admins() {
        let snapshot = testing::snapshot();
        assert!(say(&snapshot, &admins(), "lea", "charge").ask.is_some());
        assert!(say(&snapshot, &admins(), "nadia", "charge").ask.is_none());
    }
}

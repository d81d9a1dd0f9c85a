//! `appeal`: somebody who was sanctioned asks that somebody else looks again. In private, also for who was removed or banned.

use super::{
    Setting,
    context::{Answer, Context, Outcome, Refusal},
    input::{Clause, Input, first_word},
    spec::{Both, Scope, Spec},
};
use crate::{
    community::role::Role,
    governance::{cases::appeals, deed::Deed},
    reply::Text,
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "recours",
        en: "appeal",
    },
    aliases: &["contester"],
    usage: Both {
        fr: "<sanction> parce que <vos raisons>",
        en: "<sanction> because <your reasons>",
    },
    help: "help-appeal",
    role: Role::Newcomer,
    scope: Scope::Anywhere,
    clauses: &[Clause::Because],
    examples: Both {
        fr: &["k7f3x parce que je citais quelqu’un"],
        en: &["k7f3x because I quoted somebody"],
    },
    run,
};

fn run(context: &Context, input: &Input) -> Answer {
    if *context.setting != Setting::Direct {
        return Err(Refusal::NotAllowed(Text::new("appeal-in-private")));
    }
    let (name, rest) = first_word(input.subject);
    if name.is_empty() {
        return Err(Text::new("appeal-missing").into());
    }
    let found = appeals::find(context.snapshot, context.issuer(), name);
    let (community, sanction) =
        found.ok_or_else(|| Refusal::NotAllowed(Text::new("appeal-unknown").with("word", name)))?;
    // Whoever just writes their reasons is understood too.
    let words = input.reason().or_else(|| Some(rest.to_owned()));
    let words = words.filter(|it| !it.trim().is_empty());
    let words = words.ok_or_else(|| Text::new("appeal-why"))?;
    let cause = context.event.id.as_str();
    let mut deed = Deed::new(context.snapshot, community, cause, context.now);
    let text = appeals::appealed(&mut deed, sanction, &words).map_err(Refusal::NotAllowed)?;
    Ok(Outcome {
        admins_know: true,
        ..Outcome::of(deed.decision, text)
    })
}

#[cfg(test)]
mod tests {
    use crate::{
        action::{Effect, MembershipChange, Recipient},
        commands::testing::{self, NOW, apply, effects, reply, say, user},
        community::{record::Step, snapshot::Snapshot},
    };

    /// Ben was sanctioned by this command; the name of the sanction.
    fn sanctioned(snapshot: &mut Snapshot, by: &str, line: &str) -> String {
        apply(snapshot, &testing::admins(), by, line);
        let sanctions = &testing::community(snapshot).records.sanctions;
        sanctions.keys().next().expect("it is noted").0.clone()
    }

    fn case(snapshot: &Snapshot) -> String {
        let cases = &testing::community(snapshot).records.cases;
        cases.keys().next().expect("it is open").0.clone()
    }

    #[test]
    fn an_appeal_goes_to_another_moderator_who_lifts_the_mute_and_both_are_told() {
        let mut snapshot = testing::snapshot();
        let id = sanctioned(&mut snapshot, "nadia", "mute @ben:example.org for 2h");
        let line = format!("appeal {id} because I quoted");
        let opened = apply(&mut snapshot, &testing::direct(), "ben", &line);
        assert_eq!(reply(&opened).key(), "appeal-taken");
        let assignee = testing::community(&snapshot).records.cards.values().next();
        assert_eq!(assignee.unwrap().assignee, Some(user("lea")), "not nadia");
        let line = format!("case {} lift because a quotation", case(&snapshot));
        let own = say(&snapshot, &testing::admins(), "nadia", &line);
        assert_eq!((reply(&own).key(), own.changes.len()), ("case-unknown", 0));
        let lifted = apply(&mut snapshot, &testing::admins(), "lea", &line);
        let told = |who: &str, key: &str| {
            effects(&lifted).any(|it| matches!(it, Effect::Say { to: Recipient::Person(to), text, .. } if *to == user(who) && text.key() == key))
        };
        assert!(told("ben", "appeal-lifted") && told("nadia", "appeal-told-decider"));
        let community = testing::community(&snapshot);
        assert!(community.mutes.is_empty() && community.records.cards.is_empty());
        let sanction = community.records.sanctions.values().next().unwrap();
        assert_eq!((sanction.points, sanction.ended), (0, Some(NOW)));
    }

    #[test]
    fn a_ban_that_is_lifted_lets_in_again_everywhere() {
        let mut snapshot = testing::snapshot();
        let id = sanctioned(&mut snapshot, "lea", "ban @ben:example.org");
        let places = testing::community(&snapshot).places.len();
        apply(
            &mut snapshot,
            &testing::direct(),
            "ben",
            &format!("appeal {id} because no"),
        );
        let line = format!("case {} lift", case(&snapshot));
        let refused = say(&snapshot, &testing::admins(), "nadia", &line);
        assert_eq!(reply(&refused).key(), "case-unknown", "a ban is for admins");
        let lifted = apply(&mut snapshot, &testing::admins(), "samir", &line);
        let of = |wanted| {
            let all = effects(&lifted);
            all.filter(|it| matches!(it, Effect::Membership { change, .. } if *change == wanted))
                .count()
        };
        assert_eq!(of(MembershipChange::Unban), places);
        assert!(of(MembershipChange::Invite) > 0);
    }

    #[test]
    fn one_appeal_for_each_sanction_by_whose_it_is_and_only_in_private() {
        let mut snapshot = testing::snapshot();
        let id = sanctioned(&mut snapshot, "nadia", "mute @ben:example.org for 2h");
        let line = format!("appeal {id} because no");
        let other = say(&snapshot, &testing::direct(), "camille", &line);
        assert_eq!(reply(&other).key(), "appeal-unknown");
        let group = say(&snapshot, &testing::east(), "ben", &line);
        assert_eq!(reply(&group).key(), "appeal-in-private");
        let why = say(
            &snapshot,
            &testing::direct(),
            "ben",
            &format!("appeal {id}"),
        );
        assert_eq!(reply(&why).key(), "appeal-why");
        apply(&mut snapshot, &testing::direct(), "ben", &line);
        let again = say(&snapshot, &testing::direct(), "ben", &line);
        assert_eq!(
            (reply(&again).key(), again.changes.len()),
            ("appeal-already", 0)
        );
    }

    #[test]
    fn what_is_upheld_stays_and_the_words_of_the_appeal_go_with_its_card() {
        let mut snapshot = testing::snapshot();
        let id = sanctioned(&mut snapshot, "nadia", "mute @ben:example.org for 2h");
        let line = format!("appeal {id} because my own words");
        apply(&mut snapshot, &testing::direct(), "ben", &line);
        let line = format!("case {} uphold because seen", case(&snapshot));
        let decision = apply(&mut snapshot, &testing::admins(), "samir", &line);
        let community = testing::community(&snapshot);
        assert!(community.mutes.contains_key(&user("ben")));
        let sanction = community.records.sanctions.values().next().unwrap();
        assert_eq!((sanction.step, sanction.ended), (Step::Mute, None));
        let left = format!("{:?} {:?}", community.records, decision);
        assert!(!left.contains("my own words"));
    }
}

//! `strangers` and `vouch`: who is in a room whom nobody let in, and letting them stay. For the team; who vouches must be somebody who decides
//! who comes into the place.

use super::{
    context::{Answer, Context, Outcome, Refusal, local},
    input::{Clause, Input},
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{
    community::{place::Place, record::Stranger, role::Role},
    governance::admission::{self, strangers},
    reply::{Argument, Text},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "admettre",
        en: "vouch",
    },
    aliases: &[],
    usage: Both {
        fr: "<personne|tous> [dans <groupe>]",
        en: "<person|all> [in <group>]",
    },
    help: "help-vouch",
    role: Role::Moderator,
    scope: Scope::Group,
    clauses: &[Clause::In],
    examples: Both {
        fr: &["@awa:example.org", "tous dans secteur-est"],
        en: &["@awa:example.org", "all in secteur-est"],
    },
    run: |context, input| run(context, &parse(input)?),
};

pub(super) const STRANGERS: Spec = Spec {
    name: Both {
        fr: "inconnus",
        en: "strangers",
    },
    aliases: &[],
    usage: Both { fr: "", en: "" },
    help: "help-strangers",
    role: Role::Moderator,
    scope: Scope::Group,
    clauses: &[],
    examples: Both {
        fr: &[""],
        en: &[""],
    },
    run: |context, input| {
        input.nothing()?;
        list(context)
    },
};

/// The most people that are listed.
const MOST: usize = 30;

#[derive(Debug, PartialEq)]
struct Args<'a> {
    person: &'a str,
    group: Option<&'a str>,
}

fn parse<'a>(input: &Input<'a>) -> Result<Args<'a>, Text> {
    Ok(Args {
        person: input.needed(Text::new("person-missing"))?,
        group: input.clause(Clause::In),
    })
}

fn run(context: &Context, args: &Args) -> Answer {
    let community = context.community()?;
    let place = match args.group {
        Some(words) => Some(Place::Group(context.group(words)?.id)),
        None => None,
    };
    let everybody = matches!(
        fold(args.person).as_str(),
        "tous" | "toutes" | "all" | "everybody"
    );
    let person = if everybody {
        None
    } else {
        Some(context.person(args.person)?)
    };
    let strangers = community.records.strangers.values();
    let meant: Vec<&Stranger> = strangers
        .filter(|it| person.as_ref().is_none_or(|person| *person == it.user))
        .filter(|it| place.as_ref().is_none_or(|place| *place == it.place))
        .collect();
    let Some(first) = meant.first() else {
        let text = match person {
            Some(person) => {
                Text::new("vouch-nobody").with("person", Argument::User(person.to_string()))
            }
            None => Text::new("strangers-none"),
        };
        return Err(Refusal::NotAllowed(text));
    };
    let issuer = context.issuer();
    let theirs = |it: &&&Stranger| admission::may_decide(community, issuer, &it.place);
    let vouched: Vec<&Stranger> = meant.iter().filter(theirs).copied().collect();
    if vouched.is_empty() {
        let own = community.role_in(issuer, &first.place);
        return Err(super::permission::refusal(Role::Facilitator, own));
    }
    let mut deed = context.deed(community);
    strangers::vouch(&mut deed, issuer, &vouched);
    let count = i64::try_from(vouched.len()).unwrap_or(i64::MAX);
    let text = match person {
        Some(person) => Text::new("vouch-done").with("person", Argument::User(person.to_string())),
        None => Text::new("vouch-done-all").with("count", count),
    };
    Ok(Outcome::of(deed.decision, text))
}

fn list(context: &Context) -> Answer {
    let community = context.community()?;
    let strangers = community.records.strangers.values();
    let mut strangers: Vec<&Stranger> = strangers.collect();
    if strangers.is_empty() {
        return Ok(Outcome::say(Text::new("strangers-none")));
    }
    strangers.sort_by(|left, right| (left.at, &left.user).cmp(&(right.at, &right.user)));
    let count = i64::try_from(strangers.len()).unwrap_or(i64::MAX);
    let mut text = Text::new("strangers-title").with("count", count);
    for stranger in strangers.into_iter().take(MOST) {
        text = text
            .line("strangers-line")
            .with("person", Argument::User(stranger.user.to_string()))
            .with("place", community.name_of(&stranger.place))
            .with("since", local(community, stranger.at));
        if let Some(until) = stranger.remove_at {
            text = text
                .line("strangers-until")
                .with("until", local(community, until));
        }
    }
    Ok(Outcome::say(text))
}

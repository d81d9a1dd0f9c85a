//! `review`: looking through all accounts until a day, each with a decision: who stays, who is removed. For admins.

use std::time::Duration;

use ruma::OwnedUserId;

use super::{
    context::{Answer, Context, Outcome, Refusal, local, with_reason},
    input::{Clause, Input},
    permission,
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{
    action::{Effect, MembershipChange},
    community::{
        change::Membership,
        record::{Campaign, CardId, Record},
        role::Role,
        snapshot::Community,
    },
    governance::{
        review::{self, Suggestion},
        risks,
    },
    reply::{Argument, Text},
};

/// How long it takes when nothing is said.
const DEFAULT: Duration = Duration::from_hours(14 * 24);
/// How many people are shown at a time.
const SHOWN: usize = 10;

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "revue",
        en: "review",
    },
    aliases: &["revue-des-membres"],
    usage: Both {
        fr: "[membres [pendant <durée>] | garder <personne> | garder liste | retirer <personne> [parce que <raison>] | finir]",
        en: "[members [for <duration>] | keep <person> | keep roster | remove <person> [because <reason>] | end]",
    },
    help: "help-review",
    role: Role::Admin,
    scope: Scope::Community,
    clauses: &[Clause::For, Clause::Because],
    examples: Both {
        fr: &["membres pendant 14 jours", ""],
        en: &["members for 14 days", ""],
    },
    run: |context, input| run(context, &parse(input)?),
};

#[derive(Debug, PartialEq)]
enum Args<'a> {
    Show,
    Begin(Duration),
    KeepRoster,
    Keep(&'a str),
    Remove(&'a str, Option<String>),
    End,
}

fn parse<'a>(input: &Input<'a>) -> Result<Args<'a>, Text> {
    let (first, rest) = input
        .subject
        .split_once(char::is_whitespace)
        .unwrap_or((input.subject, ""));
    let (first, rest) = (fold(first), rest.trim());
    let person = |rest: &'a str| {
        if rest.is_empty() {
            Err(Text::new("person-missing"))
        } else {
            Ok(rest)
        }
    };
    match first.as_str() {
        "" => Ok(Args::Show),
        "members" | "membres" if rest.is_empty() => Ok(Args::Begin(input.duration(DEFAULT)?)),
        "keep" | "garder" => match fold(rest).as_str() {
            "roster" | "liste" | "la liste" | "the roster" => Ok(Args::KeepRoster),
            _ => Ok(Args::Keep(person(rest)?)),
        },
        "remove" | "retirer" => Ok(Args::Remove(person(rest)?, input.reason())),
        "end" | "finir" if rest.is_empty() => Ok(Args::End),
        _ => Err(Text::new("too-many-words").with("words", input.subject)),
    }
}

fn run(context: &Context, args: &Args) -> Answer {
    let community = context.community()?;
    let campaign = community.records.campaigns.values().next();
    if let Args::Begin(long) = args {
        return match campaign {
            Some(campaign) => Ok(Outcome::say(shown(context, community, campaign))),
            None => Ok(begin(context, community, *long)),
        };
    }
    let Some(campaign) = campaign else {
        let command = format!("{} review members", context.prefix());
        return Err(Refusal::NotAllowed(
            Text::new("review-none").code("command", command),
        ));
    };
    match args {
        Args::Show | Args::Begin(_) => Ok(Outcome::say(shown(context, community, campaign))),
        Args::KeepRoster => keep_roster(context, community, campaign),
        Args::Keep(words) => {
            let person = wanted(context, campaign, words)?;
            Ok(keep(context, community, campaign, &[person]))
        }
        Args::Remove(words, reason) => {
            let person = wanted(context, campaign, words)?;
            remove(context, community, campaign, &person, reason.as_deref())
        }
        Args::End => {
            let mut deed = context.deed(community);
            review::close(&mut deed, campaign, context.issuer());
            Ok(Outcome::of(deed.decision, Text::new("review-ended")))
        }
    }
}

fn begin(context: &Context, community: &Community, long: Duration) -> Outcome {
    let id = CardId::derive(context.event.id.as_str());
    let campaign = Campaign {
        id: id.clone(),
        by: context.issuer().to_owned(),
        at: context.now,
        due: context.now.plus(long),
        open: review::everybody(context.snapshot, community),
        kept: [].into(),
        removed: [].into(),
        reminded: 0,
    };
    let mut deed = context.deed(community);
    let until = format!("until {}", campaign.due);
    deed.account(context.issuer(), "review", id.0.as_str(), Some(until));
    let text = Text::new("review-begun").with("until", local(community, campaign.due));
    let text = text.then(shown(context, community, &campaign));
    deed.keep(Record::Campaign(campaign));
    Outcome::of(deed.decision, text)
}

/// How far it is, and who comes next.
fn shown(context: &Context, community: &Community, campaign: &Campaign) -> Text {
    let text = Text::new("review-title").with("name", community.definition.name.as_str());
    let mut text = review::progress(context.snapshot, community, campaign, text);
    let open = review::undecided(context.snapshot, community, campaign);
    if open.is_empty() {
        return text.line("review-all-decided");
    }
    // Who should be looked at comes first.
    let mut open: Vec<_> = open
        .into_iter()
        .map(|user| (review::suggestion(community, &user), user))
        .collect();
    open.sort_by_key(|(suggestion, _)| matches!(suggestion, Suggestion::Keep(_)));
    for (suggestion, user) in open.iter().take(SHOWN) {
        let person = Argument::User(user.to_string());
        text = match suggestion {
            Suggestion::Keep(why) => text
                .line("review-suggest-keep")
                .with("person", person)
                .with("why", Text::new(why)),
            Suggestion::Look(why) => {
                let line = text.line("review-suggest-look").with("person", person);
                why.iter().fold(line, |line, why| {
                    line.line("review-why").with("why", Text::new(why))
                })
            }
        };
    }
    if open.len() > SHOWN {
        text = text
            .line("plan-more")
            .with("count", risks::count(open.len() - SHOWN));
    }
    let prefix = context.prefix();
    text.line("review-how")
        .code("keep", format!("{prefix} review keep @…"))
        .code("remove", format!("{prefix} review remove @… because …"))
        .code("all", format!("{prefix} review keep roster"))
}

/// The person that is named, who must be part of the campaign and not removed in it.
fn wanted(context: &Context, campaign: &Campaign, words: &str) -> Result<OwnedUserId, Refusal> {
    let person = context.person(words)?;
    if campaign.open.contains(&person) || campaign.kept.contains_key(&person) {
        return Ok(person);
    }
    let pill = Argument::User(person.to_string());
    Err(Refusal::NotAllowed(
        Text::new("review-not-part").with("person", pill),
    ))
}

fn keep_roster(context: &Context, community: &Community, campaign: &Campaign) -> Answer {
    let open = review::undecided(context.snapshot, community, campaign);
    let kept = open
        .into_iter()
        .filter(|user| matches!(review::suggestion(community, user), Suggestion::Keep(_)));
    let kept: Vec<_> = kept.collect();
    if kept.is_empty() {
        return Err(Refusal::NotAllowed(Text::new("review-nobody-to-keep")));
    }
    Ok(keep(context, community, campaign, &kept))
}

fn keep(
    context: &Context,
    community: &Community,
    campaign: &Campaign,
    people: &[OwnedUserId],
) -> Outcome {
    let mut campaign = campaign.clone();
    let mut deed = context.deed(community);
    for person in people {
        campaign.open.remove(person);
        campaign
            .kept
            .insert(person.clone(), context.issuer().to_owned());
        deed.account(context.issuer(), "review-keep", person, None);
    }
    let text = match people {
        [person] => {
            let pill = Argument::User(person.to_string());
            Text::new("review-kept").with("person", pill)
        }
        several => Text::new("review-kept-many").with("count", risks::count(several.len())),
    };
    let text = review::progress(context.snapshot, community, &campaign, text);
    deed.keep(Record::Campaign(campaign));
    Outcome::of(deed.decision, text)
}

/// Removes somebody from every room, and tells them kindly.
fn remove(
    context: &Context,
    community: &Community,
    campaign: &Campaign,
    person: &OwnedUserId,
    reason: Option<&str>,
) -> Answer {
    let bot = &context.snapshot.bot;
    permission::may_act_on(community, bot, context.issuer(), person, None)?;
    let mut deed = context.deed(community);
    for (_, room, membership) in context.memberships(community, person) {
        if membership != Membership::Ban {
            deed.act(Effect::Membership {
                room: room.clone(),
                user: person.clone(),
                change: MembershipChange::Kick,
                reason: reason.map(str::to_owned),
            });
        }
    }
    let told = Text::new("review-told").with("name", community.definition.name.as_str());
    deed.tell(person, with_reason(told, reason).line("ask-the-team"));
    let mut campaign = campaign.clone();
    campaign.open.remove(person);
    campaign.kept.remove(person);
    campaign
        .removed
        .insert(person.clone(), context.issuer().to_owned());
    deed.account(
        context.issuer(),
        "review-remove",
        person,
        reason.map(str::to_owned),
    );
    let pill = Argument::User(person.to_string());
    let text = Text::new("review-removed").with("person", pill);
    let text = review::progress(
        context.snapshot,
        community,
        &campaign,
        with_reason(text, reason),
    );
    deed.keep(Record::Campaign(campaign));
    Ok(Outcome::of(deed.decision, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        commands::testing::{self, apply, body, effects, reply, say, user},
        community::snapshot::Snapshot,
    };

    fn begun() -> Snapshot {
        let mut snapshot = testing::snapshot();
        let begun = apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "revue membres pendant 14 jours",
        );
        assert_eq!(reply(&begun).key(), "review-begun", "{}", body(&begun));
        snapshot
    }

    fn campaign(snapshot: &Snapshot) -> &Campaign {
        let campaigns = &testing::community(snapshot).records.campaigns;
        campaigns.values().next().expect("there is one")
    }

    #[test]
    fn a_campaign_is_over_everybody_but_the_bot_and_shows_whom_to_look_at_first() {
        let snapshot = begun();
        let open = &campaign(&snapshot).open;
        assert_eq!(open.len(), 7);
        assert!(open.contains(&user("ben")) && !open.contains(&user("hygie")));
        let shown = body(&say(&snapshot, &testing::admins(), "samir", "review"));
        let (ben, lea) = (shown.find("@ben:").unwrap(), shown.find("@lea:").unwrap());
        assert!(ben < lea, "{shown}");
    }

    #[test]
    fn each_decision_is_noted_with_who_made_it() {
        let mut snapshot = begun();
        apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "review keep roster",
        );
        assert_eq!(campaign(&snapshot).kept.len(), 4, "who has a role");
        apply(
            &mut snapshot,
            &testing::admins(),
            "samir",
            "revue garder @camille:example.org",
        );
        assert_eq!(
            campaign(&snapshot).kept.get(&user("camille")),
            Some(&user("samir"))
        );
        let line = "revue retirer @ben:example.org parce que plus dans le réseau";
        let removed = apply(&mut snapshot, &testing::admins(), "lea", line);
        let kicks = effects(&removed).filter(|it| it.name() == "kick").count();
        assert_eq!(kicks, 3);
        assert!(
            effects(&removed)
                .any(|it| matches!(it, Effect::Say { text, .. } if text.key() == "review-told"))
        );
        assert_eq!(
            campaign(&snapshot).removed.get(&user("ben")),
            Some(&user("lea"))
        );
        assert_eq!(removed.audit[0].action, "review-remove");
        assert_eq!(campaign(&snapshot).open.len(), 1);
    }

    #[test]
    fn nobody_is_removed_by_an_equal_or_outside_of_a_campaign() {
        let snapshot = begun();
        let refused = say(
            &snapshot,
            &testing::admins(),
            "lea",
            "review remove @samir:example.org",
        );
        assert_eq!(reply(&refused).key(), "not-on-an-equal");
        let unknown = say(
            &snapshot,
            &testing::admins(),
            "lea",
            "review keep @stranger:example.org",
        );
        assert_eq!(reply(&unknown).key(), "review-not-part");
        let none = say(
            &testing::snapshot(),
            &testing::admins(),
            "lea",
            "review keep @ben:example.org",
        );
        assert_eq!(reply(&none).key(), "review-none");
    }
}

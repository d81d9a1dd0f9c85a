//! `join`: in with a ticket, for everybody, also for who is in no community yet; or into a group that is open to the space. A ticket is for
//! a private conversation: typed in front of others it is used at once, so that nobody else can, and taken down.

use ruma::OwnedUserId;

use super::{
    Setting,
    context::{Answer, Context, Outcome, Refusal},
    spec::{Both, Scope, Spec},
};
use crate::{
    action::{Effect, MembershipChange, Sender},
    community::{
        change::{Change, Membership},
        definition::{Group, Kind, Way},
        desired,
        place::Place,
        role::Role,
        snapshot::Community,
    },
    governance::tickets::{self, Token},
    reply::{Argument, Text},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "rejoindre",
        en: "join",
    },
    aliases: &["entrer"],
    usage: Both {
        fr: "<billet|groupe>",
        en: "<ticket|group>",
    },
    help: "help-join",
    role: Role::Member,
    scope: Scope::Anywhere,
    clauses: &[],
    examples: Both {
        fr: &["k7f3x-q2m8d-9hw4t-c6rnb-5zjvy8", "secteur-est"],
        en: &["k7f3x-q2m8d-9hw4t-c6rnb-5zjvy8", "secteur-est"],
    },
    run: |context, input| run(context, input.needed(Text::new("join-missing"))?),
};

/// A line that is nothing but a ticket: people paste what they were given.
pub(super) fn bare_ticket(line: &str) -> Option<&str> {
    let line = line.trim();
    (!line.contains(char::is_whitespace) && Token::parse(line).is_some()).then_some(line)
}

fn run(context: &Context, words: &str) -> Answer {
    // A group may be called like a ticket looks; then there is no such ticket.
    let group = context.community.map(|_| context.group(words));
    match (Token::parse(words), group) {
        (Some(token), group) if !matches!(group, Some(Ok(_))) => Ok(redeem(context, &token)),
        (_, Some(group)) => join(context, &group?),
        (_, None) => Err(which_community(context)),
    }
}

/// In with a ticket. Nothing of what is said repeats it.
fn redeem(context: &Context, token: &Token) -> Outcome {
    let cause = context.event.id.as_str();
    let user = OwnedUserId::from(context.issuer());
    let redeemed = tickets::redeem(context.snapshot, &token.id(), &user, cause, context.now);
    let mut outcome = match redeemed {
        Ok(redeemed) => {
            let review = redeemed.decision.review.clone();
            Outcome {
                review: false,
                review_also: review.into_iter().collect(),
                admins_know: true,
                ..Outcome::of(redeemed.decision, redeemed.text)
            }
        }
        Err(refused) => Outcome::say(refused.text),
    };
    if let Setting::Group(id, _) | Setting::Admins(id) = context.setting {
        let community = context.snapshot.communities.get(id);
        outcome.effects.extend(community.map(|it| Effect::Redact {
            room: context.event.room.clone(),
            event: context.event.id.clone(),
            reason: Text::new("join-redacted"),
            locale: it.definition.locale,
            sender: Sender::Known(user),
        }));
        outcome.reply = outcome.reply.map(|reply| reply.line("join-in-private"));
    }
    outcome
}

/// Into a group that is open to the space, or who lets one in there.
fn join(context: &Context, group: &Group) -> Answer {
    let community = context.community()?;
    let place = Place::Group(group.id.clone());
    let refuse = |key: &str| Refusal::NotAllowed(Text::new(key).with("group", group.name.as_str()));
    let room_of = |place: &Place| {
        let id = community.places.get(place)?;
        Some((id, context.snapshot.rooms.get(id)?))
    };
    let user = context.issuer();
    let in_space =
        room_of(&Place::Space).is_some_and(|(_, space)| space.membership(user) == Membership::Join);
    if !in_space {
        return Err(refuse("join-space-first"));
    }
    if group.archived {
        return Err(refuse("join-over"));
    }
    let Some((id, room)) = room_of(&place) else {
        return Err(refuse("join-early"));
    };
    match room.membership(user) {
        Membership::Join => return Err(refuse("join-there")),
        Membership::Invite => return Err(refuse("join-invited-already")),
        Membership::Ban => return Err(led_by(refuse("join-banned"), community, &place)),
        Membership::Leave | Membership::Knock => {}
    }
    // A closed place stays closed to whoever it does not ask for, whatever they are elsewhere.
    let team = community.role_in(user, &place) > Role::Member
        && desired::invited(context.snapshot, community, &place)
            .iter()
            .any(|it| **it == *user);
    if !team && !group.ways().contains(&Way::OpenToSpace) {
        let refusal = led_by(refuse(closed(group)), community, &place);
        return Err(refusal);
    }
    if !team && desired::seats_left(context.snapshot, community, &place) == Some(0) {
        return Err(led_by(refuse("join-full"), community, &place));
    }
    Ok(Outcome {
        effects: vec![Effect::Membership {
            room: id.clone(),
            user: user.to_owned(),
            change: MembershipChange::Invite,
            reason: None,
        }],
        changes: vec![Change::Invited {
            room: id.clone(),
            user: user.to_owned(),
        }],
        ..Outcome::say(Text::new("join-done").with("group", group.name.as_str()))
    })
}

/// How one comes into a group that is not open to the space.
fn closed(group: &Group) -> &'static str {
    let ways = group.ways();
    if ways.contains(&Way::Knock) {
        "join-ask"
    } else if group.kind == Kind::Admins || !ways.contains(&Way::Ticket) {
        "join-closed"
    } else {
        "join-by-ticket"
    }
}

/// How many of those who lead a group are named.
const MOST_NAMED: usize = 3;

/// Names who leads the group: who has a role there above others, else who answers for the community.
fn led_by(refusal: Refusal, community: &Community, place: &Place) -> Refusal {
    let Refusal::NotAllowed(mut text) = refusal else {
        return refusal;
    };
    let of_the_group = |user: &&OwnedUserId| {
        let here = community.role_in(user, place);
        here >= Role::Moderator && here > community.role(user)
    };
    let mut people: Vec<&OwnedUserId> = community.team().filter(of_the_group).collect();
    if people.is_empty() {
        let contact = community.definition.contact.iter();
        let above = community
            .team()
            .filter(|it| community.role(it) >= Role::Admin);
        people = contact.chain(above).collect();
    }
    people.sort_by_key(|it| (std::cmp::Reverse(community.role_in(it, place)), *it));
    people.dedup();
    for person in people.into_iter().take(MOST_NAMED) {
        text = text
            .line("join-leader")
            .with("person", Argument::User(person.to_string()));
    }
    Refusal::NotAllowed(text)
}

fn which_community(context: &Context) -> Refusal {
    let own: Vec<_> = context.snapshot.communities_of(context.issuer()).collect();
    if own.is_empty() {
        return Refusal::NotAllowed(Text::new("join-nowhere"));
    }
    let lines = own
        .iter()
        .fold(Text::new("several-communities"), |text, it| {
            text.line("group-line")
                .with("name", it.definition.name.as_str())
                .code("id", &it.definition.id)
        });
    Refusal::NotAllowed(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        action::Recipient,
        commands::testing::{self, apply, body, effects, reply, say, user},
        decide::Decision,
    };

    /// A snapshot in which Nadia gave a ticket into the eastern group, and its token.
    fn with_ticket(more: &str) -> (crate::community::snapshot::Snapshot, String) {
        let mut snapshot = testing::snapshot();
        let line = format!("ticket {more} in secteur-est");
        apply(&mut snapshot, &testing::admins(), "nadia", &line);
        let token = Token::derive(&snapshot.hash_key, "$command").to_string();
        (snapshot, token)
    }

    /// The answer to the person: what a redeemed ticket tells the team comes after it.
    fn told<'a>(decision: &'a Decision, key: &str) -> (&'a Recipient, String) {
        let said = effects(decision).find_map(|it| match it {
            Effect::Say {
                to, text, locale, ..
            } if text.key() == key => Some((to, text.plain(*locale))),
            _ => None,
        });
        said.unwrap_or_else(|| panic!("{key} is not said"))
    }

    fn invited(decision: &Decision) -> Vec<String> {
        let rooms = effects(decision).filter_map(|it| match it {
            Effect::Membership {
                room,
                change: MembershipChange::Invite,
                ..
            } => Some(room.to_string()),
            _ => None,
        });
        rooms.collect()
    }

    #[test]
    fn somebody_who_is_nowhere_yet_comes_in_with_a_ticket_in_private() {
        for line in [
            "join {}",
            "rejoindre {}",
            "{}",
            "join https://chat.example.org/join/{}",
        ] {
            let (mut snapshot, token) = with_ticket("");
            let line = line.replace("{}", &token);
            let decision = apply(&mut snapshot, &testing::direct(), "zoe", &line);
            told(&decision, "ticket-welcome");
            assert_eq!(
                invited(&decision),
                ["!space:example.org", "!est:example.org"]
            );
            assert_eq!(decision.audit[0].action, "ticket-used");
            assert!(!format!("{decision:?}").contains(&token));
            let again = say(&snapshot, &testing::direct(), "zoe", &line);
            assert_eq!(
                (reply(&again).key(), again.changes.len()),
                ("ticket-done-before", 0)
            );
            let other = say(&snapshot, &testing::direct(), "mallory", &line);
            assert_eq!(
                (reply(&other).key(), other.changes.len()),
                ("ticket-used", 0)
            );
        }
    }

    #[test]
    fn a_ticket_in_front_of_others_is_taken_down_and_answered_in_private() {
        let (snapshot, token) = with_ticket("");
        let decision = say(
            &snapshot,
            &testing::east(),
            "camille2",
            &format!("join {token}"),
        );
        assert!(effects(&decision).any(|it| matches!(it, Effect::Redact { .. })));
        let (to, said) = told(&decision, "ticket-welcome");
        assert_eq!(*to, Recipient::Person(user("camille2")));
        assert!(said.contains("privé"), "{said}");
        let wrong = say(
            &snapshot,
            &testing::east(),
            "ben",
            &format!("join {}", token.replace(&token[..1], "0")),
        );
        assert_eq!(reply(&wrong).key(), "ticket-unknown");
        assert!(
            effects(&wrong).any(|it| matches!(it, Effect::Redact { .. })),
            "it may be a slip of the pen"
        );
    }

    #[test]
    fn a_ticket_for_somebody_is_for_nobody_else() {
        let (snapshot, token) = with_ticket("@zoe:example.org");
        let other = say(
            &snapshot,
            &testing::direct(),
            "mallory",
            &format!("join {token}"),
        );
        assert_eq!(
            (reply(&other).key(), other.changes.len()),
            ("ticket-for-another", 0)
        );
        assert!(!body(&other).contains("zoe"), "{}", body(&other));
        let own = say(
            &snapshot,
            &testing::direct(),
            "zoe",
            &format!("join {token}"),
        );
        told(&own, "ticket-welcome");
    }

    #[test]
    fn a_member_joins_an_open_group_and_is_told_who_leads_one_that_is_not() {
        let mut snapshot = testing::snapshot();
        let open = say(&snapshot, &testing::direct(), "ben", "join secteur ouest");
        assert_eq!(
            (reply(&open).key(), invited(&open)),
            ("join-done", vec!["!ouest:example.org".to_owned()])
        );
        let there = say(&snapshot, &testing::direct(), "ben", "join secteur-est");
        assert_eq!(reply(&there).key(), "join-there");
        let closed = say(&snapshot, &testing::direct(), "ben", "join admins");
        assert_eq!(
            (reply(&closed).key(), invited(&closed).len()),
            ("join-closed", 0)
        );
        assert!(
            body(&closed).contains("@samir:example.org"),
            "{}",
            body(&closed)
        );
        crate::community::snapshot::tests::redeclare(&mut snapshot, |file| {
            file.groups[0].admission = Some([Way::Ticket].into());
        });
        let by_ticket = say(
            &snapshot,
            &testing::direct(),
            "camille2",
            "join secteur-est",
        );
        assert_eq!(
            (reply(&by_ticket).key(), invited(&by_ticket).len()),
            ("join-by-ticket", 0)
        );
        assert!(
            body(&by_ticket).contains("@awa:example.org"),
            "{}",
            body(&by_ticket)
        );
        let stranger = say(&snapshot, &testing::direct(), "zoe", "join secteur-est");
        assert_eq!(reply(&stranger).key(), "join-nowhere");
    }

    #[test]
    fn a_role_elsewhere_does_not_open_the_admins_room() {
        let mut snapshot = testing::snapshot();
        let line = "grant @camille2:example.org correspondent";
        testing::apply(&mut snapshot, &testing::admins(), "lea", line);
        let community = testing::community(&snapshot);
        let role = community.role(&testing::user("camille2"));
        assert_eq!(role, crate::community::role::Role::Correspondent);
        let said = say(&snapshot, &testing::direct(), "camille2", "join admins");
        assert_eq!(invited(&said).len(), 0, "{}", body(&said));
    }

    #[test]
    fn a_full_group_takes_nobody_and_says_so() {
        let mut snapshot = testing::snapshot();
        crate::community::snapshot::tests::redeclare(&mut snapshot, |file| {
            file.groups[1].max_members = Some(1);
        });
        let full = say(&snapshot, &testing::direct(), "ben", "join secteur-ouest");
        assert_eq!((reply(&full).key(), invited(&full).len()), ("join-full", 0));
    }
}

//! `who`: who answers for what: for the community, for a group, or which roles somebody has. For everybody; the roles of others for the team.

use std::collections::BTreeSet;

use ruma::OwnedUserId;

use super::{
    context::{Answer, Context, Outcome, Refusal},
    input::Input,
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{
    community::{definition::Kind, place::Place, record, role::Role, snapshot::Community},
    governance::team,
    reply::{Argument, Text},
};

/// How many groups are listed with those who lead them; `who <group>` says it of every one.
const MOST_GROUPS: usize = 40;
/// How many people are named for one role.
const MOST_PEOPLE: usize = 12;

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "qui",
        en: "who",
    },
    aliases: &["equipe", "team"],
    usage: Both {
        fr: "[groupe | personne | moi]",
        en: "[group | person | me]",
    },
    help: "help-who-answers",
    role: Role::Member,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &["", "secteur-est", "@awa:example.org"],
        en: &["", "secteur-est", "@awa:example.org"],
    },
    run: |context, input| run(context, parse(input)),
};

fn parse<'a>(input: &Input<'a>) -> &'a str {
    input.subject.trim_end_matches('?').trim_end()
}

fn run(context: &Context, words: &str) -> Answer {
    let community = context.community()?;
    let is_person = words.starts_with('@') || words.contains("matrix.to/#/@");
    let text = match fold(words).as_str() {
        "" => whole(community),
        "me" | "moi" | "i" | "je" => person(context, community, &context.issuer().to_owned())?,
        _ if is_person => person(context, community, &context.person(words)?)?,
        _ => match (context.group(words), context.person(words)) {
            (Ok(group), _) => of_group(community, &Place::Group(group.id)),
            (Err(_), Ok(user)) => person(context, community, &user)?,
            (Err(refusal), Err(_)) => return Err(refusal),
        },
    };
    Ok(Outcome::say(text))
}

/// Adds a line for each role that somebody has at exactly this place.
fn roles_at(community: &Community, place: &Place, mut text: Text) -> Text {
    for role in Role::GIVEN.into_iter().rev() {
        let people = with_role(community, place, role);
        let mut shown = people.iter().take(MOST_PEOPLE);
        if let Some(first) = shown.next() {
            text = text
                .line("who-role")
                .with("role", Text::new(role.text_key()))
                .with("person", Argument::User(first.to_string()));
        }
        for user in shown {
            text = text
                .line("who-also")
                .with("person", Argument::User(user.to_string()));
        }
        let more = people.len().saturating_sub(MOST_PEOPLE);
        if more > 0 {
            let more = i64::try_from(more).unwrap_or(i64::MAX);
            text = text.line("safeguard-more").with("count", more);
        }
    }
    text
}

fn with_role(community: &Community, place: &Place, role: Role) -> BTreeSet<OwnedUserId> {
    let has = |user: &&OwnedUserId| {
        let mut roles = community.roles_of(user).iter();
        roles.any(|(there, own)| there == place && *own == role)
    };
    community.team().filter(has).cloned().collect()
}

fn whole(community: &Community) -> Text {
    let name = community.definition.name.as_str();
    let mut text = Text::new("who-title").with("name", name);
    if let Some(contact) = &community.definition.contact {
        text = text.line("who-contact").with("person", contact);
    }
    text = roles_at(community, &Place::Space, text);
    let led: BTreeSet<&Place> = community
        .team()
        .flat_map(|user| community.roles_of(user))
        .map(|(place, _)| place)
        .filter(|place| **place != Place::Space)
        .collect();
    let groups = community.groups.iter().filter(|group| {
        !group.archived
            && group.kind != Kind::Mediation
            && led.contains(&Place::Group(group.id.clone()))
    });
    for (count, group) in groups.enumerate() {
        if count == MOST_GROUPS {
            text = text.line("who-more-groups");
            break;
        }
        text = text.line("who-group").with("name", group.name.as_str());
        text = roles_at(community, &Place::Group(group.id.clone()), text);
    }
    text
}

fn of_group(community: &Community, place: &Place) -> Text {
    let text = Text::new("who-title").with("name", community.name_of(place));
    let text = roles_at(community, place, text);
    let text = text
        .line("who-group")
        .with("name", community.definition.name.as_str());
    roles_at(community, &Place::Space, text)
}

/// Which roles somebody has, since when, until when, and by whom.
fn person(context: &Context, community: &Community, user: &OwnedUserId) -> Result<Text, Refusal> {
    let pill = || Argument::User(user.to_string());
    if **user != *context.issuer() && community.highest_role(context.issuer()) <= Role::Member {
        return Err(Refusal::NotAllowed(
            Text::new("who-not-others").with("person", pill()),
        ));
    }
    let mut roles: Vec<_> = community.roles_of(user).to_vec();
    roles.sort_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
    roles.dedup();
    if roles.is_empty() {
        return Ok(Text::new("who-no-role").with("person", pill()));
    }
    let mut text = Text::new("who-person").with("person", pill());
    for (place, role) in roles {
        text = text
            .line("who-person-role")
            .with("role", Text::new(role.text_key()))
            .with("place", community.name_of(&place));
        let grant = community.records.grants.get(&record::at(&place, user));
        let Some(grant) = grant.filter(|grant| grant.role == role) else {
            continue;
        };
        text = text
            .line("who-by")
            .with("by", Argument::User(grant.by.to_string()))
            .with("since", super::context::local(community, grant.at));
        if let Some(until) = grant.until {
            text = text
                .line("who-until")
                .with("until", team::end(community, until, context.now));
        }
    }
    if let Some(until) = community.records.away.get(user) {
        text = text
            .line("who-away")
            .with("until", team::end(community, *until, context.now));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::{self, admins, apply, body, direct, east, reply, say, user};

    #[test]
    fn everybody_learns_who_answers_for_the_community_and_each_group() {
        let snapshot = testing::snapshot();
        let told = body(&say(&snapshot, &direct(), "ben", "qui"));
        for name in ["samir", "lea", "nadia", "awa"] {
            assert!(told.contains(user(name).as_str()), "{name}: {told}");
        }
        let east = body(&say(&snapshot, &east(), "ben", "who secteur est ?"));
        assert!(east.contains("@awa:") && east.contains("@samir:"), "{east}");
        let west = body(&say(&snapshot, &direct(), "ben", "who secteur-ouest"));
        assert!(!west.contains("@awa:"), "{west}");
    }

    #[test]
    fn the_team_learns_since_when_until_when_and_by_whom_and_everybody_of_themselves() {
        let mut snapshot = testing::snapshot();
        apply(
            &mut snapshot,
            &admins(),
            "lea",
            "grant @ben:example.org correspondent in secteur-est until 2026-06-30",
        );
        for (who, line) in [
            ("awa", "who @ben:example.org"),
            ("ben", "qui moi"),
            ("awa", "who ben"),
        ] {
            let told = body(&say(&snapshot, &direct(), who, line));
            assert!(
                told.contains("@lea:")
                    && told.contains("2026-06-30")
                    && told.contains("Secteur Est"),
                "{told}"
            );
        }
        let camille = say(&snapshot, &direct(), "camille", "who @ben:example.org");
        assert_eq!(reply(&camille).key(), "who-not-others");
        let own = say(&snapshot, &direct(), "camille", "who me");
        assert_eq!(reply(&own).key(), "who-no-role");
    }
}

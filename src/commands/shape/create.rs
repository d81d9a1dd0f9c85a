//! `community create`: a new community, for the founders that the operator named. It is refused without a purpose and without who
//! approved it.

use jiff::tz::TimeZone;
use serde_json::json;

use super::{cut, named, wrong};
use crate::{
    commands::{
        context::{Answer, Context, Outcome, Refusal},
        input::first_word,
    },
    community::{
        change::Change,
        definition::{CommunityId, Definition},
        record::{Declared, Record},
    },
    decide::AuditEntry,
    reply::{Locale, Text},
};

const APPROVED: &[&str] = &[
    "approved by",
    "approuvé par",
    "approuvée par",
    "approuve par",
    "approuvee par",
];
const FOR: &[&str] = &["for", "pour"];
const ENGLISH: &[&str] = &["in english", "en anglais"];
const FRENCH: &[&str] = &["in french", "en français", "en francais"];

struct Args<'a> {
    id: CommunityId,
    name: &'a str,
    locale: Locale,
    purpose: &'a str,
    approved_by: &'a str,
}

fn parse(words: &str, locale: Locale) -> Result<Args<'_>, Text> {
    let missing = |key: &str| Text::new(key);
    let (head, approved_by) = cut(words, APPROVED)
        .filter(|(_, who)| !who.is_empty())
        .ok_or_else(|| missing("create-no-approval"))?;
    let (head, purpose) = cut(head, FOR)
        .filter(|(_, purpose)| !purpose.is_empty())
        .ok_or_else(|| missing("create-no-purpose"))?;
    let (head, locale) = match (cut(head, ENGLISH), cut(head, FRENCH)) {
        (Some((before, _)), _) => (before, Locale::En),
        (None, Some((before, _))) => (before, Locale::Fr),
        (None, None) => (head, locale),
    };
    let (id, name) = first_word(head);
    let parsed = id.to_lowercase().parse::<CommunityId>();
    let parsed = parsed.map_err(|problem| {
        Text::new("shape-bad-id")
            .with("word", id)
            .code("problem", problem)
    })?;
    let (name, _) = named(name);
    if name.is_empty() {
        return Err(missing("create-no-name"));
    }
    Ok(Args {
        id: parsed,
        name,
        locale,
        purpose,
        approved_by,
    })
}

pub(in crate::commands) fn run(context: &Context, words: &str) -> Answer {
    let snapshot = context.snapshot;
    let founder = context.issuer().to_owned();
    if !snapshot.founders.contains(&founder) {
        return Err(Refusal::NotAllowed(Text::new("create-not-a-founder")));
    }
    let args = parse(words, context.locale)?;
    if snapshot.communities.contains_key(&args.id) {
        return Err(Refusal::NotAllowed(
            Text::new("create-taken").code("id", &args.id),
        ));
    }
    let timezone = match args.locale {
        Locale::Fr => "Europe/Paris",
        Locale::En => "UTC",
    };
    let today = jiff::Timestamp::from_millisecond(context.now.0).unwrap_or_default();
    let zone = TimeZone::get(timezone).unwrap_or(TimeZone::UTC);
    let conduct = Text::new("create-conduct").plain(args.locale);
    let definition = json!({
        "id": args.id, "name": args.name, "purpose": args.purpose, "locale": args.locale, "timezone": timezone,
        "approval": {"by": args.approved_by, "on": today.to_zoned(zone).date().to_string()},
        "owners": [founder],
        "code_of_conduct": {"version": 1, "text": conduct},
    });
    let definition: Definition = serde_json::from_value(definition).map_err(|problem| {
        Text::new("shape-wrong")
            .code("key", "community")
            .code("problem", problem)
    })?;
    if let Some(invalid) = definition.validate().first() {
        return Err(wrong(invalid).into());
    }
    let declared = Declared {
        definition,
        base: None,
    };
    let text = Text::new("create-done")
        .with("name", args.name)
        .code("id", &args.id)
        .code("group", format!("{} group add", context.prefix()))
        .code("set", format!("{} community set", context.prefix()));
    Ok(Outcome {
        changes: vec![Change::keep(&args.id, Record::Declared(Box::new(declared)))],
        audit: vec![AuditEntry {
            community: args.id.clone(),
            room: None,
            actor: founder,
            action: "community-created".to_owned(),
            target: Some(args.id.to_string()),
            rule: None,
            detail: Some(format!(
                "for {}; approved by {}",
                args.purpose, args.approved_by
            )),
        }],
        review_also: vec![args.id],
        ..Outcome::say(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        commands::testing::{self, NOW, apply, reply, say, user},
        decide::review,
    };

    const LINE: &str =
        "communauté créer est « ASC Est » pour relier les agents approuvé par la direction";

    #[test]
    fn a_founder_makes_a_community_whose_rooms_are_made() {
        let mut snapshot = testing::snapshot();
        snapshot.founders.push(user("fatou"));
        let decision = apply(&mut snapshot, &testing::direct(), "fatou", LINE);
        assert_eq!(reply(&decision).key(), "create-done");
        let id: CommunityId = "est".parse().unwrap();
        let community = &snapshot.communities[&id];
        assert_eq!(community.definition.name, "ASC Est");
        assert_eq!(community.definition.purpose, "relier les agents");
        assert_eq!(community.definition.owners, [user("fatou")]);
        let approval = community.definition.approval.clone().unwrap();
        assert_eq!(
            (approval.by.as_str(), approval.on.as_str()),
            ("la direction", "2026-01-01")
        );
        assert!(decision.review.contains(&id));
        let made = review(&snapshot, &id, NOW);
        assert!(
            made.actions
                .iter()
                .any(|it| it.effect.name() == "create_room")
        );
    }

    #[test]
    fn without_purpose_approval_or_leave_of_the_operator_nothing_is_made() {
        let mut snapshot = testing::snapshot();
        assert_eq!(
            reply(&say(&snapshot, &testing::direct(), "fatou", LINE)).key(),
            "create-not-a-founder"
        );
        snapshot.founders.push(user("fatou"));
        for (line, key) in [
            ("community create est \"Est\" for x", "create-no-approval"),
            (
                "community create est \"Est\" approved by y",
                "create-no-purpose",
            ),
            (
                "community create nord \"N\" for x approved by y",
                "create-taken",
            ),
            (
                "community create é_ \"N\" for x approved by y",
                "shape-bad-id",
            ),
            ("community create est for x approved by y", "create-no-name"),
        ] {
            let decision = say(&snapshot, &testing::direct(), "fatou", line);
            assert_eq!(reply(&decision).key(), key, "{line}");
            assert!(decision.changes.is_empty());
        }
    }
}

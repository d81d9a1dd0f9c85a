//! `consent`: what one has accepted, and whether what one reports may be passed on. For everybody, about themselves.

use super::{
    context::{Answer, Context, Outcome, local},
    input::Input,
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{
    community::{
        definition::Locale, place::Place, record::Purpose, role::Role, snapshot::Community,
    },
    governance::conduct,
    reply::Text,
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "accord",
        en: "consent",
    },
    aliases: &["consentement", "accords"],
    usage: Both {
        fr: "[relais oui|non]",
        en: "[relay yes|no]",
    },
    help: "help-consent",
    role: Role::Member,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &["", "relais oui", "relais non"],
        en: &["", "relay yes", "relay no"],
    },
    run: |context, input| match parse(input)? {
        None => show(context),
        Some(given) => change(context, given),
    },
};

fn parse(input: &Input) -> Result<Option<bool>, Text> {
    let words = fold(input.subject);
    let words = words
        .strip_prefix("relais")
        .or_else(|| words.strip_prefix("relay"))
        .map_or(words.as_str(), str::trim);
    match words {
        "" => Ok(None),
        "oui" | "yes" => Ok(Some(true)),
        "non" | "no" => Ok(Some(false)),
        _ => Err(Text::new("consent-what")),
    }
}

fn change(context: &Context, given: bool) -> Answer {
    let mut deed = context.deed(context.community()?);
    let user = context.issuer().to_owned();
    conduct::consent(&mut deed, &user, Purpose::Relay, given);
    // They are told in private by what follows from it.
    Ok(Outcome {
        reply: None,
        ..Outcome::of(deed.decision, Text::default())
    })
}

fn show(context: &Context) -> Answer {
    let community = context.community()?;
    let name = community.definition.name.as_str();
    let mut text = Text::new("consent-title").with("community", name);
    let accepted = |place: &Place| {
        let there = community.records.accepted.get(place)?;
        there.get(context.issuer()).filter(|it| it.version > 0)
    };
    text = match accepted(&Place::Space) {
        Some(it) => text
            .line("consent-conduct")
            .with("version", i64::from(it.version))
            .with("at", local(community, it.at)),
        None => text.line("consent-conduct-none").with(
            "version",
            i64::from(community.definition.code_of_conduct.version),
        ),
    };
    for asking in conduct::all(community) {
        let place = &asking.place;
        let there = community.places.get(place);
        let there = there.and_then(|room| context.snapshot.rooms.get(room));
        if *place == Place::Space || !there.is_some_and(|room| room.joined(context.issuer())) {
            continue;
        }
        let group = community.name_of(place);
        text = match accepted(place) {
            Some(it) => text
                .line("consent-terms")
                .with("group", group)
                .with("version", i64::from(it.version))
                .with("at", local(community, it.at)),
            None => text.line("consent-terms-none").with("group", group),
        };
    }
    text = relay(context, community, text);
    let [yes, no] = match context.locale {
        Locale::Fr => ["accord relais oui", "accord relais non"],
        Locale::En => ["consent relay yes", "consent relay no"],
    };
    let text = text.line("consent-change").code("yes", yes).code("no", no);
    Ok(Outcome::say(text))
}

fn relay(context: &Context, community: &Community, text: Text) -> Text {
    let key = (Purpose::Relay, context.issuer().to_owned());
    match community.records.consents.get(&key) {
        Some(it) => text
            .line(if it.given {
                "consent-relay-yes"
            } else {
                "consent-relay-no"
            })
            .with("at", local(community, it.at)),
        None => text.line("consent-relay-unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::testing::{self, apply, reply, say, user};

    #[test]
    fn a_consent_is_given_shown_and_withdrawn_at_any_time() {
        let mut snapshot = testing::snapshot();
        let consents = |snapshot: &crate::community::snapshot::Snapshot| {
            let community = testing::community(snapshot);
            community.records.consents(Purpose::Relay, &user("ben"))
        };
        for (line, given, shown) in [
            ("accord relais oui", Some(true), "consent-relay-yes"),
            ("consent relay no", Some(false), "consent-relay-no"),
            ("consent yes", Some(true), "consent-relay-yes"),
        ] {
            apply(&mut snapshot, &testing::direct(), "ben", line);
            assert_eq!(consents(&snapshot), given, "{line}");
            let said = say(&snapshot, &testing::direct(), "ben", "accord");
            assert!(reply(&said).keys().any(|key| key == shown), "{line}");
        }
    }

    #[test]
    fn what_is_neither_yes_nor_no_changes_nothing() {
        let mut snapshot = testing::snapshot();
        for line in ["accord relais", "accord relais demain", "accord peut-être"] {
            let decision = apply(&mut snapshot, &testing::direct(), "ben", line);
            assert!(decision.changes.is_empty(), "{line}");
        }
    }
}

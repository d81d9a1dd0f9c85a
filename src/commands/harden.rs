//! `harden`: mends what settings can mend, after a preview that is confirmed, and tells the members why; `harden undo` puts it back.
//! For admins.

use super::{
    context::{Answer, Context, Outcome, Refusal},
    input::{Clause, Input},
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{
    community::{record::Matter, role::Role, snapshot::Community},
    governance::{
        deed::Opening,
        harden::{self, Conflict, Hardening},
        risks,
    },
    reply::{Argument, Text},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "renforcer",
        en: "harden",
    },
    aliases: &["durcir"],
    usage: Both {
        fr: "[avec chiffrement] [annuler] [parce que <raison>]",
        en: "[with encryption] [undo] [because <reason>]",
    },
    help: "help-harden",
    role: Role::Admin,
    scope: Scope::Community,
    clauses: &[Clause::Because],
    examples: Both {
        fr: &["", "parce que le groupe était visible de tous", "annuler"],
        en: &["", "because everybody could see the group", "undo"],
    },
    run: |context, input| run(context, &parse(input)?),
};

#[derive(Debug, PartialEq)]
enum Wish {
    Mend { with_encryption: bool },
    Undo,
}

#[derive(Debug, PartialEq)]
struct Args {
    wish: Wish,
    reason: Option<String>,
}

fn parse(input: &Input) -> Result<Args, Text> {
    let wish = match fold(input.subject).as_str() {
        "" => Wish::Mend {
            with_encryption: false,
        },
        "with encryption"
        | "avec chiffrement"
        | "avec le chiffrement"
        | "encryption"
        | "chiffrement" => Wish::Mend {
            with_encryption: true,
        },
        "undo" | "annuler" => Wish::Undo,
        _ => return Err(Text::new("too-many-words").with("words", input.subject)),
    };
    Ok(Args {
        wish,
        reason: input.reason(),
    })
}

fn run(context: &Context, args: &Args) -> Answer {
    let community = context.community()?;
    match args.wish {
        Wish::Undo => undo(context, community),
        Wish::Mend { with_encryption } => {
            let hardening = harden::hardening(context.snapshot, community, with_encryption);
            if hardening.is_empty() {
                let text = Text::new("harden-nothing");
                return Ok(Outcome::say(encryptable(
                    context, community, &hardening, text,
                )));
            }
            if let Some(invalid) = hardening.definition.validate().first() {
                return Err(Refusal::NotAllowed(
                    Text::new("harden-invalid").code("path", &invalid.path),
                ));
            }
            if context.confirmed {
                Ok(carry_out(context, community, &hardening, args))
            } else {
                ask(context, community, &hardening, args)
            }
        }
    }
}

fn carry_out(
    context: &Context,
    community: &Community,
    hardening: &Hardening,
    args: &Args,
) -> Outcome {
    let mut deed = context.deed(community);
    let reason = args.reason.as_deref();
    harden::carry_out(&mut deed, context.issuer(), hardening, reason);
    let undo = format!("{} harden undo", context.prefix());
    let text = Text::new("harden-done")
        .with("count", risks::count(hardening.touched.len()))
        .code("undo", undo);
    Outcome::of(deed.decision, text)
}

/// Shows what it would do, as a card that its giver confirms.
fn ask(context: &Context, community: &Community, hardening: &Hardening, args: &Args) -> Answer {
    let mended = hardening.mends(context.snapshot, community, context.now);
    let points = i64::from(risks::score(&mended));
    let text = Text::new("harden-preview");
    let text = hardening.preview(community, text);
    let text = text
        .line("harden-score")
        .with("count", risks::count(mended.len()))
        .with("points", points);
    let text = encryptable(context, community, hardening, text);
    let with = match args.wish {
        Wish::Mend {
            with_encryption: true,
        } => " with encryption",
        _ => "",
    };
    let because = args.reason.as_ref();
    let because = because.map_or_else(String::new, |reason| format!(" because {reason}"));
    let mut deed = context.deed(community);
    let opening = Opening {
        matter: Matter::Confirm {
            line: format!("harden{with}{because}"),
        },
        by: context.issuer().to_owned(),
        due: Some(context.now.plus(super::confirm::WAITS)),
        assignee: None,
    };
    if deed.open_for_admins(opening, text).is_none() {
        return Err(Refusal::NotAllowed(Text::new("harden-no-room")));
    }
    Ok(Outcome::of(deed.decision, Text::new("harden-asked")))
}

/// Adds which groups should be encrypted, where that was not asked for.
fn encryptable(
    context: &Context,
    community: &Community,
    hardening: &Hardening,
    text: Text,
) -> Text {
    if hardening.to_encrypt.is_empty() {
        return text;
    }
    let names = hardening.to_encrypt.iter();
    let names: Vec<_> = names.map(|place| community.name_of(place)).collect();
    text.line("harden-encryption")
        .with("groups", names.join(", "))
        .code(
            "command",
            format!("{} harden with encryption", context.prefix()),
        )
}

fn undo(context: &Context, community: &Community) -> Answer {
    let Some(hardened) = community.records.hardened.as_deref() else {
        return Err(Refusal::NotAllowed(Text::new("harden-nothing-to-undo")));
    };
    super::permission::may_change_what(community, context.issuer(), &hardened.by)?;
    let mut deed = context.deed(community);
    match harden::undo(&mut deed, context.issuer(), hardened) {
        Ok(()) => {
            let person = Argument::User(hardened.by.to_string());
            let text = Text::new("harden-undone").with("person", person);
            Ok(Outcome::of(deed.decision, text))
        }
        Err(Conflict(keys)) => {
            let text = Text::new("harden-changed-since").code("keys", keys.join(", "));
            Err(Refusal::NotAllowed(text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        action::Effect,
        commands::testing::{self, answer_to, apply, body, effects, event, reply, say},
        community::{change::Change, definition::Photos, snapshot::Snapshot},
    };

    fn open() -> Snapshot {
        let mut snapshot = testing::snapshot();
        let community = testing::community(&snapshot);
        let mut definition = community.definition.clone();
        definition.groups[0].access.public = true;
        definition.groups[0].access.listed = true;
        let change = community.redeclared(definition);
        snapshot.apply(&change);
        snapshot
    }

    fn card(snapshot: &Snapshot) -> String {
        let cards = &testing::community(snapshot).records.cards;
        cards.keys().next().expect("there is a card").to_string()
    }

    #[test]
    fn harden_shows_a_preview_and_does_nothing_until_it_is_confirmed() {
        let mut snapshot = open();
        let before = testing::community(&snapshot).definition.clone();
        let line = "renforcer parce que le groupe était visible de tous";
        let shown = apply(&mut snapshot, &testing::admins(), "lea", line);
        assert_eq!(testing::community(&snapshot).definition, before);
        assert!(
            effects(&shown).any(|it| matches!(it, Effect::Card { text, .. }
            if text.keys().any(|key| key == "harden-does-public")))
        );
        let refused = say(
            &snapshot,
            &testing::admins(),
            "samir",
            &format!("approve {}", card(&snapshot)),
        );
        assert_eq!(reply(&refused).key(), "card-not-yours");
        let line = format!("approve {}", card(&snapshot));
        let mut yes = event("lea", "!adm:example.org", &line);
        yes.id = "$yes".try_into().unwrap();
        let done = answer_to(&snapshot, &testing::admins(), &yes, &line);
        for change in &done.changes {
            snapshot.apply(change);
        }
        let community = testing::community(&snapshot);
        assert!(community.definition.groups[0].access.is_closed());
        assert_eq!(community.definition.groups[0].photos, Some(Photos::Team));
        assert!(community.records.cards.is_empty() && community.records.hardened.is_some());
        assert_eq!(
            (done.review.len(), done.audit[0].action.as_str()),
            (1, "harden")
        );
        let told: Vec<String> = effects(&done)
            .filter_map(|it| match it {
                Effect::Say { text, locale, .. } if text.key() == "harden-told-title" => {
                    Some(text.plain(*locale))
                }
                _ => None,
            })
            .collect();
        assert_eq!(told.len(), 2, "each group is told: {told:?}");
        assert!(
            told.iter().all(|told| told.contains("visible de tous")),
            "{told:?}"
        );
    }

    #[test]
    fn an_undo_puts_back_what_was_unless_somebody_changed_the_same_since() {
        let mut snapshot = open();
        let before = testing::community(&snapshot).definition.clone();
        let hardening = harden::hardening(&snapshot, testing::community(&snapshot), false);
        let changes = testing::in_admins(&snapshot, "lea", "", |context| {
            let mut deed = context.deed(testing::community(context.snapshot));
            harden::carry_out(&mut deed, context.issuer(), &hardening, None);
            deed.decision.changes
        });
        for change in &changes {
            snapshot.apply(change);
        }
        let mut since = snapshot.clone();
        let mut definition = testing::community(&since).definition.clone();
        definition.groups[0].photos = Some(Photos::None);
        let change: Change = testing::community(&since).redeclared(definition);
        since.apply(&change);
        let refused = say(&since, &testing::admins(), "lea", "harden undo");
        assert_eq!(reply(&refused).key(), "harden-changed-since");
        assert!(
            body(&refused).contains("groups.secteur-est.photos"),
            "{}",
            body(&refused)
        );
        let undone = apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "renforcer annuler",
        );
        let answered =
            |it: &Effect| matches!(it, Effect::Say { text, .. } if text.key() == "harden-undone");
        assert!(effects(&undone).any(answered), "{}", body(&undone));
        assert_eq!(testing::community(&snapshot).definition, before);
        assert!(testing::community(&snapshot).records.hardened.is_none());
        let again = say(&snapshot, &testing::admins(), "lea", "harden undo");
        assert_eq!(reply(&again).key(), "harden-nothing-to-undo");
    }
}

//! `rules`: what the rules look for, what the community has changed about that, since when, by whom and why; changing it, taking a change back,
//! and trying the rules on a text. The team reads and tries, admins change.

use super::{
    context::{Answer, Context, Outcome, Refusal, local, with_reason},
    input::{Clause, Input, first_word},
    permission,
    spec::{Both, Scope, Spec},
    words::{fold, unquoted},
};
use crate::{
    clock::Timestamp,
    community::{
        place::Place,
        record::{CardId, Record, RecordKind, RuleChange},
        role::Role,
        snapshot::Community,
    },
    governance::topics,
    moderation::{
        Edit, RuleAction, RuleId,
        layer::{MOST_WORDS, Refusal as Why},
    },
    reply::{Argument, Text},
};

/// The most that a community changes.
const MOST: usize = MOST_WORDS + 200;
/// How many words are listed.
const MOST_LISTED: usize = 40;

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "règles",
        en: "rules",
    },
    aliases: &["rule", "regle"],
    usage: Both {
        fr: "[essayer <texte> | ajouter mot <mot> | ajouter domaine <domaine> | désactiver <règle> | activer <règle> | action <règle> <action> | laisser <valeur> | annuler <changement>] [dans <groupe>] [parce que <raison>]",
        en: "[test <text> | add word <word> | add domain <domain> | off <rule> | on <rule> | action <rule> <action> | allow <value> | undo <change>] [in <group>] [because <reason>]",
    },
    help: "help-rules",
    role: Role::Moderator,
    scope: Scope::Community,
    clauses: &[Clause::In, Clause::Because],
    examples: Both {
        fr: &[
            "",
            "essayer appelez le 06 39 98 12 34",
            "ajouter mot « remède miracle » parce que publicité",
            "ajouter domaine miracle.example parce que arnaque",
            "désactiver phone-number dans secteur-est parce que numéros de garde",
            "laisser 01 42 34 56 78 parce que notre standard",
        ],
        en: &[
            "",
            "test call 06 39 98 12 34",
            "add word \"miracle cure\" because advertising",
            "add domain miracle.example because fraud",
            "off phone-number in secteur-est because numbers of who is on duty",
            "allow 01 42 34 56 78 because it is our switchboard",
        ],
    },
    run: |context, input| run(context, &parse(input)?),
};

#[derive(Debug, PartialEq)]
enum What<'a> {
    List,
    Test(&'a str),
    Word(&'a str),
    Domain(&'a str),
    Off(&'a str),
    On(&'a str),
    Action(&'a str, RuleAction),
    Allow(&'a str),
    Undo(&'a str),
}

#[derive(Debug, PartialEq)]
struct Args<'a> {
    what: What<'a>,
    group: Option<&'a str>,
    reason: Option<String>,
}

fn parse<'a>(input: &Input<'a>) -> Result<Args<'a>, Text> {
    let (verb, rest) = first_word(input.subject);
    let needed = |rest: &'a str| {
        if rest.is_empty() {
            Err(Text::new("rules-what"))
        } else {
            Ok(unquoted(rest))
        }
    };
    let what = match fold(verb).as_str() {
        "" | "list" | "liste" => What::List,
        "test" | "try" | "essayer" | "tester" => What::Test(needed(rest)?),
        "add" | "ajouter" => {
            let (noun, word) = first_word(rest);
            match fold(noun).as_str() {
                "word" | "mot" => What::Word(needed(word)?),
                "domain" | "domaine" | "link" | "lien" => What::Domain(needed(word)?),
                _ => return Err(Text::new("rules-what")),
            }
        }
        "off" | "disable" | "desactiver" | "couper" => What::Off(needed(rest)?),
        "on" | "enable" | "activer" => What::On(needed(rest)?),
        "allow" | "laisser" | "permettre" => What::Allow(needed(rest)?),
        "undo" | "annuler" => What::Undo(needed(rest)?),
        "action" => {
            let (rule, action) = first_word(rest);
            What::Action(needed(rule)?, called(action)?)
        }
        _ => return Err(Text::new("rules-what")),
    };
    Ok(Args {
        what,
        group: input.clause(Clause::In),
        reason: input.reason(),
    })
}

fn called(word: &str) -> Result<RuleAction, Text> {
    match fold(word).as_str() {
        "redact" | "retirer" => Ok(RuleAction::Redact),
        "veil" | "voiler" | "spoiler" => Ok(RuleAction::Veil),
        "nudge" | "demander" => Ok(RuleAction::Nudge),
        "alert" | "alerter" => Ok(RuleAction::Alert),
        "allow" | "laisser" => Ok(RuleAction::Allow),
        _ => Err(Text::new("rules-action-unknown").with("word", word)),
    }
}

fn run(context: &Context, args: &Args) -> Answer {
    let community = context.community()?;
    let place = match args.group {
        Some(words) => Place::Group(context.group(words)?.id),
        None => Place::Space,
    };
    let rule = |name: &str| RuleId::from(name.trim().to_lowercase().as_str());
    let edit = match args.what {
        What::List => return Ok(Outcome::say(list(context, community))),
        What::Test(text) => return Ok(Outcome::say(test(context, community, &place, text))),
        What::Undo(name) => return undo(context, community, name),
        What::On(name) => return on(context, community, &place, &rule(name)),
        What::Word(word) => Edit::Word {
            word: word.to_owned(),
        },
        What::Domain(written) => {
            let edit = context.snapshot.rules.deny(written);
            edit.map_err(|why| refused(context, why))?
        }
        What::Off(name) => Edit::Off { rule: rule(name) },
        What::Action(name, action) => Edit::Action {
            rule: rule(name),
            action,
        },
        What::Allow(value) => {
            let edit = context.snapshot.rules.allow(value);
            edit.map_err(|why| refused(context, why))?
        }
    };
    change(
        context,
        community,
        place,
        edit,
        None,
        args.reason.as_deref(),
    )
}

/// Who changes this about the rules.
fn who_may(edit: &Edit) -> Role {
    match edit {
        Edit::Topic { .. } => Role::Moderator,
        _ => Role::Admin,
    }
}

/// What is said before it instead of being said twice.
fn replaces(new: &Edit, old: &Edit) -> bool {
    match (new, old) {
        (Edit::Action { rule: new, .. }, Edit::Action { rule: old, .. }) => new == old,
        (Edit::Topic { .. }, Edit::Topic { .. }) => new == old,
        _ => false,
    }
}

/// A change of the rules at a place, until some moment or until it is taken back.
pub(super) fn change(
    context: &Context,
    community: &Community,
    place: Place,
    edit: Edit,
    until: Option<Timestamp>,
    reason: Option<&str>,
) -> Answer {
    permission::has_role_in(community, context.issuer(), &place, who_may(&edit))?;
    if let Err(why) = context.snapshot.rules.accepts(&edit) {
        return Err(refused(context, why).into());
    }
    let changes = &community.records.rules;
    let same = changes
        .values()
        .find(|it| it.place == place && it.edit == edit && !replaces(&edit, &it.edit));
    if let Some(same) = same {
        let text = Text::new("rules-already").code("change", &same.id);
        return Err(Refusal::NotAllowed(text));
    }
    if changes.len() >= MOST {
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        let text = Text::new("rules-too-many").with("most", most);
        return Err(Refusal::NotAllowed(text));
    }
    let mut id = CardId::derive(&format!("rule/{}", context.event.id));
    while changes.contains_key(&id) {
        id = CardId::derive(&id.0);
    }
    let mut deed = context.deed(community);
    // The same thing is said once: what was said about it before is over.
    for old in changes
        .values()
        .filter(|it| it.place == place && replaces(&edit, &it.edit))
    {
        deed.forget(RecordKind::Rule, old.id.0.clone());
    }
    let change = RuleChange {
        id,
        edit,
        place,
        by: context.issuer().to_owned(),
        at: context.now,
        reason: reason.map(str::to_owned),
        until,
    };
    let said = described(community, &change);
    let detail = with_why(&plainly(&change), reason);
    deed.account(
        context.issuer(),
        "rules",
        change.place.to_string(),
        Some(detail),
    );
    let text = Text::new("rules-done").then(said).line("rules-undo").code(
        "command",
        format!("{} rules undo {}", context.prefix(), change.id),
    );
    topics::tell_begun(&mut deed, &change);
    deed.keep(Record::Rule(change));
    Ok(Outcome::of(deed.decision, with_reason(text, reason)))
}

fn with_why(what: &str, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => format!("{what}: {reason}"),
        None => what.to_owned(),
    }
}

fn refused(context: &Context, why: Why) -> Text {
    match why {
        Why::NoRule => {
            let names = context.snapshot.rules.list();
            let names: Vec<_> = names.map(|(id, ..)| id.as_str()).collect();
            Text::new("rules-unknown").code("names", names.join(", "))
        }
        Why::NoWord => Text::new("rules-no-word"),
        Why::NoDomain => Text::new("rules-no-domain"),
        Why::FindsNothing => Text::new("rules-finds-nothing"),
        Why::NeverASanction => Text::new("rules-never-a-sanction"),
    }
}

fn undo(context: &Context, community: &Community, name: &str) -> Answer {
    let id = CardId(name.trim().to_lowercase());
    let Some(change) = community.records.rules.get(&id) else {
        return Err(Text::new("rules-no-change").with("word", name).into());
    };
    take_back(context, community, change)
}

/// A rule is in force again where it was off.
fn on(context: &Context, community: &Community, place: &Place, rule: &RuleId) -> Answer {
    let changes = community.records.rules.values();
    let mut off = changes.filter(|it| {
        it.place == *place && matches!(&it.edit, Edit::Off { rule: own } if own == rule)
    });
    match off.next() {
        Some(change) => take_back(context, community, change),
        None => Err(Refusal::NotAllowed(
            Text::new("rules-not-off").code("rule", rule),
        )),
    }
}

fn take_back(context: &Context, community: &Community, change: &RuleChange) -> Answer {
    let needed = who_may(&change.edit);
    permission::has_role_in(community, context.issuer(), &change.place, needed)?;
    let mut deed = context.deed(community);
    topics::tell_over(&mut deed, change);
    deed.forget(RecordKind::Rule, change.id.0.clone());
    let detail = plainly(change);
    deed.account(
        context.issuer(),
        "rules-undo",
        change.place.to_string(),
        Some(detail),
    );
    let text = Text::new("rules-undone").then(described(community, change));
    Ok(Outcome::of(deed.decision, text))
}

/// A change for the audit log, which is never erased: what is let through or taken down may name somebody, and stands in the change alone.
fn plainly(change: &RuleChange) -> String {
    match &change.edit {
        Edit::Off { rule } => format!("off {rule}"),
        Edit::Action { rule, action } => format!("action {rule} {}", action.name()),
        Edit::Word { .. } => format!("word {}", change.id),
        Edit::Topic { .. } => format!("topic {}", change.id),
        Edit::Domain { domain } => format!("domain {domain}"),
        Edit::Allow { rule, .. } => format!("allow {rule} {}", change.id),
    }
}

fn described(community: &Community, change: &RuleChange) -> Text {
    let text = match &change.edit {
        Edit::Off { rule } => Text::new("rules-change-off").code("rule", rule),
        Edit::Action { rule, action } => Text::new("rules-change-action")
            .code("rule", rule)
            .with("action", Text::new(action.text_key())),
        Edit::Word { word } => Text::new("rules-change-word").code("word", word),
        Edit::Domain { domain } => Text::new("rules-change-domain").code("domain", domain),
        Edit::Topic { word } => Text::new("rules-change-topic").code("word", word),
        Edit::Allow { rule, value, .. } => Text::new("rules-change-allow")
            .code("rule", rule)
            .code("value", value),
    };
    let text = text.with("place", community.name_of(&change.place));
    match change.until {
        Some(until) => text.with("until", local(community, until)),
        None => text,
    }
}

fn list(context: &Context, community: &Community) -> Text {
    let mut text = Text::new("rules-title");
    let everywhere = community.layer(&Place::Space);
    for (id, kind, action) in context.snapshot.rules.list() {
        let action = everywhere.action(id).unwrap_or(action);
        let action = if everywhere.is_off(id) {
            "rules-action-off"
        } else {
            action.text_key()
        };
        text = text
            .line("rules-line")
            .code("rule", id)
            .with("kind", Text::new(&format!("{}-name", kind.text_key())))
            .with("action", Text::new(action));
    }
    let mut changes: Vec<_> = community.records.rules.values().collect();
    changes.sort_by_key(|it| (it.at, it.id.0.clone()));
    if !changes.is_empty() {
        text = text.line("rules-changes");
    }
    for change in changes.iter().rev().take(MOST_LISTED) {
        text = text
            .line("rules-change-line")
            .code("change", &change.id)
            .with("what", described(community, change))
            .with("by", Argument::User(change.by.to_string()))
            .with("since", local(community, change.at));
        if let Some(reason) = &change.reason {
            text = text.line("reason").with("reason", reason.as_str());
        }
    }
    if changes.len() > MOST_LISTED {
        let more = i64::try_from(changes.len() - MOST_LISTED).unwrap_or(i64::MAX);
        text = text.line("rules-more").with("count", more);
    }
    text
}

/// What would become of a text: said without repeating it.
fn test(context: &Context, community: &Community, place: &Place, text: &str) -> Text {
    let snapshot = context.snapshot;
    let message = serde_json::json!({"msgtype": "m.text", "body": text});
    let own_room = |_, found: &str| snapshot.is_own_room(found);
    let site = community.site(place, context.now, &own_room);
    let rules = &snapshot.rules;
    let verdict = rules.check_in("m.room.message", &message, &snapshot.hash_key, &site);
    let Some(verdict) = verdict else {
        return Text::new("rules-test-nothing");
    };
    let said = Text::new("rules-test").with("action", Text::new(verdict.action.text_key()));
    verdict.hits.iter().fold(said, |said, hit| {
        said.line("rules-test-line")
            .code("rule", &hit.rule)
            .with("kind", Text::new(&format!("{}-name", hit.kind.text_key())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        commands::testing::{self, admins, apply, body, direct, east, reply, say},
        community::snapshot::Snapshot,
        decide::Decision,
    };

    fn lea(snapshot: &mut Snapshot, line: &str) -> Decision {
        apply(snapshot, &admins(), "lea", line)
    }

    fn key(decision: &Decision) -> String {
        reply(decision).key().to_owned()
    }

    /// What becomes of a message by Ben in the group of the East.
    fn taken_down(snapshot: &Snapshot, body: &str) -> bool {
        let event = testing::event("ben", "!est:example.org", body);
        let decision = crate::decide::decide(snapshot, &event, testing::NOW);
        decision
            .actions
            .iter()
            .any(|it| it.effect.name() == "redact")
    }

    #[test]
    fn an_admin_changes_the_rules_of_a_group_or_everywhere_and_takes_it_back() {
        let mut snapshot = testing::snapshot();
        let phone = "appelez le 06 39 98 12 34";
        assert!(taken_down(&snapshot, phone));
        let elsewhere = "rules off phone-number in secteur-ouest";
        assert_eq!(key(&lea(&mut snapshot, elsewhere)), "rules-done");
        assert!(taken_down(&snapshot, phone));
        let off = "rules off phone-number in secteur-est because numbers of who is on duty";
        let done = lea(&mut snapshot, off);
        assert_eq!(key(&done), "rules-done");
        assert_eq!(done.audit[0].action, "rules");
        assert!(!taken_down(&snapshot, phone));
        let listed = body(&say(&snapshot, &admins(), "nadia", "rules"));
        for part in ["phone-number", "who is on duty", "@lea:example.org"] {
            assert!(listed.contains(part), "{part}: {listed}");
        }
        let back = lea(&mut snapshot, "rules on phone-number in secteur-est");
        assert_eq!(key(&back), "rules-undone");
        assert!(taken_down(&snapshot, phone));

        assert!(!taken_down(&snapshot, "voici un remède miracle"));
        let word = lea(
            &mut snapshot,
            "règles ajouter mot « Remède miracle » parce que publicité",
        );
        assert_eq!(key(&word), "rules-done");
        assert!(taken_down(&snapshot, "voici un REMEDE miracle"));
        let records = &testing::community(&snapshot).records;
        let change = records.rules.values().find(|it| it.place == Place::Space);
        let undo = format!("rules undo {}", change.unwrap().id);
        assert_eq!(key(&lea(&mut snapshot, &undo)), "rules-undone");
        assert!(!taken_down(&snapshot, "voici un remède miracle"));

        let domain = lea(&mut snapshot, "rules add domain https://Evil.example/page");
        assert_eq!(key(&domain), "rules-done");
        assert!(taken_down(&snapshot, "voyez www.evil.example"));
        assert!(!taken_down(&snapshot, "voyez www.good.example"));

        let allowed = lea(&mut snapshot, "rules allow +33 6 39 98 12 34");
        let logged = format!("{:?}", allowed.audit);
        assert!(
            logged.contains("allow phone-number") && !logged.contains("39 98"),
            "{logged}"
        );
        assert!(!taken_down(&snapshot, phone));
        assert!(taken_down(&snapshot, "appelez le 06 39 98 12 35"));
    }

    #[test]
    fn a_rule_veils_what_it_took_down_before_and_nobody_is_sanctioned_for_it() {
        let mut snapshot = testing::snapshot();
        let insult = "espèce de connard";
        assert!(taken_down(&snapshot, insult));
        let veil = lea(&mut snapshot, "règles action insults voiler");
        assert_eq!(key(&veil), "rules-done");
        assert!(!taken_down(&snapshot, insult));
        let event = testing::event("ben", "!est:example.org", insult);
        let decision = crate::decide::decide(&snapshot, &event, testing::NOW);
        let names: Vec<_> = decision.actions.iter().map(|it| it.effect.name()).collect();
        assert_eq!(names, ["move"]);
        assert_eq!(decision.audit[0].action, "veil");
    }

    #[test]
    fn a_text_is_tried_without_being_repeated() {
        let snapshot = testing::snapshot();
        for (line, expected) in [
            ("rules test appelez le 06 39 98 12 34", "rules-test"),
            ("règles essayer bonjour à tous", "rules-test-nothing"),
        ] {
            let decision = say(&snapshot, &direct(), "nadia", line);
            assert_eq!(key(&decision), expected, "{line}");
            let kept = format!("{:?} {:?}", decision.actions, decision.audit);
            assert!(
                !kept.contains("39 98") && !kept.contains("bonjour"),
                "{kept}"
            );
        }
    }

    #[test]
    fn who_may_not_and_what_makes_no_sense_is_refused_and_nothing_changes() {
        let snapshot = testing::snapshot();
        for (who, line, expected) in [
            ("nadia", "rules off phone-number", "not-allowed"),
            ("ben", "rules", "not-allowed"),
            ("lea", "rules off telephone", "rules-unknown"),
            ("lea", "rules on phone-number", "rules-not-off"),
            ("lea", "rules undo abcde", "rules-no-change"),
            ("lea", "rules allow bonjour", "rules-finds-nothing"),
            (
                "lea",
                "rules action danger redact",
                "rules-never-a-sanction",
            ),
            ("lea", "rules action danger burn", "rules-action-unknown"),
            ("lea", "rules add word …", "rules-no-word"),
            ("lea", "rules add", "rules-what"),
            ("lea", "rules dance", "rules-what"),
        ] {
            let decision = say(&snapshot, &admins(), who, line);
            assert_eq!(key(&decision), expected, "{line}");
            assert!(decision.changes.is_empty(), "{line}");
        }
        let twice = "rules off phone-number";
        let mut snapshot = snapshot;
        lea(&mut snapshot, twice);
        assert_eq!(key(&lea(&mut snapshot, twice)), "rules-already");
        let in_group = say(&snapshot, &east(), "ben", "rules");
        assert_eq!(key(&in_group), "not-allowed");
    }
}

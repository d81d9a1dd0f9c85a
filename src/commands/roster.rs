//! `roster`: who is on the roster; takes one over from a file, changes one person, gives it out as a file. For admins.

use ruma::OwnedEventId;
use serde_json::Value;

use super::{
    Setting,
    context::{Answer, Context, Outcome, Refusal},
    input::{Input, first_word},
    permission,
    spec::{Both, Scope, Spec},
    words::{fold, unquoted},
};
use crate::{
    action::{Attachment, Effect},
    community::{
        record::{Person, RecordKind},
        role::Role,
        snapshot::Community,
    },
    event::EventKind,
    governance::roster::{
        columns::{Column, Terms},
        in_space, invitations,
        read::{self, key_of_email},
        taken_over, terms, told,
    },
    reply::{Argument, Text},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "liste",
        en: "roster",
    },
    aliases: &["effectif"],
    usage: Both {
        fr: "[importer|exporter|présences|voir <personne>|retirer <personne>|changer <personne> <colonne> = <valeur>]",
        en: "[import|export|whereabouts|show <person>|remove <person>|set <person> <column> = <value>]",
    },
    help: "help-roster",
    role: Role::Admin,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &["importer", "changer @awa:example.org zone = est"],
        en: &["import", "set @awa:example.org zone = east"],
    },
    run: |context, input| run(context, &parse(input)?),
};

/// How many values of an attribute are counted one by one.
const COUNTED: usize = 12;

#[derive(Debug, PartialEq)]
enum Args<'a> {
    Count,
    Import,
    Give(Attachment),
    Show(&'a str),
    Remove(&'a str),
    Set {
        person: &'a str,
        column: &'a str,
        value: &'a str,
    },
}

fn parse<'a>(input: &Input<'a>) -> Result<Args<'a>, Text> {
    let (word, rest) = first_word(input.subject);
    let nothing = |args| {
        if rest.is_empty() {
            Ok(args)
        } else {
            Err(Text::new("too-many-words").with("words", rest))
        }
    };
    let person = || {
        if rest.is_empty() {
            Err(Text::new("person-missing"))
        } else {
            Ok(rest)
        }
    };
    match fold(word).as_str() {
        "" => Ok(Args::Count),
        "import" | "importer" => nothing(Args::Import),
        "export" | "exporter" => nothing(Args::Give(Attachment::Roster)),
        "whereabouts" | "presences" | "where" => nothing(Args::Give(Attachment::Whereabouts)),
        "show" | "voir" | "montrer" => Ok(Args::Show(person()?)),
        "remove" | "retirer" | "enlever" => Ok(Args::Remove(person()?)),
        "set" | "changer" | "noter" | "add" | "ajouter" => set(rest),
        _ => Err(Text::new("too-many-words").with("words", input.subject)),
    }
}

fn set(words: &str) -> Result<Args<'_>, Text> {
    let missing = || Text::new("roster-set-missing");
    let (before, value) = words.split_once('=').ok_or_else(missing)?;
    let before = before.trim_end();
    let (person, column) = before
        .rsplit_once(char::is_whitespace)
        .ok_or_else(missing)?;
    Ok(Args::Set {
        person: person.trim(),
        column,
        value: unquoted(value),
    })
}

fn run(context: &Context, args: &Args) -> Answer {
    let community = context.community()?;
    match args {
        Args::Count => Ok(Outcome::say(count(context, community))),
        Args::Import => import(context),
        Args::Give(file) => give(context, file),
        Args::Show(words) => show(context, community, words),
        Args::Remove(words) => remove(context, community, words),
        Args::Set {
            person,
            column,
            value,
        } => change(context, community, (person, column, value)),
    }
}

/// How many there are, by role and zone, and how far they are in.
fn count(context: &Context, community: &Community) -> Text {
    let roster = &community.records.roster;
    if roster.is_empty() {
        let command = format!("{} roster import", context.prefix());
        return Text::new("roster-empty").code("command", command);
    }
    let (joined, invited) = in_space(context.snapshot, community);
    let without = roster.values().filter(|it| it.user.is_none()).count();
    let mut text = Text::new("roster-count")
        .with("count", told::number(roster.len()))
        .with("joined", told::number(joined))
        .with("invited", told::number(invited));
    if without > 0 {
        text = text
            .line("roster-without-account")
            .with("count", told::number(without));
    }
    for (column, heading) in [
        (Column::Role, "roster-by-role"),
        (Column::Zone, "roster-by-zone"),
    ] {
        let values = roster.values().map(|person| column.of(person));
        text = counted(text, heading, values, column == Column::Role);
    }
    text
}

fn counted(
    text: Text,
    heading: &str,
    values: impl Iterator<Item = String>,
    are_roles: bool,
) -> Text {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for value in values.filter(|value| !value.is_empty()) {
        let known = counts
            .iter_mut()
            .find(|(known, _)| fold(known) == fold(&value));
        match known {
            Some((_, count)) => *count += 1,
            None => counts.push((value, 1)),
        }
    }
    if counts.is_empty() {
        return text;
    }
    counts.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    let mut text = text.line(heading);
    for (value, count) in counts.iter().take(COUNTED) {
        let named = Role::called(value).filter(|_| are_roles);
        let value: Argument = match named {
            Some(role) => Text::new(role.text_key()).into(),
            None => value.as_str().into(),
        };
        text = text
            .line("roster-counted")
            .with("value", value)
            .with("count", told::number(*count));
    }
    match counts.len().saturating_sub(COUNTED) {
        0 => text,
        more => text
            .line("roster-counted-more")
            .with("count", told::number(more)),
    }
}

/// Files are read from the admins' room and given there: nobody else sees them.
fn in_the_admins_room(context: &Context) -> Result<(), Refusal> {
    match context.setting {
        Setting::Admins(_) => Ok(()),
        Setting::Direct | Setting::Group(..) => {
            Err(Refusal::NotAllowed(Text::new("roster-not-here")))
        }
    }
}

fn import(context: &Context) -> Answer {
    in_the_admins_room(context)?;
    let effect = Effect::ReadRoster {
        room: context.event.room.clone(),
        file: replied_to(context).unwrap_or_else(|| context.event.id.clone()),
        by: context.issuer().to_owned(),
    };
    Ok(Outcome {
        effects: vec![effect],
        ..Outcome::say(Text::new("roster-reading"))
    })
}

/// The message that the command answers.
fn replied_to(context: &Context) -> Option<OwnedEventId> {
    let EventKind::Content { content, .. } = &context.event.kind else {
        return None;
    };
    let id = content.pointer("/m.relates_to/m.in_reply_to/event_id");
    id.and_then(Value::as_str)?.try_into().ok()
}

fn give(context: &Context, file: &Attachment) -> Answer {
    in_the_admins_room(context)?;
    let community = context.community()?;
    let effect = Effect::Attach {
        room: context.event.room.clone(),
        file: file.clone(),
    };
    Ok(Outcome {
        effects: vec![effect],
        audit: vec![context.audit(community, "roster-export", "", None)],
        ..Outcome::say(Text::new("roster-given"))
    })
}

/// The key of the person that `words` name: on the roster by address or name, else as everywhere.
fn person(context: &Context, community: &Community, words: &str) -> Result<String, Refusal> {
    let words = unquoted(words);
    let address = words.strip_prefix("mailto:").unwrap_or(words);
    if !address.starts_with('@') && address.contains('@') && !address.contains(' ') {
        return Ok(key_of_email(address));
    }
    let roster = community.records.roster.values();
    let wanted = fold(words);
    let mut called = roster.filter(|it| !wanted.is_empty() && fold(&it.name) == wanted);
    if let (Some(one), None) = (called.next(), called.next()) {
        return Ok(one.key.clone());
    }
    Ok(context.person(words)?.to_string())
}

/// Somebody on the roster.
fn listed<'a>(
    context: &Context,
    community: &'a Community,
    words: &str,
) -> Result<&'a Person, Refusal> {
    let key = person(context, community, words)?;
    let person = community.records.roster.get(&key);
    person.ok_or_else(|| {
        Refusal::NotAllowed(Text::new("roster-not-listed").with("person", pill(&key)))
    })
}

/// A person of the roster in an answer.
fn pill(key: &str) -> Argument {
    if key.starts_with('@') {
        Argument::User(key.to_owned())
    } else {
        Argument::Plain(key.trim_start_matches("mailto:").to_owned())
    }
}

fn show(context: &Context, community: &Community, words: &str) -> Answer {
    let person = listed(context, community, words)?;
    let more = person.more.keys().map(|name| Column::Other(name.clone()));
    let mut text = Text::new("roster-person").with("person", pill(&person.key));
    for column in Column::KNOWN.into_iter().chain(more) {
        let value = column.of(person);
        if column != Column::Mxid && !value.is_empty() {
            text = text
                .line("roster-attribute")
                .with("name", column.name())
                .with("value", value);
        }
    }
    if let Some(user) = &person.user {
        for (place, _, membership) in context.memberships(community, user) {
            text = text
                .line("roster-there")
                .with("group", community.name_of(place))
                .with(
                    "membership",
                    Text::new(&format!("membership-{}", membership.name())),
                );
        }
    }
    Ok(Outcome::say(text))
}

/// What the log says of whom it was: an address does not go into it, because it is never erased.
fn accounted(person: &Person) -> &str {
    person.user.as_ref().map_or("", |user| user.as_str())
}

fn remove(context: &Context, community: &Community, words: &str) -> Answer {
    let person = listed(context, community, words)?;
    may_change(context, community, person)?;
    let mut deed = context.deed(community);
    deed.forget(RecordKind::Person, person.key.clone());
    deed.account(context.issuer(), "roster-remove", accounted(person), None);
    deed.review();
    let text = Text::new("roster-removed")
        .with("person", pill(&person.key))
        .code("command", format!("{} leaver", context.prefix()));
    Ok(Outcome::of(deed.decision, text))
}

/// Nobody changes what is written of somebody above them.
fn may_change(context: &Context, community: &Community, person: &Person) -> Result<(), Refusal> {
    let above = person.user.as_ref().is_some_and(|user| {
        user != context.issuer()
            && community.highest_role(user) >= Role::Moderator
            && permission::may_act_on(
                community,
                &context.snapshot.bot,
                context.issuer(),
                user,
                None,
            )
            .is_err()
    });
    if above {
        let text = Text::new("not-on-an-equal").with("person", pill(&person.key));
        return Err(Refusal::NotAllowed(text));
    }
    Ok(())
}

fn change(
    context: &Context,
    community: &Community,
    (words, column, value): (&str, &str, &str),
) -> Answer {
    let key = person(context, community, words)?;
    let before = community.records.roster.get(&key);
    let terms = terms(
        context.snapshot,
        community,
        community.role(context.issuer()),
    );
    let mut person = match before {
        Some(person) => person.clone(),
        None => fresh(&key, &terms)?,
    };
    may_change(context, community, &person)?;
    let column = Column::called(column);
    column.set(&mut person, value, &[';', '|', ','], &terms)?;
    person.key = read::key(&person).ok_or_else(|| Text::new("roster-no-key"))?;
    let changes = taken_over(context.snapshot, community, std::slice::from_ref(&person));
    let invited = invitations(context.snapshot, community, std::slice::from_ref(&person));
    let mut deed = context.deed(community);
    deed.decision.changes.extend(changes);
    if let Some(before) = before.filter(|before| before.key != person.key) {
        deed.forget(RecordKind::Person, before.key.clone());
    }
    let detail = Some(column.name().to_owned());
    deed.account(context.issuer(), "roster-set", accounted(&person), detail);
    deed.review();
    let text = Text::new(if before.is_some() {
        "roster-set"
    } else {
        "roster-added"
    })
    .with("person", pill(&person.key))
    .with("name", column.name())
    .with("value", column.of(&person));
    let text = match invited {
        0 => text,
        count => text
            .line("roster-invitations")
            .with("count", told::number(count)),
    };
    Ok(Outcome::of(deed.decision, text))
}

/// Somebody who was not on the roster until now.
fn fresh(key: &str, terms: &Terms) -> Result<Person, Text> {
    let mut person = Person::new(key);
    person.user = None;
    match key.strip_prefix("mailto:") {
        Some(address) => Column::Email.set(&mut person, address, &[], terms)?,
        None => Column::Mxid.set(&mut person, key, &[], terms)?,
    }
    Ok(person)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        commands::testing::{self, body, effects, event, reply, say, user},
        community::{change::Change, record::Record, snapshot::Snapshot},
        decide::Decision,
    };

    fn with(people: &[(&str, &str)]) -> Snapshot {
        let mut snapshot = testing::snapshot();
        for (key, zone) in people {
            let mut person = Person::new(key);
            person.zone = (*zone).to_owned();
            let id = testing::community(&snapshot).definition.id.clone();
            snapshot.apply(&Change::keep(&id, Record::Person(Box::new(person))));
        }
        snapshot
    }

    fn lea(snapshot: &Snapshot, line: &str) -> Decision {
        say(snapshot, &testing::admins(), "lea", line)
    }

    #[test]
    fn a_thousand_people_are_counted_and_never_named() {
        let people: Vec<(String, String)> = (0..1_000)
            .map(|nth| (format!("@p{nth}:example.org"), format!("zone {}", nth % 30)))
            .collect();
        let people: Vec<(&str, &str)> = people
            .iter()
            .map(|(key, zone)| (key.as_str(), zone.as_str()))
            .collect();
        let said = body(&lea(&with(&people), "liste"));
        assert!(
            said.contains("1000") && said.contains("zone 0 : 34"),
            "{said}"
        );
        assert!(!said.contains("@p1") && said.len() < 1_000, "{said}");
        assert_eq!(reply(&lea(&with(&[]), "roster")).key(), "roster-empty");
    }

    #[test]
    fn a_file_is_read_from_the_message_that_the_command_answers_and_only_among_admins() {
        let snapshot = testing::snapshot();
        let mut event = event("lea", "!adm:example.org", "!hygie roster import");
        if let EventKind::Content { content, .. } = &mut event.kind {
            content["m.relates_to"] = serde_json::json!({"m.in_reply_to": {"event_id": "$file"}});
        }
        let decision = testing::answer_to(&snapshot, &testing::admins(), &event, "roster import");
        assert!(effects(&decision).any(
            |it| matches!(it, Effect::ReadRoster { file, by, .. } if file == "$file" && *by == user("lea"))
        ));
        for line in ["roster import", "roster export", "liste présences"] {
            let elsewhere = say(&snapshot, &testing::direct(), "lea", line);
            assert_eq!(reply(&elsewhere).key(), "roster-not-here");
            let moderator = say(&snapshot, &testing::admins(), "nadia", line);
            assert_eq!(reply(&moderator).key(), "not-allowed");
        }
        let given = lea(&snapshot, "liste présences");
        assert!(effects(&given).any(|it| matches!(
            it,
            Effect::Attach {
                file: Attachment::Whereabouts,
                ..
            }
        )));
    }

    #[test]
    fn one_person_is_changed_shown_and_removed() {
        let mut snapshot = with(&[("@ben:example.org", "est")]);
        let set = testing::apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "roster set @ben:example.org zone = ouest",
        );
        assert_eq!(reply(&set).key(), "roster-set");
        assert!(!set.review.is_empty() && set.audit.len() == 1);
        let shown = body(&lea(&snapshot, "liste voir Bén Diop"));
        assert!(
            shown.contains("zone : ouest") && shown.contains("Secteur Est"),
            "{shown}"
        );
        let added = testing::apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "roster set zoe@example.org compétences = soins, vaccins",
        );
        assert_eq!(reply(&added).key(), "roster-added");
        let roster = &testing::community(&snapshot).records.roster;
        assert_eq!(
            roster["mailto:zoe@example.org"].skills,
            ["soins", "vaccins"]
        );
        let account = testing::apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "roster set zoe@example.org mxid = @zoe:example.org",
        );
        assert_eq!(reply(&account).key(), "roster-set");
        let roster = &testing::community(&snapshot).records.roster;
        assert!(roster.contains_key("@zoe:example.org") && roster.len() == 2);
        let gone = testing::apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "roster remove @zoe:example.org",
        );
        assert_eq!(reply(&gone).key(), "roster-removed");
        assert_eq!(testing::community(&snapshot).records.roster.len(), 1);
    }

    #[test]
    fn nobody_is_raised_or_changed_by_who_may_not() {
        let snapshot = with(&[("@ben:example.org", "est"), ("@samir:example.org", "est")]);
        for (line, expected) in [
            (
                "roster set @ben:example.org role = admin",
                "roster-role-nominated",
            ),
            ("roster set @ben:example.org role = roi", "roster-bad-role"),
            ("roster set @ben:example.org", "roster-set-missing"),
            (
                "roster set @x:else.where zone = est",
                "roster-server-foreign",
            ),
            (
                "roster set @hygie:example.org zone = est",
                "roster-is-the-bot",
            ),
            (
                "roster set @samir:example.org zone = est",
                "not-on-an-equal",
            ),
            ("roster remove @samir:example.org", "not-on-an-equal"),
            ("roster remove @camille:example.org", "roster-not-listed"),
            ("roster dance", "too-many-words"),
        ] {
            let decision = lea(&snapshot, line);
            assert_eq!(reply(&decision).key(), expected, "{line}");
            assert_eq!(decision.changes, [], "{line}");
        }
    }
}

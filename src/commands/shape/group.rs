//! `group add`, `group remove` and `group set`: the groups of a community. For admins; who leads groups adds a field watch and its second
//! room.

use super::{adopt::unknown_kind, confirm, cut, kind_called, named, ordinary, set, wrong};
use crate::{
    commands::{
        context::{Answer, Context, Outcome, Refusal},
        input::{Input, first_word},
        permission,
        spec::{Both, Scope, Spec},
        words::fold,
    },
    community::{
        definition::{Group, GroupId, Kind},
        place::Place,
        role::Role,
    },
    governance::deed::redeclare,
    reply::Text,
};

pub(crate) const SPEC: Spec = Spec {
    name: Both {
        fr: "groupe",
        en: "group",
    },
    aliases: &[],
    usage: Both {
        fr: "ajouter <id> « <nom> » [type] [comme <groupe>] [pour <sujet>] | régler <groupe> <clé> = <valeur> | supprimer <groupe>",
        en: "add <id> \"<name>\" [kind] [like <group>] [for <topic>] | set <group> <key> = <value> | remove <group>",
    },
    help: "help-group",
    role: Role::Facilitator,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &[
            "ajouter veille-est « Veille Est » veille pour ce que l’on voit sur le terrain",
            "ajouter soutien-est « Soutien Est » soutien comme secteur-est",
            "régler secteur-est max_members = 50",
            "supprimer secteur-est",
        ],
        en: &[
            "add watch-east \"Watch East\" field-watch for what we see in the field",
            "add support-east \"Support East\" support like secteur-est",
            "set secteur-est max_members = 50",
            "remove secteur-est",
        ],
    },
    run: |context, input| {
        let (verb, rest) = parse(input)?;
        match verb.as_str() {
            "add" | "ajouter" | "creer" | "create" => add(context, rest),
            "set" | "regler" | "changer" => set::group(context, rest),
            "remove" | "supprimer" | "retirer" | "delete" => remove(context, rest),
            _ => Err(Text::new("group-what").into()),
        }
    },
};

fn parse<'a>(input: &Input<'a>) -> Result<(String, &'a str), Text> {
    let words = input.needed(Text::new("group-what"))?;
    let (verb, rest) = first_word(words);
    Ok((fold(verb), rest))
}

fn needs(context: &Context, role: Role) -> Result<(), Refusal> {
    let own = context.community()?.role(context.issuer());
    if own >= role {
        Ok(())
    } else {
        Err(permission::refusal(role, own))
    }
}

fn add(context: &Context, words: &str) -> Answer {
    let community = context.community()?;
    let (head, topic) = cut(words, &["for", "pour"]).unwrap_or((words, ""));
    let (head, twin) = match cut(head, &["like", "comme"]) {
        Some((head, twin)) => (head, Some(context.group(twin)?)),
        None => (head, None),
    };
    let (id, rest) = first_word(head);
    let parsed = id.to_lowercase().parse::<GroupId>();
    let id = parsed.map_err(|problem| {
        Text::new("shape-bad-id")
            .with("word", id)
            .code("problem", problem)
    })?;
    let (name, kind) = match named(rest) {
        (name, "") => match name.rsplit_once(char::is_whitespace) {
            Some((before, last))
                if kind_called(last).is_some() && !rest.starts_with(['"', '«', '“']) =>
            {
                (before.trim(), last)
            }
            _ => (name, ""),
        },
        both => both,
    };
    let kind = match kind {
        "" => Kind::Discussion,
        word => kind_called(word).ok_or_else(|| unknown_kind(word))?,
    };
    if name.is_empty() {
        return Err(Text::new("create-no-name").into());
    }
    needs(
        context,
        if matches!(kind, Kind::FieldWatch | Kind::Support) {
            Role::Facilitator
        } else {
            Role::Admin
        },
    )?;
    let place = Place::Group(id.clone());
    if community.group(&id).is_some() || community.places.contains_key(&place) {
        let text = Text::new("group-id-taken").code("id", &id);
        return Err(Refusal::NotAllowed(text));
    }
    let mut definition = community.definition.clone();
    definition.groups.push(Group {
        topic: topic.to_owned(),
        twin_of: twin.map(|it| it.id),
        ..Group::new(id.clone(), name, kind)
    });
    if let Some(invalid) = definition.validate().first() {
        return Err(wrong(invalid).into());
    }
    let mut deed = context.deed(community);
    redeclare(&mut deed, definition);
    deed.account(context.issuer(), "group-added", &id, Some(kind.to_string()));
    let text = Text::new("group-added").with("group", name).code("id", &id);
    Ok(Outcome::of(deed.decision, text))
}

fn remove(context: &Context, words: &str) -> Answer {
    needs(context, Role::Admin)?;
    let community = context.community()?;
    let group = ordinary(context, words)?;
    let place = Place::Group(group.id.clone());
    let room = community.places.get(&place);
    let known = room.and_then(|it| context.snapshot.rooms.get(it));
    let people = known.map_or(0, |it| it.people(&context.snapshot.bot));
    if people > 0 && !group.archived {
        let text = Text::new("group-not-empty")
            .with("group", group.name.as_str())
            .with("count", i64::try_from(people).unwrap_or(i64::MAX));
        return Err(Refusal::NotAllowed(text));
    }
    if !context.confirmed {
        let text = Text::new("group-remove-confirm").with("group", group.name.as_str());
        return confirm(
            context,
            community,
            format!("group remove {}", group.id),
            text,
        );
    }
    let mut deed = context.deed(community);
    let mut definition = community.definition.clone();
    definition.groups.retain(|own| own.id != group.id);
    if let Some(invalid) = definition.validate().first() {
        return Err(wrong(invalid).into());
    }
    redeclare(&mut deed, definition);
    if let (Some(space), Some(room)) = (community.places.get(&Place::Space), room) {
        // Somebody said so: nothing waits for a second yes.
        deed.act(crate::action::Effect::SetState {
            room: space.clone(),
            event_type: "m.space.child".to_owned(),
            state_key: room.to_string(),
            content: serde_json::json!({}),
        });
    }
    deed.account(context.issuer(), "group-removed", &group.id, None);
    let text = Text::new("group-removed").with("group", group.name.as_str());
    Ok(Outcome::of(deed.decision, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        commands::{
            confirmed,
            testing::{self, apply, body, reply, say},
        },
        community::snapshot::Snapshot,
    };

    fn group<'a>(snapshot: &'a Snapshot, id: &str) -> Option<&'a Group> {
        testing::community(snapshot).group(&id.parse().unwrap())
    }

    #[test]
    fn a_field_watch_and_its_second_room_are_added() {
        let mut snapshot = testing::snapshot();
        let mut say = |line: &str| {
            let decision = apply(&mut snapshot, &testing::admins(), "lea", line);
            assert_eq!(
                reply(&decision).key(),
                "group-added",
                "{line}: {}",
                body(&decision)
            );
        };
        say("groupe ajouter veille « Veille Est » veille pour ce que l’on voit");
        say("group add support \"Support Est\" support like veille");
        say("group add bare Nord et Sud training");
        let veille = group(&snapshot, "veille").unwrap();
        assert_eq!(
            (veille.kind, veille.name.as_str()),
            (Kind::FieldWatch, "Veille Est")
        );
        assert_eq!(veille.topic, "ce que l’on voit");
        let support = group(&snapshot, "support").unwrap();
        assert_eq!(support.twin_of, Some("veille".parse().unwrap()));
        let bare = group(&snapshot, "bare").unwrap();
        assert_eq!(
            (bare.kind, bare.name.as_str()),
            (Kind::Training, "Nord et Sud")
        );
    }

    #[test]
    fn what_is_taken_wrong_or_not_theirs_is_refused() {
        let snapshot = testing::snapshot();
        for (who, line, key) in [
            ("lea", "group add secteur-est \"X\"", "group-id-taken"),
            ("lea", "group add x \"X\" chant", "shape-unknown-kind"),
            ("lea", "group add x", "create-no-name"),
            ("lea", "group dance", "group-what"),
            ("nadia", "group add x \"X\"", "not-allowed"),
            ("lea", "group remove secteur-est", "group-not-empty"),
            ("lea", "group remove admins", "shape-always-there"),
        ] {
            let decision = say(&snapshot, &testing::admins(), who, line);
            assert_eq!(reply(&decision).key(), key, "{line}");
        }
    }

    #[test]
    fn an_archived_group_is_removed_once_that_was_confirmed() {
        let mut snapshot = testing::snapshot();
        apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "archive secteur-est",
        );
        apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "group remove secteur-est",
        );
        assert!(group(&snapshot, "secteur-est").is_some());
        let community = testing::community(&snapshot);
        let event = testing::event("lea", "!adm:example.org", "✅");
        let line = "group remove secteur-est";
        let done = confirmed(&snapshot, community, &event, line, testing::NOW);
        done.changes.iter().for_each(|it| snapshot.apply(it));
        assert!(group(&snapshot, "secteur-est").is_none());
        let again = say(
            &snapshot,
            &testing::admins(),
            "lea",
            "group add secteur-est \"X\"",
        );
        assert_eq!(
            reply(&again).key(),
            "group-id-taken",
            "its room is still there"
        );
    }
}

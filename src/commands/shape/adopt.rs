//! `adopt`: a room that existed before becomes a group. For admins.

use ruma::matrix_uri::MatrixId;

use super::{cut, kind_called};
use crate::{
    commands::{
        context::{Answer, Context, Outcome, Refusal, matrix_id},
        input::Input,
        spec::{Both, Scope, Spec},
        words::{fold, unquoted},
    },
    community::{
        definition::{Definition, Group, GroupId, Kind},
        place::Place,
        role::Role,
    },
    governance::deed::redeclare,
    reply::{Argument, Text},
};

pub(crate) const SPEC: Spec = Spec {
    name: Both {
        fr: "adopter",
        en: "adopt",
    },
    aliases: &["reprendre-salon", "take-over"],
    usage: Both {
        fr: "<salon> comme <groupe> [type]",
        en: "<room> as <group> [kind]",
    },
    help: "help-adopt",
    role: Role::Admin,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &["#aidants:example.org comme aidants soutien"],
        en: &["#carers:example.org as carers support"],
    },
    run: |context, input| run(context, &parse(input)?),
};

struct Args {
    room: String,
    place: Place,
    kind: Option<Kind>,
}

fn parse(input: &Input) -> Result<Args, Text> {
    let line = input.subject;
    let (room, rest) =
        cut(line, &["as", "comme", "en tant que"]).ok_or_else(|| Text::new("adopt-as-what"))?;
    let (id, kind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let kind = match unquoted(kind) {
        "" => None,
        word => Some(kind_called(word).ok_or_else(|| unknown_kind(word))?),
    };
    let room = room_of(room).ok_or_else(|| Text::new("adopt-no-room").with("words", room))?;
    if matches!(fold(id).as_str(), "space" | "espace") {
        let place = Place::Space;
        return Ok(Args { room, place, kind });
    }
    let group = id.to_lowercase().parse::<GroupId>();
    let group = group.map_err(|problem| {
        Text::new("shape-bad-id")
            .with("word", id)
            .code("problem", problem)
    })?;
    let place = Place::Group(group);
    Ok(Args { room, place, kind })
}

pub(super) fn unknown_kind(word: &str) -> Text {
    let kinds = Kind::ALL.map(Kind::as_str).join(", ");
    Text::new("shape-unknown-kind")
        .with("word", word)
        .code("kinds", kinds)
}

/// A room by its id, its alias or a link.
fn room_of(words: &str) -> Option<String> {
    let words = unquoted(words);
    match matrix_id(words) {
        Some(MatrixId::Room(id)) => Some(id.to_string()),
        Some(MatrixId::RoomAlias(alias)) => Some(alias.to_string()),
        Some(_) => None,
        None => {
            let alias = words.starts_with('#') && words.contains(':');
            let id = words.starts_with('!') && words.len() > 1;
            ((alias || id) && !words.contains(char::is_whitespace)).then(|| words.to_owned())
        }
    }
}

fn run(context: &Context, args: &Args) -> Answer {
    let community = context.community()?;
    let place = &args.place;
    if community.places.contains_key(place) {
        let text = Text::new("adopt-has-room").with("group", community.name_of(place));
        return Err(Refusal::NotAllowed(text));
    }
    let mut definition: Definition = community.definition.clone();
    match place {
        Place::Space => definition.space = Some(args.room.clone()),
        Place::Group(id) => {
            let known = community.group(id).cloned();
            let mut group =
                known.unwrap_or_else(|| Group::new(id.clone(), id.as_str(), Kind::Discussion));
            group.kind = args.kind.unwrap_or(group.kind);
            group.room = Some(args.room.clone());
            match definition.groups.iter_mut().find(|it| it.id == *id) {
                Some(own) => *own = group,
                None => definition.groups.push(group),
            }
        }
    }
    if let Some(invalid) = definition.validate().first() {
        return Err(super::wrong(invalid).into());
    }
    let mut deed = context.deed(community);
    redeclare(&mut deed, definition);
    deed.account(
        context.issuer(),
        "adopt",
        &args.room,
        Some(format!("as {place}")),
    );
    let text = Text::new("adopt-begun")
        .code("room", &args.room)
        .with("bot", Argument::User(context.snapshot.bot.to_string()));
    Ok(Outcome::of(deed.decision, text))
}

#[cfg(test)]
mod tests {
    use crate::{
        action::Effect,
        commands::testing::{self, apply, reply, say},
        decide::review,
    };

    #[test]
    fn a_room_becomes_a_group_and_a_place_with_a_room_takes_no_second_one() {
        let mut snapshot = testing::snapshot();
        let line = "adopter https://matrix.to/#/%23aidants:example.org comme aidants soutien";
        let decision = apply(&mut snapshot, &testing::admins(), "lea", line);
        assert_eq!(reply(&decision).key(), "adopt-begun");
        let id = "nord".parse().unwrap();
        let planned = review(&snapshot, &id, testing::NOW);
        assert!(planned.actions.iter().any(
            |it| matches!(&it.effect, Effect::Adopt { room, .. } if room == "#aidants:example.org")
        ));
        let again = say(
            &snapshot,
            &testing::admins(),
            "lea",
            "adopt !x:example.org as secteur-est",
        );
        assert_eq!(reply(&again).key(), "adopt-has-room");
    }

    #[test]
    fn what_is_no_room_and_no_group_is_said() {
        let snapshot = testing::snapshot();
        for (line, key) in [
            ("adopt #a:example.org", "adopt-as-what"),
            ("adopt Aidants as a", "adopt-no-room"),
            ("adopt #a:example.org as É_é", "shape-bad-id"),
            ("adopt #a:example.org as a chant", "shape-unknown-kind"),
        ] {
            let decision = say(&snapshot, &testing::admins(), "lea", line);
            assert_eq!(reply(&decision).key(), key, "{line}");
        }
    }
}

//! What the admins are told when something could not be done.

use tracing::warn;

use crate::{
    action::{Action, ActionId, Effect, Recipient},
    community::{
        change::{Change, Membership},
        place::Place,
    },
    matrix::MatrixError,
    reply::{Argument, Text},
    shared::Shared,
};

/// The message to be taken down does not exist in the group.
pub(super) const NO_SUCH_MESSAGE: &str = "there is no such message in this group";
/// The message to be taken down is of somebody who must not be touched.
pub(super) const PROTECTED_SENDER: &str =
    "the message is of somebody whose role is not below that of who asked";
/// The homeserver said yes and nothing came of it.
pub(super) const DOES_NOT_HOLD: &str = "the homeserver accepted it, and it does not hold";
/// Nobody could be reached.
pub(super) const NO_WAY: &str = "the person cannot be written to";
/// The powers did not suffice for a day.
pub(super) const NO_POWER: &str = "the bot has not enough power in the room";

/// What went wrong, in words: ours translated, the homeserver's as they are.
fn in_words(problem: &str) -> Argument {
    let key = match problem {
        NO_SUCH_MESSAGE => "problem-no-such-message",
        PROTECTED_SENDER => "problem-protected-sender",
        DOES_NOT_HOLD => "problem-does-not-hold",
        NO_WAY => "problem-no-way",
        NO_POWER => "problem-no-power",
        other => return Argument::Code(other.to_owned()),
    };
    Text::new(key).into()
}

/// The notice that an action was given up.
pub(super) fn given_up(shared: &Shared, action: &Action, problem: &str) -> Option<Action> {
    let place = place_name(shared, action);
    let remedy = if problem.contains("M_FORBIDDEN") || problem == NO_POWER {
        "remedy-power"
    } else {
        "remedy-other"
    };
    let text = Text::new("failed-admins")
        .with(
            "what",
            Text::new(&format!("effect-{}", action.effect.name())),
        )
        .with(
            "where",
            place.map_or_else(|| Text::new("failed-nowhere").into(), Argument::Plain),
        )
        .with("problem", in_words(problem))
        .with("remedy", Text::new(remedy));
    // The same failure in the same room is told once an hour, not once a message.
    let room = action.effect.room().map_or("", |room| room.as_str());
    let cause = format!(
        "given-up/{}/{room}/{problem}/{}",
        action.effect.name(),
        hour(shared)
    );
    to_admins(shared, action, &cause, text)
}

/// The notice that a copy of an announcement is late.
pub(super) fn copy_is_late(
    shared: &Shared,
    action: &Action,
    error: &MatrixError,
) -> Option<Action> {
    let name = place_name(shared, action).unwrap_or_default();
    let text = Text::new("copy-failed")
        .with("name", name)
        .with("problem", error.to_string());
    to_admins(shared, action, &format!("late/{}", action.id), text)
}

fn place_name(shared: &Shared, action: &Action) -> Option<String> {
    let snapshot = shared.snapshot();
    let room = action.effect.room()?;
    let (community, known) = snapshot.located(room)?;
    Some(community.name_of(&known.place).to_owned())
}

/// The notice that the bot has not enough power in a room: once an hour, whatever waits for it.
pub(super) fn no_power(shared: &Shared, action: &Action) -> Option<Action> {
    let text = Text::new("no-power").with("group", place_name(shared, action)?);
    let cause = format!("no-power/{}/{}", action.effect.room()?, hour(shared));
    to_admins(shared, action, &cause, text)
}

/// What is said when a room was read and the bot, who is thought to be in it, is not.
pub(super) fn bot_gone(shared: &Shared, action: &Action, changes: &[Change]) -> Option<Action> {
    let snapshot = shared.snapshot();
    let gone = changes.iter().find_map(|change| match change {
        Change::Member {
            room,
            user,
            membership: Membership::Leave | Membership::Ban,
            ..
        } if *user == snapshot.bot => Some(room),
        _ => None,
    });
    let (community, room) = snapshot.located(gone?)?;
    if !room.joined(&snapshot.bot) {
        return None;
    }
    let text = Text::new("bot-gone")
        .with("by", &snapshot.bot)
        .with("group", community.name_of(&room.place));
    Some(Action {
        id: ActionId::derive(&action.id.0, 0),
        community: Some(community.definition.id.clone()),
        effect: Effect::Say {
            to: Recipient::Room(community.admins_room()?.clone()),
            text,
            locale: community.definition.locale,
            reply_to: None,
        },
    })
}

/// What is said when the homeserver has lost the room of a place: to the admins, and when it is their own room, to each of
/// the owners.
pub(super) fn room_gone(shared: &Shared, changes: &[Change]) -> Vec<Action> {
    let snapshot = shared.snapshot();
    let mut notices = Vec::new();
    for change in changes {
        let Change::Unbound {
            community: id,
            place,
            room,
        } = change
        else {
            continue;
        };
        let Some(community) = snapshot.communities.get(id) else {
            continue;
        };
        let name = community.name_of(place);
        warn!(room.id = %room, community = %id, place = %place, "the homeserver does not have this room any more; another is made for its place");
        let key = if *place == Place::Space {
            "space-lost"
        } else {
            "room-lost"
        };
        let text = Text::new(key).with("group", name);
        let admins = community.admins_room().filter(|admins| *admins != room);
        let to: Vec<_> = match admins {
            Some(admins) => vec![Recipient::Room(admins.clone())],
            None => community
                .definition
                .owners
                .iter()
                .cloned()
                .map(Recipient::Person)
                .collect(),
        };
        notices.extend(to.into_iter().enumerate().map(|(ordinal, to)| Action {
            id: ActionId::derive(&format!("lost/{room}"), ordinal),
            community: Some(id.clone()),
            effect: Effect::Say {
                to,
                text: text.clone(),
                locale: community.definition.locale,
                reply_to: None,
            },
        }));
    }
    notices
}

/// The hour, for what is told once an hour at most.
fn hour(shared: &Shared) -> i64 {
    shared.now().0 / 3_600_000
}

/// Something to say in the admins' room of the action's community, if there is one.
fn to_admins(shared: &Shared, action: &Action, cause: &str, text: Text) -> Option<Action> {
    let snapshot = shared.snapshot();
    let community = snapshot.communities.get(action.community.as_ref()?)?;
    let effect = Effect::Say {
        to: Recipient::Room(community.admins_room()?.clone()),
        text,
        locale: community.definition.locale,
        reply_to: None,
    };
    let id = ActionId::derive(cause, 0);
    Some(Action {
        id,
        community: action.community.clone(),
        effect,
    })
}

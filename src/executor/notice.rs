//! What the admins are told when something could not be done.

use crate::{
    action::{Action, ActionId, Effect, Recipient},
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

/// What went wrong, in words: ours translated, the homeserver's as they are.
fn in_words(problem: &str) -> Argument {
    let key = match problem {
        NO_SUCH_MESSAGE => "problem-no-such-message",
        PROTECTED_SENDER => "problem-protected-sender",
        DOES_NOT_HOLD => "problem-does-not-hold",
        NO_WAY => "problem-no-way",
        other => return Argument::Code(other.to_owned()),
    };
    Text::new(key).into()
}

/// The notice that an action was given up.
pub(super) fn given_up(shared: &Shared, action: &Action, problem: &str) -> Option<Action> {
    let place = place_name(shared, action);
    let remedy = if problem.contains("M_FORBIDDEN") {
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
    to_admins(shared, action, text)
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
    to_admins(
        shared,
        &Action {
            id: ActionId(format!("late/{}", action.id)),
            ..action.clone()
        },
        text,
    )
}

fn place_name(shared: &Shared, action: &Action) -> Option<String> {
    let snapshot = shared.snapshot();
    let room = action.effect.room()?;
    let (community, known) = snapshot.located(room)?;
    Some(community.name_of(&known.place).to_owned())
}

/// Something to say in the admins' room of the action's community, if there is one.
fn to_admins(shared: &Shared, action: &Action, text: Text) -> Option<Action> {
    let snapshot = shared.snapshot();
    let community = snapshot.communities.get(action.community.as_ref()?)?;
    let effect = Effect::Say {
        to: Recipient::Room(community.admins_room()?.clone()),
        text,
        locale: community.definition.locale,
        reply_to: None,
    };
    let id = ActionId::derive(&format!("given-up/{}", action.id), 0);
    Some(Action {
        id,
        community: action.community.clone(),
        effect,
    })
}

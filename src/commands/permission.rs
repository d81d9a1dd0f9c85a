//! Who may do what, and to whom: the only place that decides it for commands.

use ruma::UserId;

use super::{
    context::Refusal,
    spec::{Scope, Spec},
};
use crate::{
    community::{place::Place, role::Role, snapshot::Community},
    reply::{Argument, Text},
};

/// Whether `issuer` may use the command in `community` at all.
pub(super) fn may_use(spec: &Spec, community: &Community, issuer: &UserId) -> bool {
    match spec.scope {
        Scope::Anywhere => true,
        Scope::Community => community.role(issuer) >= spec.role,
        Scope::Group => community.highest_role(issuer) >= spec.role,
        Scope::Spokesperson => {
            let incident = community.records.incident.as_ref();
            community.role(issuer) >= spec.role || incident.is_some_and(|it| it.speaker == issuer)
        }
    }
}

/// Whether `issuer` has at least `needed` in `place`.
///
/// # Errors
/// The refusal, when not.
pub(super) fn has_role_in(
    community: &Community,
    issuer: &UserId,
    place: &Place,
    needed: Role,
) -> Result<(), Refusal> {
    let own = community.role_in(issuer, place);
    if own >= needed {
        Ok(())
    } else {
        Err(refusal(needed, own))
    }
}

/// Whether `issuer` may sanction `target`, or lift a sanction: nobody acts on themselves, on the bot, or on somebody who is
/// trusted as much or more, wherever in the community that is.
///
/// `place` is where the effect is; none for the whole community.
///
/// # Errors
/// The refusal, when not.
pub(super) fn may_act_on(
    community: &Community,
    bot: &UserId,
    issuer: &UserId,
    target: &UserId,
    place: Option<&Place>,
) -> Result<(), Refusal> {
    let own = place.map_or_else(
        || community.role(issuer),
        |place| community.role_in(issuer, place),
    );
    let refused = |key| {
        Err(Refusal::NotAllowed(
            Text::new(key).with("person", Argument::User(target.to_string())),
        ))
    };
    if target == bot {
        refused("not-on-the-bot")
    } else if target == issuer {
        refused("not-on-yourself")
    } else if own < Role::Moderator || community.highest_role(target) >= own {
        refused("not-on-an-equal")
    } else {
        Ok(())
    }
}

/// Whether `issuer` may change what `by` decided: not when `by` is trusted more. What the bot decided, anybody allowed may.
///
/// # Errors
/// The refusal, when not.
pub(super) fn may_change_what(
    community: &Community,
    issuer: &UserId,
    by: &UserId,
) -> Result<(), Refusal> {
    if community.role(by) > community.role(issuer) {
        Err(Refusal::NotAllowed(
            Text::new("decided-above").with("person", Argument::User(by.to_string())),
        ))
    } else {
        Ok(())
    }
}

/// What is said to who has not the role.
pub(super) fn refusal(needed: Role, own: Role) -> Refusal {
    let text = Text::new("not-allowed")
        .with("needed", Text::new(needed.text_key()))
        .with("own", Text::new(own.text_key()));
    Refusal::NotAllowed(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ruma::OwnedUserId;

    use super::*;
    use crate::commands::testing::{self, user};

    /// Everybody of the test community, the bot, and a stranger.
    fn people() -> impl Strategy<Value = OwnedUserId> {
        let names = ["samir", "lea", "nadia", "awa", "ben", "hygie", "stranger"];
        prop::sample::select(names.to_vec()).prop_map(user)
    }

    fn places() -> impl Strategy<Value = Option<Place>> {
        let ids = ["secteur-est", "secteur-ouest", "admins", "announcements"];
        let places = ids.map(|id| Some(Place::Group(id.parse().unwrap())));
        prop::sample::select([places.as_slice(), &[Some(Place::Space), None]].concat())
    }

    proptest! {
        #[test]
        fn nobody_acts_on_an_equal_on_the_bot_or_on_themselves(issuer in people(), target in people(), place in places()) {
            let snapshot = testing::snapshot();
            let community = testing::community(&snapshot);
            if may_act_on(community, &snapshot.bot, &issuer, &target, place.as_ref()).is_ok() {
                prop_assert!(issuer != target && target != snapshot.bot);
                prop_assert!(community.highest_role(&target) < community.highest_role(&issuer));
                prop_assert!(community.highest_role(&issuer) >= Role::Moderator);
                let own = place.map_or_else(|| community.role(&issuer), |place| community.role_in(&issuer, &place));
                prop_assert!(own >= Role::Moderator);
            }
        }
    }

    #[test]
    fn a_moderator_may_act_on_a_member_and_an_owner_on_an_admin() {
        let snapshot = testing::snapshot();
        let community = testing::community(&snapshot);
        let may = |issuer, target, place: Option<&Place>| {
            may_act_on(
                community,
                &snapshot.bot,
                &user(issuer),
                &user(target),
                place,
            )
            .is_ok()
        };
        assert!(
            may("nadia", "ben", None) && may("samir", "lea", None) && !may("lea", "samir", None)
        );
        let east = Place::Group("secteur-est".parse().unwrap());
        let west = Place::Group("secteur-ouest".parse().unwrap());
        assert!(
            may("awa", "ben", Some(&east))
                && !may("awa", "ben", Some(&west))
                && !may("awa", "ben", None)
        );
    }
}

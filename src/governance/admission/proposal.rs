//! Proposals: a member names somebody, the team decides (H5: members propose, only who leads adds). The command is `propose`.

use ruma::{OwnedUserId, UserId};

use super::{Came, cards_about, hindrance, let_in, may_decide, membership};
use crate::{
    community::{
        change::Membership,
        definition::Way,
        desired,
        place::Place,
        record::Matter,
        role::Role,
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    governance::{
        cards::Answer,
        deed::{Deed, Opening},
        turn,
    },
    reply::{Argument, Text},
};

/// How many proposals of one member wait at most.
const MOST: usize = 10;

/// Whether a place is open to proposals.
#[must_use]
pub(crate) fn is_open(community: &Community, place: &Place) -> bool {
    match place {
        Place::Space => community.definition.admission.ways.contains(&Way::Proposal),
        Place::Group(_) => super::group_of(community, place)
            .is_some_and(|group| !group.archived && group.ways().contains(&Way::Proposal)),
    }
}

/// Opens the card of a proposal.
///
/// # Errors
/// Why there is nothing to decide, for who proposes.
pub(crate) fn propose(
    deed: &mut Deed,
    by: &UserId,
    user: &OwnedUserId,
    place: &Place,
    reason: &str,
) -> Result<(), Text> {
    check(deed.snapshot, deed.community, by, user, place)?;
    let opening = Opening {
        matter: Matter::Proposal {
            user: user.clone(),
            place: place.clone(),
            reason: reason.to_owned(),
        },
        by: by.to_owned(),
        due: None,
        assignee: turn::turn_but(deed.community, place, deed.now, |it| it == by),
    };
    // What it says is read from the card when it is shown.
    let opened = deed.open_for_admins(opening, Text::default());
    opened
        .map(drop)
        .ok_or_else(|| Text::new("admission-no-room"))
}

fn check(
    snapshot: &Snapshot,
    community: &Community,
    by: &UserId,
    user: &UserId,
    place: &Place,
) -> Result<(), Text> {
    let name = community.name_of(place);
    let about = |key: &str| {
        Text::new(key)
            .with("person", Argument::User(user.to_string()))
            .with("place", name)
    };
    if !is_open(community, place) {
        return Err(Text::new("proposal-not-here").with("place", name));
    }
    if user == snapshot.bot || user == by {
        let key = if user == by {
            "not-on-yourself"
        } else {
            "not-on-the-bot"
        };
        return Err(Text::new(key).with("person", Argument::User(user.to_string())));
    }
    if let Some(hindrance) = hindrance(snapshot, community, user) {
        return Err(hindrance);
    }
    match membership(snapshot, community, place, user) {
        Membership::Join => return Err(about("proposal-there")),
        Membership::Invite => return Err(about("proposal-invited")),
        Membership::Ban => {
            return Err(
                Text::new("admission-banned").with("person", Argument::User(user.to_string()))
            );
        }
        Membership::Leave | Membership::Knock => {}
    }
    if cards_about(community, user, place).next().is_some() {
        return Err(about("proposal-already"));
    }
    if desired::seats_left(snapshot, community, place) == Some(0) {
        return Err(Text::new("proposal-full").with("place", name));
    }
    let cards = community.records.cards.values();
    let own = cards.filter(|it| it.by == by && matches!(it.matter, Matter::Proposal { .. }));
    if own.count() >= MOST {
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        return Err(Text::new("proposal-too-many").with("most", most));
    }
    Ok(())
}

pub(super) fn answered(
    answer: &Answer,
    user: &OwnedUserId,
    place: &Place,
) -> Result<Decision, Text> {
    let community = answer.community;
    allowed(answer, place)?;
    let mut deed = answer.deed();
    let about = |key: &str| {
        Text::new(key)
            .with("person", user)
            .with("place", community.name_of(place))
    };
    if answer.yes {
        if let Some(hindrance) = hindrance(answer.snapshot, community, user) {
            return Err(hindrance);
        }
        let invitation =
            Text::new("proposal-invitation").with("community", community.definition.name.as_str());
        let came = let_in(&mut deed, user, place, &invitation);
        deed.tell(user, welcome("proposal-welcome", community, place, came));
        deed.tell(&answer.card.by, about("proposal-approved"));
        deed.tell_admins(about("proposal-approved-admins").with("by", answer.by()));
    } else {
        let mut text = about("proposal-refused");
        if let Some(reason) = &answer.reason {
            text = text.line("reason").with("reason", reason.as_str());
        }
        deed.tell(&answer.card.by, text);
        deed.tell_admins(about("proposal-refused-admins").with("by", answer.by()));
    }
    answer.close(&mut deed);
    let action = if answer.yes {
        "proposal-approved"
    } else {
        "proposal-refused"
    };
    let why = answer.reason.as_deref();
    let said = why.map(|why| format!(": {why}")).unwrap_or_default();
    // The member's own reason goes with the card: the log is never erased.
    let detail = format!("{}{said}", answer.card.by);
    deed.account(answer.by(), action, user, Some(detail));
    Ok(deed.decision)
}

/// Only who decides about the place may answer.
pub(super) fn allowed(answer: &Answer, place: &Place) -> Result<(), Text> {
    if may_decide(answer.community, answer.by(), place) {
        return Ok(());
    }
    let own = answer.community.role_in(answer.by(), place);
    Err(Text::new("not-allowed")
        .with("needed", Text::new(Role::Facilitator.text_key()))
        .with("own", Text::new(own.text_key())))
}

/// What somebody is told who was let in.
pub(super) fn welcome(key: &str, community: &Community, place: &Place, came: Came) -> Text {
    let text = Text::new(key).with("community", community.definition.name.as_str());
    let group = |key: &str| {
        text.clone()
            .line(key)
            .with("group", community.name_of(place))
    };
    match (place, came) {
        (Place::Space, _) => text,
        (Place::Group(_), Came::In) => group("welcome-group"),
        (Place::Group(_), Came::Waits) => group("welcome-waits"),
    }
}

//! Somebody's membership in a room of a community changed.

use ruma::{OwnedUserId, UserId};
use serde_json::Value;

use super::{AuditEntry, Decision, names, takedown::to_admins};
use crate::{
    action::{Effect, MembershipChange},
    clock::Timestamp,
    community::{
        change::{Change, Membership},
        place::Place,
        role::Role,
        snapshot::{Community, Room, Snapshot},
    },
    event::{Event, EventKind},
    governance::{self, Moved},
    reply::Text,
};

pub(super) fn decide(
    snapshot: &Snapshot,
    community: &Community,
    room: &Room,
    event: &Event,
    (state_key, content): (&str, &Value),
    now: Timestamp,
) -> Decision {
    let mut decision = Decision::default();
    let Ok(user) = OwnedUserId::try_from(state_key) else {
        return decision;
    };
    let text = |field: &str| content.get(field).and_then(Value::as_str);
    let membership = Membership::parse(text("membership").unwrap_or("leave"));
    let seen = names::Seen {
        snapshot,
        community,
        room,
        event,
        now,
    };
    let verdict = names::of_member(&seen, &user, content);
    let removed = verdict.is_some_and(|it| names::on_member(&seen, &user, &it, &mut decision));
    decision.changes.push(Change::Member {
        room: event.room.clone(),
        user: user.clone(),
        membership,
        display_name: text("displayname").filter(|_| !removed).map(str::to_owned),
    });
    let before = room.membership(&user);
    if user == snapshot.bot {
        on_own(community, room, event, (before, membership), &mut decision);
    } else if room.place == Place::Space && event.sender != user && event.sender != snapshot.bot {
        let change = match (before, membership) {
            (Membership::Ban, Membership::Leave) => Some(MembershipChange::Unban),
            // To refuse who knocks is not to remove them from where they are.
            (Membership::Knock, Membership::Leave) => None,
            (_, Membership::Leave) => Some(MembershipChange::Kick),
            (_, Membership::Ban) => Some(MembershipChange::Ban),
            _ => None,
        };
        if let Some(change) = change {
            cascade(snapshot, community, event, &user, change, &mut decision);
        }
    }
    if before != membership && membership == Membership::Join && has_twin(community, room) {
        decision.review.insert(community.definition.id.clone());
    }
    if user != snapshot.bot {
        let moved = Moved {
            snapshot,
            community,
            room,
            event,
            user: &user,
            before,
            after: membership,
            reason: text("reason").unwrap_or_default(),
            now,
        };
        governance::on_member(&moved, &mut decision);
    }
    decision
}

/// Whether whoever comes in there is invited to a second room as well.
fn has_twin(community: &Community, room: &Room) -> bool {
    let Place::Group(id) = &room.place else {
        return false;
    };
    let mut groups = community.groups.iter();
    groups.any(|group| group.twin_of.as_ref() == Some(id))
}

/// The bot's own membership: it comes back when the team invites it, looks at what changed meanwhile, and says when it is no
/// longer there.
fn on_own(
    community: &Community,
    room: &Room,
    event: &Event,
    (before, after): (Membership, Membership),
    decision: &mut Decision,
) {
    let cause = event.id.as_str();
    let id = Some(&community.definition.id);
    let of_the_team = community.highest_role(&event.sender) >= Role::Moderator;
    let here = event.room.clone();
    let by_itself =
        matches!(&event.kind, EventKind::State { state_key, .. } if *state_key == event.sender);
    match after {
        Membership::Invite if of_the_team => decision.act(cause, id, Effect::Join { room: here }),
        Membership::Join if before == Membership::Invite => {
            decision.act(cause, id, Effect::Refresh { room: here });
        }
        Membership::Leave | Membership::Ban if before == after => {}
        // Hygie does not leave by itself: the homeserver made it, as it does before it deletes a room. Whether the room is still
        // there is read, and with it that Hygie is not.
        Membership::Leave | Membership::Ban if by_itself => {
            decision.changes.clear();
            decision.act(cause, id, Effect::Refresh { room: here });
        }
        Membership::Leave | Membership::Ban => {
            let notice = Text::new("bot-gone")
                .with("by", &event.sender)
                .with("group", community.name_of(&room.place));
            decision
                .actions
                .extend(to_admins(community, cause, notice, 0));
        }
        _ => {}
    }
}

/// What is done by hand in the space is done in its rooms: Matrix does not do that by itself. The admins are told.
fn cascade(
    snapshot: &Snapshot,
    community: &Community,
    event: &Event,
    user: &UserId,
    change: MembershipChange,
    decision: &mut Decision,
) {
    if community.highest_role(user) >= Role::Moderator {
        return;
    }
    let id = &community.definition.id;
    let mut rooms = 0;
    for (place, room_id) in &community.places {
        let there = snapshot
            .rooms
            .get(room_id)
            .map_or(Membership::Leave, |room| room.membership(user));
        let concerned = match change {
            // Also where what was decided before has not happened, or is not known, yet.
            MembershipChange::Ban | MembershipChange::BanAndRedact | MembershipChange::Unban => {
                true
            }
            MembershipChange::Kick | MembershipChange::Invite => matches!(
                there,
                Membership::Join | Membership::Invite | Membership::Knock
            ),
        };
        let in_space = *place == Place::Space;
        // In the space as well: what was decided before, and is under way there, must not have the last word.
        let again = matches!(change, MembershipChange::Ban | MembershipChange::Unban);
        if concerned && (!in_space || again) {
            rooms += i64::from(!in_space);
            let effect = Effect::Membership {
                room: room_id.clone(),
                user: user.to_owned(),
                change,
                reason: None,
            };
            decision.act(event.id.as_str(), Some(id), effect);
        }
    }
    let ordinal = decision.actions.len();
    if rooms == 0 {
        return;
    }
    let (key, action) = match change {
        MembershipChange::Ban | MembershipChange::BanAndRedact => ("cascade-ban", "ban"),
        MembershipChange::Unban => ("cascade-unban", "unban"),
        MembershipChange::Kick | MembershipChange::Invite => ("cascade-kick", "kick"),
    };
    let notice = Text::new(key)
        .with("by", &event.sender)
        .with("person", user)
        .with("count", rooms);
    let notice = to_admins(community, event.id.as_str(), notice, ordinal);
    decision.actions.extend(notice);
    decision.audit.push(AuditEntry {
        community: id.clone(),
        room: Some(event.room.clone()),
        actor: event.sender.clone(),
        action: action.to_owned(),
        target: Some(user.to_string()),
        rule: None,
        detail: None,
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::community::snapshot::tests::settled;

    /// The membership of `user` in the room of `place` becomes `membership`; the changes are brought into the snapshot.
    fn becomes(
        snapshot: &mut Snapshot,
        place: &str,
        (user, sender): (&str, &str),
        membership: &str,
    ) -> Decision {
        let content = json!({"membership": membership});
        let event = Event {
            id: "$e".try_into().unwrap(),
            room: format!("!{place}:s").try_into().unwrap(),
            sender: sender.try_into().unwrap(),
            at: Timestamp(5),
            kind: EventKind::State {
                event_type: "m.room.member".to_owned(),
                state_key: user.to_owned(),
                content: content.clone(),
            },
        };
        let decision = {
            let (community, room) = snapshot.located(&event.room).unwrap();
            decide(
                snapshot,
                community,
                room,
                &event,
                (user, &content),
                Timestamp(6),
            )
        };
        let changes = decision.changes.iter();
        changes.for_each(|change| snapshot.apply(change));
        decision
    }

    fn names(decision: &Decision) -> Vec<&str> {
        let actions = decision.actions.iter();
        actions.map(|action| action.effect.name()).collect()
    }

    fn told(decision: &Decision) -> Vec<&str> {
        let actions = decision.actions.iter();
        let texts = actions.filter_map(|action| match &action.effect {
            Effect::Say { text, .. } => Some(text.key()),
            _ => None,
        });
        texts.collect()
    }

    #[test]
    fn who_is_kicked_from_the_space_is_kicked_from_its_rooms_and_the_admins_hear_of_it() {
        let by_samir = ("@member:s", "@samir:s");
        let decision = becomes(&mut settled(), "space", by_samir, "leave");
        assert_eq!(names(&decision), ["kick", "kick", "kick", "kick", "say"]);
        assert_eq!(told(&decision), ["cascade-kick"]);
        let [entry] = &decision.audit[..] else {
            panic!("{:?}", decision.audit)
        };
        let said = (entry.actor.as_str(), entry.action.as_str());
        assert_eq!(said, ("@samir:s", "kick"));
        assert_eq!(entry.target.as_deref(), Some("@member:s"));
    }

    #[test]
    fn a_ban_in_the_space_and_its_end_are_followed_in_the_rooms() {
        let mut snapshot = settled();
        let by_samir = ("@member:s", "@samir:s");
        let banned = becomes(&mut snapshot, "space", by_samir, "ban");
        assert_eq!(names(&banned), ["ban", "ban", "ban", "ban", "ban", "say"]);
        let place = banned.actions[0].effect.room().unwrap();
        assert_eq!(place, "!space:s", "an older unban may be under way there");
        for place in ["est", "ouest"] {
            becomes(&mut snapshot, place, ("@member:s", "@hygie:s"), "ban");
        }
        let unbanned = becomes(&mut snapshot, "space", by_samir, "leave");
        assert_eq!(
            names(&unbanned),
            ["unban", "unban", "unban", "unban", "unban", "say"],
            "also where the ban is not seen yet"
        );
        assert_eq!(told(&unbanned), ["cascade-unban"]);
        assert_eq!(unbanned.audit[0].action, "unban");
    }

    #[test]
    fn who_leaves_the_space_is_left_alone_and_so_are_the_team_and_who_knocks_in_vain() {
        let mut snapshot = settled();
        becomes(&mut snapshot, "space", ("@new:s", "@new:s"), "knock");
        becomes(&mut snapshot, "est", ("@new:s", "@new:s"), "join");
        for pair in [
            ("@member:s", "@member:s"),
            ("@zoe:s", "@samir:s"),
            ("@new:s", "@samir:s"),
        ] {
            let decision = becomes(&mut snapshot, "space", pair, "leave");
            assert_eq!((decision.actions, decision.audit), (vec![], vec![]));
        }
    }

    #[test]
    fn the_bot_comes_back_when_the_team_invites_it_and_reads_the_room_again() {
        let mut snapshot = settled();
        let removed = becomes(&mut snapshot, "est", ("@hygie:s", "@samir:s"), "leave");
        assert_eq!(told(&removed), ["bot-gone"]);
        let made_to_leave = becomes(&mut settled(), "est", ("@hygie:s", "@hygie:s"), "leave");
        assert_eq!(
            names(&made_to_leave),
            ["refresh"],
            "is the room still there?"
        );
        let invited = becomes(&mut snapshot, "est", ("@hygie:s", "@member:s"), "invite");
        assert_eq!(invited.actions, [], "by a member");
        let invited = becomes(&mut snapshot, "est", ("@hygie:s", "@zoe:s"), "invite");
        assert_eq!(names(&invited), ["join"]);
        let joined = becomes(&mut snapshot, "est", ("@hygie:s", "@hygie:s"), "join");
        assert_eq!(names(&joined), ["refresh"]);
        let renamed = becomes(&mut snapshot, "est", ("@hygie:s", "@hygie:s"), "join");
        assert_eq!(renamed.actions, []);
    }
}

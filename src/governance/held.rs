//! Pictures that wait for a moderator: shown to the team as a card, posted in the name of who sent them once somebody says yes.

use std::time::Duration;

use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};

use super::{
    cards::Answer,
    deed::{Deed, Opening},
};
use crate::{
    action::{Effect, Sender},
    clock::Timestamp,
    community::{
        place::Place,
        record::{Card, Held, Matter, RecordKind},
        role::Role,
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    event::Event,
    reply::{Argument, Text},
};

/// How long a picture waits.
const PATIENCE: Duration = Duration::from_hours(3 * 24);

/// A picture is taken down and offered to the team. `None` while the team has no room.
#[must_use]
pub(crate) fn hold(
    snapshot: &Snapshot,
    community: &Community,
    place: &Place,
    event: &Event,
    now: Timestamp,
) -> Option<Decision> {
    let admins = community.admins_room()?.clone();
    let mut deed = Deed::new(snapshot, community, event.id.as_str(), now);
    let group = community.name_of(place);
    let text = Text::new("held-card")
        .with("person", Argument::User(event.sender.to_string()))
        .with("group", group);
    let opening = Opening {
        matter: Matter::Held {
            user: event.sender.clone(),
            place: place.clone(),
        },
        by: event.sender.clone(),
        due: Some(now.plus(PATIENCE)),
        assignee: None,
    };
    let card = deed.open_for_admins(opening, text)?;
    deed.act(Effect::Hold {
        room: admins,
        source_room: event.room.clone(),
        source: event.id.clone(),
        card,
        locale: deed.locale(),
    });
    let told = Text::new("held-told").with("group", group);
    deed.tell(&event.sender, told);
    deed.account(
        &snapshot.bot,
        "hold",
        &event.sender,
        Some(event.id.to_string()),
    );
    if let Some(entry) = deed.decision.audit.last_mut() {
        entry.rule = Some("photos".to_owned());
        entry.room = Some(event.room.clone());
    }
    Some(deed.decision)
}

/// A moderator has answered.
///
/// # Errors
/// What to say to who may not.
pub(super) fn answered(
    answer: &Answer,
    user: &OwnedUserId,
    place: &Place,
) -> Result<Decision, Text> {
    let role = answer.community.role_in(answer.by(), place);
    if role < Role::Moderator {
        answer.needs(Role::Moderator)?;
    }
    let mut deed = answer.deed();
    let Some(held) = answer.community.records.held.get(&answer.card.id) else {
        return Err(Text::new("held-not-yet"));
    };
    let group = answer.community.name_of(place);
    if answer.yes
        && let Some(room) = answer.community.places.get(place)
    {
        deed.act(Effect::Release {
            room: room.clone(),
            source_room: held.room.clone(),
            source: held.event.clone(),
            author: user.clone(),
            locale: answer.community.definition.locale,
        });
        let told = Text::new("held-released").with("group", group);
        deed.tell(user, told);
    } else {
        take_away(&mut deed, held.room.clone(), held.event.clone());
        let told = Text::new("held-refused").with("group", group);
        let told = match &answer.reason {
            Some(reason) => told.line("reason").with("reason", reason.as_str()),
            None => told,
        };
        deed.tell(user, told);
    }
    let action = if answer.yes { "release" } else { "withhold" };
    deed.account(answer.by(), action, user, answer.reason.clone());
    end(&mut deed, answer.card);
    Ok(deed.decision)
}

/// What nobody has looked at for days is over.
pub(super) fn due(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Vec<(String, Decision)> {
    let cards = community.records.cards.values();
    let over = cards.filter_map(|card| match &card.matter {
        Matter::Held { user, place } if card.is_due(now) => Some((card, user, place)),
        _ => None,
    });
    over.map(|(card, user, place)| {
        let cause = format!("held/over/{}/{}", card.id, card.at.0);
        let mut deed = Deed::new(snapshot, community, &cause, now);
        if let Some(held) = community.records.held.get(&card.id) {
            take_away(&mut deed, held.room.clone(), held.event.clone());
        }
        let told = Text::new("held-over").with("group", community.name_of(place));
        deed.tell(user, told);
        end(&mut deed, card);
        (cause, deed.decision)
    })
    .collect()
}

fn end(deed: &mut Deed, card: &Card) {
    deed.close(card);
    deed.forget(RecordKind::Held, card.id.0.as_str());
}

/// The copy in the team's room goes.
fn take_away(deed: &mut Deed, room: OwnedRoomId, event: OwnedEventId) {
    deed.act(Effect::Redact {
        room,
        event,
        reason: Text::new("card-closed-reason"),
        locale: deed.locale(),
        sender: Sender::Known(deed.snapshot.bot.clone()),
    });
}

/// The copy of a held picture that the team sees, as it is noted once it is shown.
#[must_use]
pub(crate) fn shown(card: &Card, room: OwnedRoomId, event: OwnedEventId) -> Held {
    Held {
        card: card.id.clone(),
        room,
        event,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        community::{
            change::Change,
            definition::Photos,
            record::Record,
            snapshot::tests::{redeclare, settled},
        },
        event::EventKind,
    };

    const NOW: Timestamp = Timestamp(1_000_000);

    fn snapshot() -> Snapshot {
        let mut snapshot = settled();
        redeclare(&mut snapshot, |it| it.groups[0].photos = Some(Photos::Hold));
        snapshot
    }

    fn picture(sender: &str, caption: &str) -> Event {
        Event {
            id: "$1".try_into().unwrap(),
            room: "!est:s".try_into().unwrap(),
            sender: sender.try_into().unwrap(),
            at: NOW,
            kind: EventKind::Content {
                event_type: "m.room.message".to_owned(),
                content: json!({"msgtype": "m.image", "body": caption, "filename": "a.png", "url": "mxc://s/a"}),
            },
        }
    }

    fn community(snapshot: &Snapshot) -> &Community {
        snapshot.communities.values().next().unwrap()
    }

    fn names(decision: &Decision) -> Vec<&str> {
        let actions = decision.actions.iter();
        actions.map(|it| it.effect.name()).collect()
    }

    fn apply(snapshot: &mut Snapshot, decision: &Decision) {
        let changes = decision.changes.iter();
        changes.for_each(|change| snapshot.apply(change));
    }

    #[test]
    fn a_members_picture_waits_and_the_teams_does_not_and_a_leak_in_a_caption_goes_at_once() {
        let snapshot = snapshot();
        let decided = |event: &Event| crate::decide::decide(&snapshot, event, NOW);
        let held = decided(&picture("@member:s", "notre sortie"));
        assert_eq!(names(&held), ["card", "hold", "say"]);
        assert!(!json!(held.actions).to_string().contains("notre sortie"));
        assert!(names(&decided(&picture("@awa:s", "notre sortie"))).is_empty());
        let leak = decided(&picture("@member:s", "la patiente 2 69 05 49 588 157 80"));
        assert_eq!(names(&leak)[0], "redact");
    }

    #[test]
    fn it_is_posted_or_taken_away_as_a_moderator_says_and_is_over_after_days() {
        let mut snapshot = snapshot();
        let held = crate::decide::decide(&snapshot, &picture("@member:s", "a"), NOW);
        apply(&mut snapshot, &held);
        let card = community(&snapshot).records.cards.values().next().unwrap();
        let card = card.clone();
        let event = Event {
            kind: EventKind::Encrypted,
            ..picture("@zoe:s", "")
        };
        let answered = |snapshot: &Snapshot, yes| {
            let answer = Answer {
                snapshot,
                community: community(snapshot),
                card: &card,
                event: &event,
                yes,
                reason: None,
                now: NOW,
            };
            crate::governance::cards::answer(&answer)
        };
        assert_eq!(answered(&snapshot, true).unwrap_err().key(), "held-not-yet");
        let copy = shown(
            &card,
            "!admins:s".try_into().unwrap(),
            "$copy".try_into().unwrap(),
        );
        let id = community(&snapshot).definition.id.clone();
        snapshot.apply(&Change::keep(&id, Record::Held(copy)));
        assert_eq!(
            names(&answered(&snapshot, true).unwrap()),
            ["release", "say"]
        );
        assert_eq!(
            names(&answered(&snapshot, false).unwrap()),
            ["redact", "say"]
        );
        assert!(due(&snapshot, community(&snapshot), NOW).is_empty());
        let over = due(&snapshot, community(&snapshot), NOW.plus(PATIENCE));
        assert_eq!(names(&over[0].1), ["redact", "say"]);
        apply(&mut snapshot, &over[0].1);
        assert!(community(&snapshot).records.held.is_empty());
    }
}

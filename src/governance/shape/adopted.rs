//! Rooms that existed before Hygie: why one could not be taken over, and what is missing to govern one that was.

use serde_json::Value;

use super::tell_the_team;
use crate::{
    clock::Timestamp,
    community::{
        desired, needed,
        place::Place,
        record::{Alarm, Record, RecordKind, Said},
        snapshot::{Community, Room, Snapshot},
    },
    decide::Decision,
    governance::deed::Deed,
    reply::{Argument, Text},
};

/// Why a room could not be taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAdopted {
    /// There is no such room.
    Unknown,
    /// The bot was not invited, and may not join by itself.
    NotInvited,
    /// It is the room of another place.
    Taken,
    /// The address of the place leads to another room.
    AliasTaken,
    /// Nobody who runs the community has a say in it.
    NotTheirs,
}

impl NotAdopted {
    const ALL: [Self; 5] = [
        Self::Unknown,
        Self::NotInvited,
        Self::Taken,
        Self::AliasTaken,
        Self::NotTheirs,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::NotInvited => "not-invited",
            Self::Taken => "taken",
            Self::AliasTaken => "alias-taken",
            Self::NotTheirs => "not-theirs",
        }
    }

    /// The name of the alarm that stands until the place has its room.
    #[must_use]
    pub fn about(self, place: &Place) -> String {
        format!("{}{}", prefix(place), self.name())
    }
}

fn prefix(place: &Place) -> String {
    format!("shape/adopt/{place}/")
}

fn powers(place: &Place) -> String {
    format!("shape/powers/{place}")
}

/// Why the room of a place could not be taken over.
#[must_use]
pub fn not_adopted<'a>(community: &'a Community, place: &Place) -> Option<(NotAdopted, &'a Alarm)> {
    let alarms = &community.records.alarms;
    NotAdopted::ALL
        .into_iter()
        .find_map(|why| Some((why, alarms.get(&why.about(place))?)))
}

pub(super) fn due(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Vec<(String, Decision)> {
    let existing = |place: &Place| community.existing(place).is_some();
    let places = if community.definition.space.is_none()
        && community.groups.iter().all(|group| group.room.is_none())
    {
        Vec::new()
    } else {
        desired::places(community)
    };
    let mut due = Vec::new();
    for place in places.into_iter().filter(existing) {
        let room = community.places.get(&place);
        let known = room.and_then(|it| snapshot.rooms.get(it));
        due.extend(match (room, known) {
            (None, _) => refused(snapshot, community, &place, now),
            (Some(_), Some(room)) if room.known => governed(snapshot, community, &place, room, now),
            _ => None,
        });
    }
    due
}

/// The room could not be taken over: the team hears why, and what to do.
fn refused(
    snapshot: &Snapshot,
    community: &Community,
    place: &Place,
    now: Timestamp,
) -> Option<(String, Decision)> {
    let (why, alarm) = not_adopted(community, place).filter(|(_, alarm)| alarm.told.is_none())?;
    let id = &community.definition.id;
    let cause = format!("not-adopted/{id}/{place}/{}/{}", why.name(), alarm.since.0);
    let mut deed = Deed::new(snapshot, community, &cause, now);
    let room = community.existing(place).unwrap_or_default();
    let text = Text::new(&format!("adopt-{}", why.name()))
        .with("group", community.name_of(place))
        .code("room", room)
        .with("bot", Argument::User(snapshot.bot.to_string()))
        .code("invite", format!("/invite {}", snapshot.bot));
    tell_the_team(&mut deed, text);
    deed.keep(Record::Alarm(Alarm {
        told: Some(now),
        ..alarm.clone()
    }));
    Some((cause, deed.decision))
}

/// The room was taken over: the team hears whether the bot can govern it, and if not, what to do.
fn governed(
    snapshot: &Snapshot,
    community: &Community,
    place: &Place,
    room: &Room,
    now: Timestamp,
) -> Option<(String, Decision)> {
    let id = &community.definition.id;
    let here = community.places.get(place)?;
    let levels = room
        .state("m.room.power_levels", "")
        .unwrap_or(&Value::Null);
    let create = room.state("m.room.create", "");
    let own = needed::standing(levels, create, &snapshot.bot);
    let refusal = not_adopted(community, place);
    let alarm = community.records.alarms.get(&powers(place));
    let said = format!("shape/adopted/{place}/{here}");
    let told = community.records.said.contains_key(&said);
    // A room of the bot's own came into its place.
    let ours = own == i64::MAX;
    let needed_level = needed::to_govern(levels);
    let lacking = own < needed_level;
    let news = match (lacking, alarm) {
        (true, None) => Some("adopt-powers"),
        (true, Some(_)) => None,
        (false, _) if ours => None,
        (false, Some(_)) => Some("adopt-governed"),
        (false, None) => (!told).then_some("adopt-governed"),
    };
    let over = !lacking && alarm.is_some();
    if news.is_none() && refusal.is_none() && !over {
        return None;
    }
    let since = alarm.map_or(0, |alarm| alarm.since.0);
    let cause = format!(
        "adopted/{id}/{here}/{lacking}/{since}/{}",
        refusal.is_some()
    );
    let mut deed = Deed::new(snapshot, community, &cause, now);
    if let Some((why, _)) = refusal {
        deed.forget(RecordKind::Alarm, why.about(place));
    }
    if let Some(key) = news {
        let text = Text::new(key)
            .with("group", community.name_of(place))
            .with("bot", Argument::User(snapshot.bot.to_string()))
            .with("own", if ours { needed_level } else { own })
            .with("needed", needed_level);
        let text = above(text, create, snapshot.bot.as_str(), place, snapshot);
        tell_the_team(&mut deed, text);
    }
    if lacking && alarm.is_none() {
        deed.keep(Record::Alarm(Alarm {
            about: powers(place),
            since: now,
            told: Some(now),
        }));
    }
    if over {
        deed.forget(RecordKind::Alarm, powers(place));
    }
    if !lacking {
        deed.keep(Record::Said(Said {
            what: said,
            at: now,
        }));
        deed.review();
    }
    Some((cause, deed.decision))
}

/// What can never be: who made a room of version 12 or later stays above everybody.
fn above(
    text: Text,
    create: Option<&Value>,
    bot: &str,
    place: &Place,
    snapshot: &Snapshot,
) -> Text {
    let creators = create.filter(|create| needed::has_creators(create));
    let creators = creators.into_iter().flat_map(needed::creators);
    let others: Vec<&str> = creators.filter(|it| *it != bot).collect();
    let text = others.iter().fold(text, |text, person| {
        text.line("adopt-creator")
            .with("person", Argument::User((*person).to_owned()))
    });
    if others.is_empty() || *place == Place::Space {
        return text;
    }
    let command = format!("!{} upgrade {place}", snapshot.bot.localpart());
    text.line("adopt-creator-how").code("command", command)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::community::{
        change::Change,
        definition::CommunityId,
        plan,
        snapshot::tests::{redeclare, settled},
    };

    fn est() -> Place {
        Place::Group("est".parse().unwrap())
    }

    fn set(snapshot: &mut Snapshot, event_type: &str, content: Value) {
        snapshot.apply(&Change::State {
            room: "!est:s".try_into().unwrap(),
            event_type: event_type.to_owned(),
            state_key: String::new(),
            content,
            at: Timestamp(3),
        });
    }

    /// A room that somebody made, in which the bot has this level.
    fn adopted(version: &str, level: i64) -> Snapshot {
        let mut snapshot = settled();
        redeclare(&mut snapshot, |file| {
            file.groups[0].room = Some("!est:s".to_owned());
        });
        let create = json!({"room_version": version, "creator": "@human:s"});
        set(&mut snapshot, "m.room.create", create);
        let mut levels =
            json!({"users": {"@hygie:s": level}, "events": {"m.room.power_levels": 100}});
        if version == "11" {
            levels["users"]["@human:s"] = 100.into();
        }
        set(&mut snapshot, "m.room.power_levels", levels);
        snapshot
    }

    fn told(snapshot: &mut Snapshot) -> Vec<String> {
        let id: CommunityId = "nord".parse().unwrap();
        let due = due(snapshot, &snapshot.communities[&id].clone(), Timestamp(9));
        let mut said = Vec::new();
        for (_, decision) in due {
            decision.changes.iter().for_each(|it| snapshot.apply(it));
            for action in decision.actions {
                if let crate::action::Effect::Say { text, .. } = action.effect {
                    said.extend(text.keys().map(str::to_owned));
                }
            }
        }
        said
    }

    #[test]
    fn what_is_missing_is_told_once_and_nothing_is_tried_until_it_is_granted() {
        let id: CommunityId = "nord".parse().unwrap();
        let mut snapshot = adopted("11", 0);
        assert_eq!(told(&mut snapshot), ["adopt-powers"]);
        assert_eq!(told(&mut snapshot), [""; 0]);
        let here = |snapshot: &Snapshot| {
            let steps = plan::automatic(snapshot, &id).into_iter();
            steps.filter(|step| step.place == est()).count()
        };
        assert_eq!(here(&snapshot), 0);
        let levels = json!({"users": {"@hygie:s": 100, "@human:s": 100}});
        set(&mut snapshot, "m.room.power_levels", levels);
        assert!(here(&snapshot) > 0);
        assert_eq!(told(&mut snapshot), ["adopt-governed"]);
        assert_eq!(told(&mut snapshot), [""; 0]);
    }

    #[test]
    fn who_made_a_room_of_version_12_stays_above_and_the_team_hears_what_helps() {
        let mut snapshot = adopted("12", 100);
        assert_eq!(
            told(&mut snapshot),
            ["adopt-governed", "adopt-creator", "adopt-creator-how"]
        );
    }

    #[test]
    fn a_room_that_could_not_be_taken_over_is_told_once() {
        let mut snapshot = adopted("11", 0);
        snapshot.apply(&Change::Unbound {
            community: "nord".parse().unwrap(),
            place: est(),
            room: "!est:s".try_into().unwrap(),
        });
        let alarm = Alarm {
            about: NotAdopted::NotInvited.about(&est()),
            since: Timestamp(4),
            told: None,
        };
        let id: CommunityId = "nord".parse().unwrap();
        snapshot.apply(&Change::keep(&id, Record::Alarm(alarm)));
        assert_eq!(told(&mut snapshot), ["adopt-not-invited"]);
        assert_eq!(told(&mut snapshot), [""; 0]);
    }
}

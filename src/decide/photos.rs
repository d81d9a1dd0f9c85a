//! Pictures and videos in groups that accept none, or none but the team's: taken down, and kindly explained.

use serde_json::Value;

use super::{Decision, message::Message, takedown::Why};
use crate::{
    clock::Timestamp,
    community::{
        definition::{Locale, Photos},
        place::Place,
        role::Role,
        snapshot::{Community, Snapshot},
    },
    governance::held,
    reply::Text,
};

/// Under which name it stands in the audit log, where rules do.
pub(super) const RULE: &str = "photos";

/// Whether this is a picture or a video that is not accepted from its author where it is sent.
pub(super) fn is_refused(message: &Message<'_>) -> bool {
    // Nearly every message ends here.
    let content = message.content;
    if !is_photo(content) && !content.get("m.new_content").is_some_and(is_photo) {
        return false;
    }
    let (community, place) = (message.community, &message.room.place);
    let sender = &message.event.sender;
    match policy(community, place) {
        // See [`hold`].
        None | Some(Photos::Allowed | Photos::Hold) => false,
        Some(Photos::Team) => community.highest_role(sender) < Role::Moderator,
        Some(Photos::None) => community.role_in(sender, place) < Role::Admin,
    }
}

/// Whether the team may post pictures where nobody else may.
pub(super) fn are_the_teams(message: &Message<'_>) -> bool {
    policy(message.community, &message.room.place) == Some(Photos::Team)
}

/// A picture where a moderator looks at each first; `None` for every other message.
pub(super) fn hold(snapshot: &Snapshot, message: &Message<'_>, now: Timestamp) -> Option<Decision> {
    let (community, place) = (message.community, &message.room.place);
    let content = message.content;
    let waits = is_photo(content) || content.get("m.new_content").is_some_and(is_photo);
    let sender = &message.event.sender;
    let by_team = *sender == snapshot.bot || community.highest_role(sender) >= Role::Moderator;
    if !waits || by_team || policy(community, place) != Some(Photos::Hold) {
        return None;
    }
    held::hold(snapshot, community, place, message.event, now)
}

fn policy(community: &Community, place: &Place) -> Option<Photos> {
    match place {
        Place::Space => None,
        Place::Group(id) => community.group(id)?.photos,
    }
}

/// Also a picture that is sent as a file.
fn is_photo(content: &Value) -> bool {
    match content.get("msgtype").and_then(Value::as_str) {
        Some("m.image" | "m.video") => true,
        Some("m.file") => {
            let kind = content.pointer("/info/mimetype").and_then(Value::as_str);
            kind.is_some_and(|kind| kind.starts_with("image/") || kind.starts_with("video/"))
        }
        _ => false,
    }
}

/// Whether this is what the bot gives as its reason.
pub(super) fn is_reason(reason: &str) -> bool {
    [Locale::Fr, Locale::En]
        .into_iter()
        .any(|locale| Text::new("photo-reason").plain(locale) == reason)
}

/// Why one is taken down.
pub(super) fn why(message: &Message<'_>) -> Why {
    let (community, sender) = (message.community, &message.event.sender);
    let group = community.name_of(&message.room.place);
    let key = if are_the_teams(message) {
        "photo-told-team"
    } else {
        "photo-told-none"
    };
    let about = |key: &str| Text::new(key).with("user", sender).with("group", group);
    Why {
        rule: RULE.to_owned(),
        name: Text::new("photo-name"),
        reason: Text::new("photo-reason"),
        told: Text::new(key).with("group", group).line("photo-told-help"),
        notice: about("photo-admins"),
        held: about("photo-held"),
        seen: String::new(),
        points: 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        clock::Timestamp,
        community::{
            change::Change,
            snapshot::{Snapshot, tests::settled},
        },
        event::{Event, EventKind},
    };

    fn snapshot(photos: Photos) -> Snapshot {
        let mut snapshot = settled();
        let community = snapshot.communities.values().next().unwrap();
        let mut definition = community.definition.clone();
        let est = definition
            .groups
            .iter_mut()
            .find(|it| it.id.as_str() == "est");
        est.unwrap().photos = Some(photos);
        let change = community.redeclared(definition);
        snapshot.apply(&change);
        snapshot
    }

    fn sent(snapshot: &Snapshot, who: &str, content: Value) -> Vec<String> {
        let event = Event {
            id: "$1".try_into().unwrap(),
            room: "!est:s".try_into().unwrap(),
            sender: who.try_into().unwrap(),
            at: Timestamp(5),
            kind: EventKind::Content {
                event_type: "m.room.message".to_owned(),
                content,
            },
        };
        let decision = crate::decide::decide(snapshot, &event, Timestamp(9));
        let actions = decision.actions.iter();
        actions.map(|it| it.effect.name().to_owned()).collect()
    }

    fn picture() -> Value {
        json!({"msgtype": "m.image", "body": "a.png", "url": "mxc://s/a"})
    }

    #[test]
    fn a_picture_is_taken_down_where_only_the_team_or_nobody_posts_them() {
        for (photos, who, gone) in [
            (Photos::Team, "@member:s", true),
            (Photos::Team, "@awa:s", false),
            (Photos::None, "@member:s", true),
            (Photos::None, "@awa:s", true),
            (Photos::None, "@samir:s", false),
            (Photos::Allowed, "@member:s", false),
        ] {
            let done = sent(&snapshot(photos), who, picture());
            let wanted: &[&str] = if gone { &["redact", "say", "say"] } else { &[] };
            assert_eq!(done, wanted, "{photos:?} {who}");
        }
    }

    #[test]
    fn videos_pictures_as_files_and_edits_count_and_words_and_other_files_do_not() {
        let snapshot = snapshot(Photos::None);
        let file =
            |kind: &str| json!({"msgtype": "m.file", "body": "a", "info": {"mimetype": kind}});
        for content in [
            json!({"msgtype": "m.video", "body": "a"}),
            file("image/jpeg"),
            json!({"msgtype": "m.text", "body": "a", "m.new_content": picture()}),
        ] {
            assert_eq!(sent(&snapshot, "@member:s", content)[0], "redact");
        }
        for content in [
            file("application/pdf"),
            json!({"msgtype": "m.text", "body": "bonjour"}),
        ] {
            assert_eq!(sent(&snapshot, "@member:s", content), Vec::<String>::new());
        }
    }

    #[test]
    fn beyond_so_many_takedowns_a_human_is_asked() {
        let mut snapshot = snapshot(Photos::None);
        let community = snapshot.communities.values_mut().next().unwrap();
        community.definition.max_takedowns_per_hour = 1;
        let id = community.definition.id.clone();
        let taken = Change::TookDown {
            community: id,
            at: Timestamp(8),
        };
        snapshot.apply(&taken);
        assert_eq!(sent(&snapshot, "@member:s", picture()), ["say", "say"]);
    }

    #[test]
    fn a_takedown_that_a_crash_interrupted_is_explained_after_all() {
        let snapshot = snapshot(Photos::Team);
        let event = Event {
            id: "$1".try_into().unwrap(),
            room: "!est:s".try_into().unwrap(),
            sender: "@member:s".try_into().unwrap(),
            at: Timestamp(5),
            kind: EventKind::TakenDown {
                event_type: "m.room.message".to_owned(),
                by: "@hygie:s".to_owned(),
                reason: Text::new("photo-reason").plain(Locale::Fr),
            },
        };
        let decision = crate::decide::decide(&snapshot, &event, Timestamp(9));
        assert_eq!(decision.actions.len(), 3);
        assert_eq!(decision.audit[0].rule.as_deref(), Some(RULE));
    }
}

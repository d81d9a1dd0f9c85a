//! The community's own list: making it, writing in it. Part of `lists`, for admins.

use ruma::{OwnedRoomId, UserId, matrix_uri::MatrixId};
use serde_json::json;

use super::{
    super::context::{Answer, Context, Outcome, Refusal, matrix_id, with_reason},
    about, list, read,
};
use crate::{
    action::Effect,
    community::{
        record::{List, ListRule, Trust},
        snapshot::Community,
    },
    governance::lists::{hits, own, told},
    moderation::policy::{Entity, Name, Policy, Subject},
    reply::Text,
};

fn own_list(community: &Community) -> Option<&List> {
    community.records.lists.values().find(|it| it.own)
}

pub(super) fn publish(context: &Context, community: &Community) -> Outcome {
    if let Some(list) = own_list(community) {
        let text = about(community, "lists-published-already", list).code("room", &list.address);
        return Outcome::say(text);
    }
    let alias = own::alias(&community.definition.id, &context.snapshot.bot);
    let list = List {
        own: true,
        trust: Trust::Enforce,
        ..list(context, community, alias, Vec::new())
    };
    let text = Text::new("lists-published").code("room", &list.address);
    read(context, community, list, ("list-publish", text))
}

/// The community's own list with its room.
fn own_room(community: &Community) -> Result<(&List, OwnedRoomId), Refusal> {
    let list = own_list(community).ok_or(Refusal::NotAllowed(Text::new("lists-no-own")))?;
    let read = community.records.lists_read.get(&list.id);
    let room = read.and_then(|it| it.room.clone());
    let room = room.ok_or(Refusal::NotAllowed(Text::new("lists-own-not-yet")))?;
    Ok((list, room))
}

pub(super) fn add(
    context: &Context,
    community: &Community,
    (subject, entity): (Subject, &str),
    reason: Option<&str>,
) -> Answer {
    let (list, room) = own_room(community)?;
    let entity = plain(entity);
    if !own::is_name(subject, &entity) {
        return Err(Text::new("lists-no-name").with("word", entity).into());
    }
    let mut written = json!({"entity": entity, "recommendation": "m.ban"});
    if let Some(reason) = reason {
        written["reason"] = reason.into();
    }
    let rule = Policy::read(subject.event_type(), &written, context.now);
    let rule = rule.ok_or_else(|| Text::new("lists-no-name").with("word", &*entity))?;
    if hits::is_too_broad(context.snapshot, community, &rule) {
        return Err(Refusal::NotAllowed(Text::new("lists-too-broad")));
    }
    let exempt = UserId::parse(&*entity);
    if exempt.is_ok_and(|user| hits::is_exempt(context.snapshot, community, &user)) {
        return Err(Refusal::NotAllowed(Text::new("lists-of-the-team")));
    }
    let mut deed = context.deed(community);
    deed.act(Effect::SetState {
        room,
        event_type: subject.event_type().to_owned(),
        state_key: own::state_key(&entity),
        content: written,
    });
    let detail = format!("{} {}", list.id, rule.fingerprint());
    let detail = reason.map_or(detail.clone(), |reason| format!("{detail}: {reason}"));
    deed.account(context.issuer(), "list-add", &*entity, Some(detail));
    let text = Text::new("lists-added").code("rule", &*entity);
    Ok(Outcome::of(deed.decision, with_reason(text, reason)))
}

/// A link names somebody as well.
fn plain(word: &str) -> String {
    match matrix_id(word) {
        Some(MatrixId::User(user)) => user.to_string(),
        Some(MatrixId::Room(room)) => room.to_string(),
        Some(MatrixId::RoomAlias(alias)) => alias.to_string(),
        _ => word.to_owned(),
    }
}

/// Takes every rule of the own list back that names this and nothing else.
pub(super) fn remove(
    context: &Context,
    community: &Community,
    subject: Subject,
    entity: &str,
) -> Answer {
    let (list, room) = own_room(community)?;
    let entity = plain(entity);
    let same = |rule: &Policy| {
        rule.subject == subject
            && match &rule.entity {
                Entity::Glob(pattern) => *pattern == entity,
                Entity::Name(_) | Entity::Sha256(_) => rule.is_about(&Name::new(subject, &entity)),
            }
    };
    let rules = community.records.policies.all();
    let rules = rules.filter(|(key, rule)| ListRule::list_of(key) == list.id.0 && same(rule));
    let mut keys: Vec<&str> = rules.map(|(key, _)| key).collect();
    keys.sort_unstable();
    if keys.is_empty() {
        let text = Text::new("lists-no-rule").code("rule", entity);
        return Err(Refusal::NotAllowed(text));
    }
    let mut deed = context.deed(community);
    for key in keys {
        let mut parts = key.splitn(3, ' ').skip(1);
        let (Some(event_type), Some(state_key)) = (parts.next(), parts.next()) else {
            continue;
        };
        deed.act(Effect::SetState {
            room: room.clone(),
            event_type: event_type.to_owned(),
            state_key: state_key.to_owned(),
            content: json!({}),
        });
    }
    deed.account(context.issuer(), "list-remove", &*entity, None);
    let text = Text::new("lists-removed").code("rule", &*entity);
    Ok(Outcome::of(deed.decision, text))
}

/// How somebody who was banned is published, where the community has a list.
pub(in crate::commands) fn publishing(
    context: &Context,
    community: &Community,
    person: &UserId,
) -> Text {
    match own_list(community) {
        Some(_) => Text::new("lists-ban-publish").code(
            "command",
            told::command(context.snapshot, &format!("lists add user {person}")),
        ),
        None => Text::default(),
    }
}

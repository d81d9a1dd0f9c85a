//! The community's own list: its room, which anybody may read and only the bot may write in, and the state events that are its rules.

use ruma::UserId;
use serde_json::{Value, json};

use crate::{
    community::{definition::CommunityId, desired::ROOM_VERSION, snapshot::Community},
    moderation::policy::Subject,
    reply::Text,
};

/// The local part of the alias of the list. No group has it: ids of groups hold no `_`.
#[must_use]
pub(crate) fn alias_localpart(community: &CommunityId, bot: &UserId) -> String {
    format!("_{}_{community}__lists", bot.localpart())
}

/// The whole alias.
#[must_use]
pub(crate) fn alias(community: &CommunityId, bot: &UserId) -> String {
    let localpart = alias_localpart(community, bot);
    format!("#{localpart}:{}", bot.server_name())
}

/// The body of `POST /createRoom` for the list: public, readable before joining, and nobody but who made it sets or says anything.
#[must_use]
pub fn create_request(community: &Community, bot: &UserId) -> Value {
    let definition = &community.definition;
    let name = Text::new("lists-own-name").with("community", definition.name.as_str());
    json!({
        "preset": "public_chat",
        "visibility": "private",
        "room_version": ROOM_VERSION,
        "room_alias_name": alias_localpart(&definition.id, bot),
        "name": name.plain(definition.locale),
        // MSC3784: clients know that it is no room to talk in.
        "creation_content": {"m.federate": true, "type": "support.feline.policy.lists.msc.v1"},
        "initial_state": [
            {"type": "m.room.history_visibility", "state_key": "", "content": {"history_visibility": "world_readable"}},
            {"type": "m.room.guest_access", "state_key": "", "content": {"guest_access": "forbidden"}},
            {"type": "org.matrix.mjolnir.shortcode", "state_key": "", "content": {"shortcode": definition.id}},
        ],
        "power_level_content_override": {
            "events_default": 100, "state_default": 100, "users_default": 0,
            "invite": 50, "kick": 50, "ban": 50, "redact": 50,
            "events": {"m.room.tombstone": 150},
        },
    })
}

/// The key of the state event of a rule: that which other tools write, so that they find it.
#[must_use]
pub(crate) fn state_key(entity: &str) -> String {
    format!("rule:{entity}")
}

/// Whether a name can stand in a rule about such a thing.
#[must_use]
pub(crate) fn is_name(subject: Subject, entity: &str) -> bool {
    let starts = match subject {
        Subject::User => entity.starts_with(['@', '*', '?']) && entity.contains([':', '*']),
        Subject::Room => entity.starts_with(['!', '#', '*', '?']),
        Subject::Server => !entity.starts_with(['@', '!', '#']),
    };
    starts && entity.len() <= 240 && !entity.contains(char::is_whitespace) && !entity.is_empty()
}

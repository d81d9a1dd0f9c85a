//! What the guard door answers, before anything exists: PURE. `guard` calls [`objection`] for every question of the homeserver; nothing
//! follows from an answer, for what was refused is never pushed.
//!
//! The same rules as for what was pushed, with the same exemptions. Refused is only what would surely be taken down, withdrawn or put back;
//! what needs a human, is noted somewhere, or is only told of passes, and what follows then follows from the event.

use ruma::{OwnedRoomId, OwnedUserId, RoomId, UserId};
use serde_json::{Value, json};

use super::{
    drift,
    message::{self, Fault, Message},
    photos,
};
use crate::{
    community::{
        change::Membership,
        place::Place,
        snapshot::{Community, Room, Snapshot},
    },
    event::{Event, EventKind},
    governance::admission::{self, invites, strangers},
    moderation::{RuleAction, Verdict},
    reply::{Argument, Locale, Text},
};

/// What the homeserver asks about.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// An event that somebody sends: a message, or state.
    Event(Event),
    /// Somebody invites somebody.
    Invite {
        /// Who.
        by: OwnedUserId,
        /// Whom; nobody is known yet behind an email address.
        user: Option<OwnedUserId>,
        /// Where.
        room: OwnedRoomId,
    },
    /// Somebody comes into a room.
    Join {
        /// Who.
        user: OwnedUserId,
        /// Where.
        room: OwnedRoomId,
        /// They were invited there.
        invited: bool,
    },
    /// Somebody gives a room an alias.
    Alias {
        /// Who.
        user: OwnedUserId,
        /// `#…:…`, as they wrote it.
        alias: String,
    },
}

/// Why something may not be.
#[derive(Clone, Debug, PartialEq)]
pub struct Objection {
    /// What it is counted under: the id of a rule, `photos`, `invite`, `banned`, `alias` or `powers`.
    pub rule: String,
    /// What whoever wanted it is told.
    pub text: Text,
    /// In which language.
    pub locale: Locale,
}

impl Question {
    /// Who wants it.
    #[must_use]
    pub fn asker(&self) -> &UserId {
        match self {
            Self::Event(event) => &event.sender,
            Self::Invite { by, .. } => by,
            Self::Join { user, .. } | Self::Alias { user, .. } => user,
        }
    }
}

/// Why it may not be; `None` when it may, or when it is not about one of the communities.
#[must_use]
pub fn objection(snapshot: &Snapshot, question: &Question) -> Option<Objection> {
    if question.asker() == snapshot.bot {
        return None;
    }
    match question {
        Question::Event(event) => of_event(snapshot, event),
        Question::Invite { by, user, room } => of_invite(snapshot, room, by, user.as_deref()),
        Question::Join {
            user,
            room,
            invited: false,
        } => of_join(snapshot, room, user),
        Question::Join { .. } => None,
        Question::Alias { user, alias } => of_alias(snapshot, user, alias),
    }
}

fn of_event(snapshot: &Snapshot, event: &Event) -> Option<Objection> {
    let (community, room) = snapshot.located(&event.room)?;
    let message = |event_type, content| Message {
        community,
        room,
        event,
        event_type,
        content,
        noticed: None,
    };
    match &event.kind {
        EventKind::Content {
            event_type,
            content,
        } => of_message(snapshot, &message(event_type, content), "guard-message"),
        EventKind::State {
            event_type,
            content,
            ..
        } if event_type == "m.room.power_levels" => {
            of_powers(snapshot, (community, room), event, content)
        }
        EventKind::State {
            event_type,
            content,
            ..
        } => {
            let content = json!({"body": shown(event_type, content)?});
            of_message(
                snapshot,
                &message("m.room.message", &content),
                "guard-state",
            )
        }
        // What cannot be read here is read when it is pushed.
        EventKind::Encrypted
        | EventKind::Unreadable
        | EventKind::Redaction { .. }
        | EventKind::TakenDown { .. } => None,
    }
}

/// What everybody sees of a room's name or topic, in all of its forms.
fn shown(event_type: &str, content: &Value) -> Option<String> {
    let text = |path: &str| content.pointer(path).and_then(Value::as_str);
    match event_type {
        "m.room.name" => text("/name").map(str::to_owned),
        "m.room.topic" => {
            let forms = content.pointer("/m.topic/m.text").and_then(Value::as_array);
            let forms = forms.into_iter().flatten();
            let forms = forms.filter_map(|form| form.get("body")?.as_str());
            let all: Vec<&str> = text("/topic").into_iter().chain(forms).collect();
            Some(all.join("\n"))
        }
        _ => None,
    }
}

fn of_message(snapshot: &Snapshot, message: &Message<'_>, key: &str) -> Option<Objection> {
    let group = message.community.name_of(&message.room.place);
    let (rule, text) = match message::fault(snapshot, message, message.event.at)? {
        Fault::Photo => {
            let key = if photos::are_the_teams(message) {
                "guard-photo-team"
            } else {
                "guard-photo-none"
            };
            let text = Text::new(key).with("group", group).line("photo-told-help");
            (photos::RULE.to_owned(), text)
        }
        Fault::Rules(Verdict {
            action: RuleAction::Redact,
            rule,
            kind,
            ..
        }) => {
            let stem = kind.text_key();
            let text = Text::new(key)
                .with("group", group)
                .with("rule", Text::new(&format!("{stem}-name")))
                .line(&format!("{stem}-explain"));
            (rule.to_string(), text)
        }
        // To the author in private, or to the team: that follows when the message is there.
        Fault::Rules(_) => return None,
    };
    let sender = &message.event.sender;
    let locale = snapshot.locale_in(sender, message.community);
    Some(Objection { rule, text, locale })
}

fn of_powers(
    snapshot: &Snapshot,
    (community, room): (&Community, &Room),
    event: &Event,
    levels: &Value,
) -> Option<Objection> {
    drift::would_be_put_back(snapshot, (community, room), event, levels).then(|| {
        let locale = snapshot.locale_in(&event.sender, community);
        let command = match locale {
            Locale::Fr => "nommer",
            Locale::En => "grant",
        };
        let text = Text::new("guard-powers")
            .with("group", community.name_of(&room.place))
            .code(
                "command",
                format!("!{} {command}", snapshot.bot.localpart()),
            );
        Objection {
            rule: "powers".to_owned(),
            text,
            locale,
        }
    })
}

/// As invitations are withdrawn, apart from what notes something: a full group, a request that waits for a second yes.
fn of_invite(
    snapshot: &Snapshot,
    room: &RoomId,
    by: &UserId,
    user: Option<&UserId>,
) -> Option<Objection> {
    let (community, room) = snapshot.located(room)?;
    // The bot is called back by the team; who is there already is not invited anew.
    let known = |user: &UserId| {
        *user == *snapshot.bot
            || matches!(room.membership(user), Membership::Join | Membership::Invite)
    };
    if user.is_some_and(known) {
        return None;
    }
    let why = invites::not_yours(snapshot, community, &room.place, by, user)
        .or_else(|| admission::hindrance(snapshot, community, user?))?;
    let mut text = Text::new("guard-invite").with("place", community.name_of(&room.place));
    if let Some(user) = user {
        text = Text::new("guard-invite-person")
            .with("person", Argument::User(user.to_string()))
            .with("place", community.name_of(&room.place));
    }
    Some(Objection {
        rule: "invite".to_owned(),
        text: text.then(why),
        locale: snapshot.locale_in(by, community),
    })
}

/// Strangers come in: the team has a day to look at them, or a seat on the waiting list is theirs. Who is banned from the community is not let into
/// any of its rooms.
fn of_join(snapshot: &Snapshot, room: &RoomId, user: &UserId) -> Option<Objection> {
    let (community, room) = snapshot.located(room)?;
    let in_space = admission::membership(snapshot, community, &Place::Space, user);
    (in_space == Membership::Ban).then(|| Objection {
        rule: "banned".to_owned(),
        text: Text::new("guard-banned")
            .with("place", community.name_of(&room.place))
            .with("person", strangers::contact(community)),
        locale: snapshot.locale_in(user, community),
    })
}

/// The aliases by which Hygie knows its rooms are its own.
fn of_alias(snapshot: &Snapshot, user: &UserId, alias: &str) -> Option<Objection> {
    let (localpart, server) = alias.strip_prefix('#')?.split_once(':')?;
    let prefix = format!("_{}_", snapshot.bot.localpart());
    let ours = localpart.to_lowercase().starts_with(&prefix)
        && server.eq_ignore_ascii_case(snapshot.bot.server_name().as_str());
    ours.then(|| Objection {
        rule: "alias".to_owned(),
        text: Text::new("guard-alias").code("prefix", format!("#{prefix}")),
        locale: snapshot.locale_of(user),
    })
}

#[cfg(test)]
mod tests;

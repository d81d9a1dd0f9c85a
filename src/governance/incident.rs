//! Incident mode: something serious goes on, so groups are frozen, one person speaks for the team in all of them, and in the end what was done
//! is handed over. PURE. `commands::incident` calls it; that it is left open is noticed by `due`.

use ruma::{OwnedUserId, UserId};

use super::deed::Deed;
use crate::{
    action::{Attachment, Effect, Recipient},
    clock::Timestamp,
    community::{
        change::{Change, Lockdown},
        place::Place,
        record::{CardId, Frozen, Incident, Record, RecordKind},
        snapshot::{Community, Snapshot},
        timers,
    },
    decide::Decision,
    event::Event,
    reply::{Argument, Text, moment},
};

/// By which its opening stands in the audit log, with its name as target.
pub const OPENED: &str = "incident-open";
/// By which its end stands in the audit log.
pub const CLOSED: &str = "incident-close";

/// What is decided when an incident is opened.
pub(crate) struct Opening {
    /// Who speaks.
    pub(crate) speaker: OwnedUserId,
    /// Until when the groups are frozen.
    pub(crate) until: Timestamp,
    /// Why, for the team.
    pub(crate) reason: String,
}

/// Freezes the places and tells everybody there. Gives the incident, and the places that cannot be frozen.
pub(crate) fn open(
    deed: &mut Deed,
    by: &UserId,
    places: Vec<Place>,
    opening: Opening,
) -> (Incident, Vec<Place>) {
    let mut incident = Incident {
        id: CardId::derive(&deed.cause),
        by: by.to_owned(),
        at: deed.now,
        until: opening.until,
        reason: opening.reason,
        speaker: opening.speaker,
        frozen: Vec::new(),
        posts: 0,
        reminded: false,
    };
    let detail = format!("until {}: {}", incident.until, incident.reason);
    deed.account(by, OPENED, &incident.id, Some(detail));
    let mut impossible = Vec::new();
    for place in places {
        match freeze(deed, &incident, &place) {
            Some(frozen) => incident.frozen.push(frozen),
            None => impossible.push(place),
        }
    }
    let community = deed.community;
    for Frozen { place, before } in &incident.frozen {
        let until = before.map_or(incident.until, |before| before.max(incident.until));
        let told = Text::new("incident-told")
            .with("until", local(community, until))
            .with("speaker", &incident.speaker)
            .line("incident-told-private")
            .code("command", "contact");
        say(deed, place, told);
    }
    if *incident.speaker != *by {
        hand_over(deed, &incident);
    }
    deed.keep(Record::Incident(Box::new(incident.clone())));
    deed.review();
    (incident, impossible)
}

/// Locks a place for the time of the incident, unless it is locked for longer, or by somebody above who opens it. Nothing when
/// it cannot be locked.
fn freeze(deed: &mut Deed, incident: &Incident, place: &Place) -> Option<Frozen> {
    let (snapshot, community) = (deed.snapshot, deed.community);
    let room = community.places.get(place)?;
    let known = community.lockdowns.get(place);
    let frozen = Frozen {
        place: place.clone(),
        before: known.map(|it| it.until),
    };
    let prior = match known {
        Some(it) if it.until >= incident.until => return Some(frozen),
        Some(it) if community.role(&it.by) > community.role(&incident.by) => return Some(frozen),
        Some(it) => it.prior.clone(),
        None => {
            let room = snapshot.rooms.get(room)?;
            room.state("m.room.power_levels", "")?.clone()
        }
    };
    lock(deed, incident, place, (incident.until, prior));
    Some(frozen)
}

fn lock(
    deed: &mut Deed,
    incident: &Incident,
    place: &Place,
    (until, prior): (Timestamp, serde_json::Value),
) {
    let by = incident.by.clone();
    account(deed, &by, "lockdown", place, Some(format!("until {until}")));
    deed.decision.changes.push(Change::Locked(Lockdown {
        community: deed.community.definition.id.clone(),
        place: place.clone(),
        until,
        by,
        prior,
    }));
}

/// Posts how things stand in every frozen group; how many those are. The words are read from the event when they are posted.
pub(crate) fn post(deed: &mut Deed, incident: &Incident, event: &Event) -> usize {
    let mut incident = incident.clone();
    incident.posts += 1;
    let rooms = incident.frozen.iter();
    let rooms = rooms.filter_map(|it| deed.community.places.get(&it.place));
    let rooms: Vec<_> = rooms.cloned().collect();
    for room in &rooms {
        deed.act(Effect::PostStatus {
            room: room.clone(),
            source_room: event.room.clone(),
            source: event.id.clone(),
            number: incident.posts,
            at: deed.now,
            locale: deed.locale(),
        });
    }
    deed.account(&event.sender, "incident-status", &incident.id, None);
    deed.keep(Record::Incident(Box::new(incident)));
    rooms.len()
}

/// Somebody else speaks from now on.
pub(crate) fn speaks(deed: &mut Deed, incident: &Incident, speaker: OwnedUserId, by: &UserId) {
    let incident = Incident {
        speaker,
        ..incident.clone()
    };
    if *incident.speaker != *by {
        hand_over(deed, &incident);
    }
    let detail = format!("incident {}", incident.id);
    deed.account(by, "incident-speaker", &incident.speaker, Some(detail));
    deed.keep(Record::Incident(Box::new(incident)));
}

/// Tells who speaks how.
fn hand_over(deed: &mut Deed, incident: &Incident) {
    let locale = deed.snapshot.locale_in(&incident.speaker, deed.community);
    let text = Text::new("incident-speaker-you")
        .with("community", deed.community.definition.name.as_str())
        .code("command", command(None, locale, Word::Status))
        .line("reason")
        .with("reason", incident.reason.as_str());
    deed.tell(&incident.speaker, text);
}

/// Ends it: what it locked is exactly as it was, what was locked before stays so, everybody hears it, and what was done goes to the admins as
/// a file. Gives the places that stay locked, and until when.
pub(crate) fn close(
    deed: &mut Deed,
    incident: &Incident,
    by: &UserId,
    learned: Option<String>,
) -> Vec<(Place, Timestamp)> {
    let community = deed.community;
    let mut locked = Vec::new();
    for Frozen { place, before } in &incident.frozen {
        let text = match after(community, incident, place, *before, deed.now) {
            After::Open => Text::new("incident-over"),
            After::Opens(lockdown) => {
                open_again(deed, by, lockdown);
                Text::new("incident-over")
            }
            After::Stays(lockdown, until) => {
                if until != lockdown.until {
                    lock(deed, incident, place, (until, lockdown.prior.clone()));
                }
                locked.push((place.clone(), until));
                Text::new("incident-over-locked").with("until", local(community, until))
            }
        };
        say(deed, place, text);
    }
    deed.forget(RecordKind::Incident, "");
    deed.account(by, CLOSED, &incident.id, learned);
    if let Some(room) = community.admins_room() {
        deed.act(Effect::Attach {
            room: room.clone(),
            file: Attachment::Incident(incident.id.clone()),
        });
    }
    deed.review();
    locked
}

/// What becomes of a frozen place when the incident is over.
enum After<'a> {
    /// It is open already.
    Open,
    /// It is opened.
    Opens(&'a Lockdown),
    /// It stays locked until then: it was before, or somebody has decided so since.
    Stays(&'a Lockdown, Timestamp),
}

fn after<'a>(
    community: &'a Community,
    incident: &Incident,
    place: &Place,
    before: Option<Timestamp>,
    now: Timestamp,
) -> After<'a> {
    let Some(lockdown) = community.lockdowns.get(place) else {
        return After::Open;
    };
    match before {
        _ if lockdown.until != incident.until => After::Stays(lockdown, lockdown.until),
        Some(before) if before > now => After::Stays(lockdown, before),
        _ => After::Opens(lockdown),
    }
}

fn open_again(deed: &mut Deed, by: &UserId, lockdown: &Lockdown) {
    let restored = timers::restoring(deed.community, lockdown);
    if let Some(effect) = restored {
        deed.act(effect);
    }
    account(deed, by, "unlock", &lockdown.place, None);
    deed.decision.changes.push(Change::Unlocked {
        community: lockdown.community.clone(),
        place: lockdown.place.clone(),
    });
}

/// The admins are reminded, once, of an incident whose time is over and that nobody has closed.
pub(super) fn due(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Vec<(String, Decision)> {
    let open = community.records.incident.as_ref();
    let open = open.filter(|it| it.until <= now && !it.reminded);
    let reminded = open.map(|incident| {
        let cause = format!("incident/{}/{}/over", community.definition.id, incident.id);
        let mut deed = Deed::new(snapshot, community, &cause, now);
        let locale = deed.locale();
        let text = Text::new("incident-overdue")
            .code("incident", &incident.id)
            .with("since", local(community, incident.at))
            .code("close", command(Some(snapshot), locale, Word::Close));
        deed.tell_admins(text);
        deed.keep(Record::Incident(Box::new(Incident {
            reminded: true,
            ..(**incident).clone()
        })));
        (cause, deed.decision)
    });
    reminded.into_iter().collect()
}

/// A step of the command that texts name.
#[derive(Clone, Copy)]
pub(crate) enum Word {
    /// To open one.
    Open,
    /// To say how things stand.
    Status,
    /// To end it.
    Close,
}

/// How the step is written; in a private conversation without the bot's name.
pub(crate) fn command(
    snapshot: Option<&Snapshot>,
    locale: crate::reply::Locale,
    word: Word,
) -> String {
    use crate::reply::Locale::{En, Fr};
    let line = match (word, locale) {
        (Word::Open, Fr) => "crise ouvrir parce que …",
        (Word::Open, En) => "incident open because …",
        (Word::Status, Fr) => "crise point …",
        (Word::Status, En) => "incident status …",
        (Word::Close, Fr) => "crise clore",
        (Word::Close, En) => "incident close",
    };
    match snapshot {
        Some(snapshot) => format!("!{} {line}", snapshot.bot.localpart()),
        None => line.to_owned(),
    }
}

/// A moment, in the community's time.
fn local(community: &Community, at: Timestamp) -> Argument {
    moment(at, &community.definition.timezone).into()
}

/// Says something in a group.
fn say(deed: &mut Deed, place: &Place, text: Text) {
    if let Some(room) = deed.community.places.get(place) {
        deed.act(Effect::Say {
            to: Recipient::Room(room.clone()),
            text,
            locale: deed.locale(),
            reply_to: None,
        });
    }
}

/// A line of the audit log about a group.
fn account(deed: &mut Deed, by: &UserId, action: &str, place: &Place, detail: Option<String>) {
    deed.account(by, action, place, detail);
    let room = deed.community.places.get(place).cloned();
    if let Some(entry) = deed.decision.audit.last_mut() {
        entry.room = room;
    }
}

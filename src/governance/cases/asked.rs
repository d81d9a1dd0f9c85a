//! Cases that members ask for: a report, or the question whether something is true; by command, by reaction, or through Element's own button.

use ruma::{EventId, OwnedEventId, OwnedRoomId, OwnedUserId, RoomId, UserId};

use super::{NewCase, open, same_message};
use crate::{
    action::{Effect, Sender},
    clock::Timestamp,
    community::{
        definition::Kind,
        record::{CaseKind, Cursor, Record},
        role::Role,
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    event::Event,
    governance::deed::Deed,
    reply::Text,
};

/// What a homeserver calls the list of reports, in a [`Cursor`].
pub(crate) const REPORTS: &str = "event-reports";
/// Over which time reports of one person are counted.
const DAY_MS: i64 = 24 * 3_600_000;
/// Reports older than this are not taken up when the list of the homeserver is read for the first time.
const FIRST_MS: i64 = 7 * DAY_MS;

/// What a member asks for.
pub(crate) struct Asked<'a> {
    pub(crate) kind: CaseKind,
    pub(crate) by: &'a UserId,
    pub(crate) room: &'a RoomId,
    pub(crate) event: &'a EventId,
    /// Who sent the message, where that is known.
    pub(crate) sender: Option<OwnedUserId>,
    /// What they say for it.
    pub(crate) words: Option<String>,
}

/// What follows from it; what to say to who asks.
///
/// # Errors
/// What to say when it cannot be.
pub(crate) fn asked(deed: &mut Deed, asked: Asked) -> Result<Text, Text> {
    let (snapshot, community) = (deed.snapshot, deed.community);
    let room = snapshot.rooms.get(asked.room);
    let room = room.filter(|room| room.community == community.definition.id);
    let room = room.ok_or_else(|| Text::new("report-elsewhere"))?;
    let there =
        room.joined(asked.by) || community.role_in(asked.by, &room.place) >= Role::Moderator;
    if !there || community.kind(&room.place) == Some(Kind::Admins) {
        return Err(Text::new("report-elsewhere"));
    }
    if community.admins_room().is_none() {
        return Err(Text::new("report-nobody"));
    }
    let event = asked.event.to_owned();
    let same = same_message(community, asked.kind, Some(&event));
    if same.is_some_and(|(case, _)| case.reporters.iter().any(|it| it.user == *asked.by)) {
        return Ok(Text::new("report-already"));
    }
    let most = community.definition.cases.reports_per_day;
    let limited = reports_of(community, asked.by, deed.now) >= most as usize;
    if limited && same.is_none() {
        let bot = snapshot.bot.clone();
        deed.account(&bot, "report-limited", "", None);
        let text = Text::new("report-limited").with("most", i64::from(most));
        return Err(text.line("report-limited-instead"));
    }
    open(
        deed,
        NewCase {
            about: asked.sender,
            room: Some(asked.room.to_owned()),
            event: Some(event),
            reporter: Some(asked.by.to_owned()),
            words: asked.words,
            ..NewCase::of(asked.kind)
        },
    );
    Ok(Text::new(match asked.kind {
        CaseKind::FactCheck => "verify-taken",
        _ => "report-taken",
    }))
}

/// How many messages somebody has reported within a day.
fn reports_of(community: &Community, user: &UserId, now: Timestamp) -> usize {
    let cases = community.records.cases.values();
    let reporters = cases.flat_map(|case| &case.reporters);
    let recent = reporters.filter(|it| it.user == user && now.0 - it.at.0 < DAY_MS);
    recent.count()
}

/// Whether a reaction reports what it is to.
#[must_use]
pub(crate) fn is_flag(key: &str) -> bool {
    matches!(key.trim_end_matches('\u{fe0f}'), "⚠" | "🚩")
}

/// A member reacts so to a message of a group: that is for the team, so the reaction is taken down and answered in private.
#[must_use]
pub(crate) fn flagged(
    snapshot: &Snapshot,
    event: &Event,
    target: &EventId,
    now: Timestamp,
) -> Option<Decision> {
    let (community, room) = snapshot.located(&event.room)?;
    if community.kind(&room.place) == Some(Kind::Admins) {
        return None;
    }
    let mut deed = Deed::new(snapshot, community, event.id.as_str(), now);
    take_away(&mut deed, &event.room, &event.id);
    let said = asked(
        &mut deed,
        Asked {
            kind: CaseKind::Report,
            by: &event.sender,
            room: &event.room,
            event: target,
            sender: None,
            words: None,
        },
    );
    deed.tell(&event.sender, said.unwrap_or_else(|refusal| refusal));
    Some(deed.decision)
}

/// Who reports stays unknown to the group. Not before it is stored that they did: it could not be read again.
pub(crate) fn take_away(deed: &mut Deed, room: &RoomId, event: &EventId) {
    deed.act(Effect::Redact {
        room: room.to_owned(),
        event: event.to_owned(),
        reason: Text::new("report-private"),
        locale: deed.locale(),
        sender: Sender::NotAnyOf(vec![deed.snapshot.bot.clone()]),
    });
}

/// A report that somebody made with the button of their client, as the homeserver lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerReport {
    /// Its number, which grows.
    pub id: i64,
    /// When it came in.
    pub at: Timestamp,
    /// By whom.
    pub by: OwnedUserId,
    /// The room of the message.
    pub room: OwnedRoomId,
    /// The message.
    pub event: OwnedEventId,
    /// What the reporter wrote; may be empty.
    pub words: String,
}

/// Up to which report the list of the homeserver was read for every community; none before the first time.
#[must_use]
pub fn read_to(snapshot: &Snapshot) -> Option<i64> {
    let communities = snapshot.communities.values();
    let read = communities.map(|it| it.records.cursors.get(REPORTS).copied());
    read.min().flatten()
}

/// What follows from a report of the homeserver's list for its community; none when it is none of ours, or was taken up already.
#[must_use]
pub fn from_server(
    snapshot: &Snapshot,
    report: &ServerReport,
    now: Timestamp,
) -> Option<(String, Decision)> {
    let (community, _) = snapshot.located(&report.room)?;
    let read = community.records.cursors.get(REPORTS).copied();
    let is_old = match read {
        Some(read) => report.id <= read,
        None => now.0 - report.at.0 > FIRST_MS,
    };
    if is_old {
        return None;
    }
    let cause = format!("event-report/{}", report.id);
    let mut deed = Deed::new(snapshot, community, &cause, now);
    read_up_to(&mut deed, report.id);
    let words = Some(report.words.trim()).filter(|it| !it.is_empty());
    let said = asked(
        &mut deed,
        Asked {
            kind: CaseKind::Report,
            by: &report.by,
            room: &report.room,
            event: &report.event,
            // Whose it is, is asked: it may be gone by now.
            sender: None,
            words: words.map(str::to_owned),
        },
    );
    deed.tell(&report.by, said.unwrap_or_else(|refusal| refusal));
    Some((cause, deed.decision))
}

/// The list of the homeserver was read up to here.
#[must_use]
pub fn all_read(snapshot: &Snapshot, to: i64, now: Timestamp) -> Vec<(String, Decision)> {
    let communities = snapshot.communities.values();
    let behind = communities.filter(|it| it.records.cursors.get(REPORTS).is_none_or(|at| *at < to));
    behind
        .map(|community| {
            let cause = format!("event-reports/{}/{to}", community.definition.id);
            let mut deed = Deed::new(snapshot, community, &cause, now);
            read_up_to(&mut deed, to);
            (cause, deed.decision)
        })
        .collect()
}

fn read_up_to(deed: &mut Deed, to: i64) {
    deed.keep(Record::Cursor(Cursor {
        what: REPORTS.to_owned(),
        to,
    }));
}

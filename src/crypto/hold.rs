//! Events whose key is not there yet. They stand undecided in the inbox; here is only which, so that a key finds them. They are never
//! skipped: the admins are told of them, and when their time is over they are given up aloud.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ruma::{OwnedRoomId, OwnedUserId};

use crate::{clock::Timestamp, event::Event};

/// How many events wait at most; beyond, the oldest is given up. Each takes some hundred bytes.
const MOST: usize = 20_000;

/// An event that waits for its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its place in the inbox.
    pub seq: i64,
    /// When it came.
    pub received_at: Timestamp,
    /// Where it was said.
    pub room: OwnedRoomId,
    /// By whom.
    pub sender: OwnedUserId,
    /// The session whose key is missing.
    pub session: String,
    /// Somebody was told that it cannot be read.
    pub told: bool,
}

impl Held {
    /// `event` waits for the key of `session`.
    #[must_use]
    pub fn new(seq: i64, received_at: Timestamp, event: &Event, session: String) -> Self {
        Self {
            seq,
            received_at,
            room: event.room.clone(),
            sender: event.sender.clone(),
            session,
            told: false,
        }
    }
}

/// The events that wait, by session.
#[derive(Default)]
pub(super) struct Hold(Mutex<HashMap<(OwnedRoomId, String), Vec<Held>>>);

impl Hold {
    fn held(&self) -> MutexGuard<'_, HashMap<(OwnedRoomId, String), Vec<Held>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more; true when it is the first of its session. Gives the one that must go for it.
    pub(super) fn put(&self, held: Held) -> (bool, Option<Held>) {
        let mut all = self.held();
        let key = (held.room.clone(), held.session.clone());
        let session = all.entry(key).or_default();
        session.push(held);
        let is_first = session.len() == 1;
        let count: usize = all.values().map(Vec::len).sum();
        let oldest = (count > MOST).then(|| {
            let oldest = all.values().flatten().min_by_key(|held| held.seq).cloned();
            oldest.inspect(|oldest| remove(&mut all, oldest))
        });
        (is_first, oldest.flatten())
    }

    /// Those that wait for this session.
    pub(super) fn take(&self, room: &OwnedRoomId, session: &str) -> Vec<Held> {
        let key = (room.clone(), session.to_owned());
        self.held().remove(&key).unwrap_or_default()
    }

    /// One that waits for this session.
    pub(super) fn first(&self, room: &OwnedRoomId, session: &str) -> Option<Held> {
        let key = (room.clone(), session.to_owned());
        self.held().get(&key)?.first().cloned()
    }

    /// Whether this one still waits.
    pub(super) fn holds(&self, held: &Held) -> bool {
        let key = (held.room.clone(), held.session.clone());
        let all = self.held();
        let session = all.get(&key).into_iter().flatten();
        session.into_iter().any(|other| other.seq == held.seq)
    }

    pub(super) fn len(&self) -> usize {
        self.held().values().map(Vec::len).sum()
    }

    /// Those that somebody is to be told of now, by room the first of them; they count as told.
    pub(super) fn untold(&self, now: Timestamp, after: impl Fn(&Held) -> Duration) -> Vec<Held> {
        let mut all = self.held();
        let mut due: Vec<Held> = Vec::new();
        for held in all.values_mut().flatten() {
            if !held.told && now.since(held.received_at) >= after(held) {
                held.told = true;
                due.push(held.clone());
            }
        }
        due.sort_by_key(|held| held.seq);
        due
    }

    /// Those whose time is over; they wait no longer.
    pub(super) fn expired(&self, now: Timestamp, after: Duration) -> Vec<Held> {
        let mut all = self.held();
        let mut over = Vec::new();
        for session in all.values_mut() {
            over.extend(session.extract_if(.., |held| now.since(held.received_at) >= after));
        }
        all.retain(|_, session| !session.is_empty());
        over.sort_by_key(|held| held.seq);
        over
    }
}

fn remove(all: &mut HashMap<(OwnedRoomId, String), Vec<Held>>, held: &Held) {
    let key = (held.room.clone(), held.session.clone());
    if let Some(session) = all.get_mut(&key) {
        session.retain(|other| other.seq != held.seq);
        if session.is_empty() {
            all.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(seq: i64, session: &str, at: i64) -> Held {
        Held {
            seq,
            received_at: Timestamp(at),
            room: "!r:s".try_into().unwrap(),
            sender: "@a:s".try_into().unwrap(),
            session: session.to_owned(),
            told: false,
        }
    }

    #[test]
    fn a_key_finds_the_events_of_its_session_only() {
        let hold = Hold::default();
        assert!(hold.put(held(1, "one", 0)).0);
        assert!(!hold.put(held(2, "one", 0)).0);
        assert!(hold.put(held(3, "two", 0)).0);
        let room = "!r:s".try_into().unwrap();
        let seqs: Vec<_> = hold.take(&room, "one").iter().map(|it| it.seq).collect();
        assert_eq!((seqs, hold.len()), (vec![1, 2], 1));
    }

    #[test]
    fn somebody_is_told_once_and_late_ones_are_given_up() {
        let hold = Hold::default();
        hold.put(held(1, "one", 0));
        hold.put(held(2, "two", 5_000));
        let after = |_: &Held| Duration::from_secs(3);
        assert_eq!(hold.untold(Timestamp(4_000), after).len(), 1);
        assert_eq!(hold.untold(Timestamp(4_000), after), []);
        let over = hold.expired(Timestamp(10_000), Duration::from_secs(10));
        assert_eq!((over[0].seq, hold.len()), (1, 1));
    }

    #[test]
    fn beyond_the_most_the_oldest_goes() {
        let hold = Hold::default();
        for seq in 0..i64::try_from(MOST).unwrap() {
            assert_eq!(hold.put(held(seq, &format!("s{seq}"), 0)).1, None);
        }
        let last = hold.put(held(i64::MAX, "last", 0)).1;
        assert_eq!((last.map(|it| it.seq), hold.len()), (Some(0), MOST));
    }
}

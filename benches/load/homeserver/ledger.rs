//! What is counted: leaks and when each was taken down, copies of announcements, other requests.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use super::push::Pending;

/// One leak.
#[derive(Clone, Debug, Default)]
struct Leak {
    /// When its transaction began to be written for the first time.
    begun: Option<Instant>,
    /// How long it had waited until then for the transaction before it.
    waited: Duration,
    /// When its redaction arrived for the first time.
    redacted: Option<Instant>,
    /// The transaction ids of its redactions.
    transactions: HashSet<String>,
}

/// What the homeserver notes.
#[derive(Debug, Default)]
pub struct Ledger {
    leaks: Vec<Leak>,
    /// Leaks before this one were for warming up.
    from: usize,
    redacted: usize,
    /// The copies of an announcement by room: transaction ids.
    copies: HashMap<String, HashMap<String, HashSet<String>>>,
    copies_expected: usize,
    first_copy: Option<Instant>,
    last_copy: Option<Instant>,
    copied: usize,
    /// Invitations by room and person: how often.
    invited: HashMap<(String, String), usize>,
    invitations_expected: usize,
    first_invitation: Option<Instant>,
    last_invitation: Option<Instant>,
    /// Messages of the bot that are no copies, each counted once.
    notices: usize,
    /// Events of members that were acknowledged.
    acknowledged: usize,
    /// Events in the transaction under way.
    pub(super) in_flight: usize,
    transactions: usize,
    /// Requests in all.
    requests: usize,
    /// Requests for state, members or messages of rooms.
    state_requests: usize,
    /// Requests that a fault was made of.
    faulted: usize,
    /// Events that the limit did not take.
    limited: usize,
    /// Requests that we cannot answer.
    pub(super) unknown: Vec<String>,
}

/// What was counted, at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events of members that were acknowledged.
    pub acknowledged: usize,
    /// Transactions that were acknowledged.
    pub transactions: usize,
    /// Leaks that were queued.
    pub leaks: usize,
    /// Leaks that were taken down.
    pub redacted: usize,
    /// Messages of the bot that are no copies.
    pub notices: usize,
    /// Copies of announcements that should come.
    pub copies_expected: usize,
    /// Copies of announcements that came, one a room.
    pub copied: usize,
    /// People who were invited, counted in each room.
    pub invited: usize,
    /// Requests in all.
    pub requests: usize,
    /// Requests for state.
    pub state_requests: usize,
    /// Requests that a fault was made of.
    pub faulted: usize,
    /// Events that the limit did not take.
    pub limited: usize,
}

impl Ledger {
    /// What was counted so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            acknowledged: self.acknowledged,
            transactions: self.transactions,
            leaks: self.leaks.len(),
            redacted: self.redacted,
            notices: self.notices,
            copies_expected: self.copies_expected,
            copied: self.copied,
            invited: self.invited.len(),
            requests: self.requests,
            state_requests: self.state_requests,
            faulted: self.faulted,
            limited: self.limited,
        }
    }

    /// From here on it counts: what came before was for warming up.
    pub fn start_measuring(&mut self) {
        self.from = self.leaks.len();
    }

    /// Event to redaction of every leak since [`Ledger::start_measuring`], in milliseconds, and how long the events had waited
    /// for the transaction before theirs; each sorted.
    #[must_use]
    pub fn latencies(&self) -> (Vec<f64>, Vec<f64>) {
        let measured = self.leaks[self.from..].iter();
        let done = measured.filter_map(|leak| {
            let took = leak.redacted?.duration_since(leak.begun?);
            Some((took.as_secs_f64() * 1e3, leak.waited.as_secs_f64() * 1e3))
        });
        let (mut took, mut waited): (Vec<_>, Vec<_>) = done.unzip();
        took.sort_by(f64::total_cmp);
        waited.sort_by(f64::total_cmp);
        (took, waited)
    }

    /// Leaks that were not taken down, copies that did not come, and people who were not invited.
    #[must_use]
    pub fn lost(&self) -> usize {
        let copies = self.copies_expected.saturating_sub(self.copied);
        let invitations = self.invitations_expected.saturating_sub(self.invited.len());
        self.leaks.len() - self.redacted + copies + invitations
    }

    /// Redactions and copies with a further transaction id for the same thing, and people who were invited again.
    #[must_use]
    pub fn doubled(&self) -> usize {
        let invited: usize = self.invited.values().map(|times| times - 1).sum();
        let redactions = self.leaks.iter().map(|leak| &leak.transactions);
        let copies = self.copies.values().flat_map(HashMap::values);
        redactions
            .chain(copies)
            .map(|ids| ids.len().saturating_sub(1))
            .sum::<usize>()
            + invited
    }

    /// From the first to the last invitation.
    #[must_use]
    pub fn inviting_took(&self) -> Option<Duration> {
        Some(self.last_invitation?.duration_since(self.first_invitation?))
    }

    /// So many people are to be invited, counted in each room.
    pub fn expect_invitations(&mut self, count: usize) {
        self.invitations_expected += count;
    }

    pub(super) fn invited(&mut self, room: &str, user: &str, at: Instant) {
        let key = (room.to_owned(), user.to_owned());
        *self.invited.entry(key).or_default() += 1;
        self.first_invitation.get_or_insert(at);
        self.last_invitation = Some(at);
    }

    /// From the first to the last copy of announcements.
    #[must_use]
    pub fn copying_took(&self) -> Option<Duration> {
        Some(self.last_copy?.duration_since(self.first_copy?))
    }

    pub(super) fn expect_leak(&mut self) -> usize {
        self.leaks.push(Leak::default());
        self.leaks.len() - 1
    }

    pub(super) fn expect_copies(&mut self, source: &str, targets: usize) {
        self.copies.entry(source.to_owned()).or_default();
        self.copies_expected += targets;
    }

    /// Leaks that no transaction brings: they stand in the inbox already.
    pub fn expect_stored_leaks(&mut self, count: usize) {
        let now = Instant::now();
        let leak = Leak {
            begun: Some(now),
            ..Leak::default()
        };
        self.leaks.extend(vec![leak; count]);
    }

    pub(super) fn begun(&mut self, batch: &[Pending], at: Instant) {
        for pending in batch {
            if let Some(leak) = pending.leak {
                self.leaks[leak].begun = Some(at);
                self.leaks[leak].waited = at.duration_since(pending.queued);
            }
        }
    }

    pub(super) fn acknowledged(&mut self, batch: &[Pending]) {
        self.acknowledged += batch.iter().filter(|pending| !pending.echo).count();
        self.in_flight = 0;
        self.transactions += 1;
    }

    /// A request came.
    pub(super) fn request(&mut self, about_state: bool) {
        self.requests += 1;
        self.state_requests += usize::from(about_state);
    }

    /// A request was made to fail.
    pub(super) fn faulted(&mut self) {
        self.faulted += 1;
    }

    /// The limit did not take an event.
    pub(super) fn limited(&mut self) {
        self.limited += 1;
    }

    /// When the last copy of an announcement came, and the last redaction.
    #[must_use]
    pub fn last(&self) -> (Option<Instant>, Option<Instant>) {
        let redacted = self.leaks.iter().filter_map(|leak| leak.redacted);
        (self.last_copy, redacted.max())
    }

    /// An event is taken down.
    pub(super) fn redacted(&mut self, event: &str, transaction: &str, at: Instant) {
        let number = event.strip_prefix("$leak").and_then(|it| it.parse().ok());
        let leak = number.and_then(|number: usize| self.leaks.get_mut(number));
        let Some(leak) = leak else {
            self.unknown.push(format!("a redaction of {event}"));
            return;
        };
        if leak.redacted.is_none() {
            leak.redacted = Some(at);
            self.redacted += 1;
        }
        if !leak.transactions.contains(transaction) {
            leak.transactions.insert(transaction.to_owned());
        }
    }

    /// The copy of an announcement came.
    pub(super) fn copied(&mut self, source: &str, room: &str, transaction: &str, at: Instant) {
        let Some(rooms) = self.copies.get_mut(source) else {
            self.unknown.push(format!("a copy of {source}"));
            return;
        };
        let ids = rooms.entry(room.to_owned()).or_default();
        if ids.is_empty() {
            self.copied += 1;
            self.first_copy.get_or_insert(at);
            self.last_copy = Some(at);
        }
        ids.insert(transaction.to_owned());
    }

    /// A message of the bot came that is no copy, for the first time.
    pub(super) fn noticed(&mut self) {
        self.notices += 1;
    }
}

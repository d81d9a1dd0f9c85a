//! Logs and metrics. Metrics carry kinds and counts; neither ever carries what members write, tokens, or names of people.

mod logging;

use std::sync::atomic::AtomicU64;

pub use logging::start_logging;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

/// Everything that is counted.
pub struct Metrics {
    registry: Registry,
    /// Events pushed by the homeserver, by type.
    pub events: Family<EventLabel, Counter>,
    /// Events pushed a second time.
    pub repeated: Counter,
    /// Events set aside because they could not be read.
    pub quarantined: Counter,
    /// Encrypted events that were read.
    pub decrypted: Counter,
    /// Encrypted events that could not be read until their time was over.
    pub undecryptable: Counter,
    /// Encrypted events that wait for their key.
    pub waiting_for_keys: Gauge,
    /// Hits of rules, by rule.
    pub hits: Family<RuleLabel, Counter>,
    /// Actions that ended, by kind and result.
    pub actions: Family<ActionLabel, Counter>,
    /// Requests tried again, by reason.
    pub retries: Family<ReasonLabel, Counter>,
    /// Events that are not decided yet, by lane.
    pub lane_depth: Family<LaneLabel, Gauge>,
    /// Actions that are not done yet, by priority.
    pub outbox_depth: Family<PriorityLabel, Gauge>,
    /// Actions given up.
    pub dead_letters: Gauge,
    /// How long the oldest event has been waiting, in seconds.
    pub inbox_oldest: Gauge<f64, AtomicU64>,
    /// From the arrival of an event to the moment its redaction is sent, in seconds.
    pub redaction: Histogram,
    /// 1 while the homeserver answers.
    pub homeserver_up: Gauge,
    /// 1 while the keys of encrypted rooms come in, or when Hygie has none.
    pub key_sync_up: Gauge,
    /// 1 while `/health/ready` is green.
    pub ready: Gauge,
    /// Communities whose rules have taken down so much that a human is asked before they go on.
    pub takedowns_held: Gauge,
    /// Questions at the guard door, by what is asked and the answer.
    pub guard_checks: Family<GuardLabel, Counter>,
    /// What the guard door refused, by rule.
    pub guard_refusals: Family<RuleLabel, Counter>,
    /// How long the guard door took for an answer, in seconds.
    pub guard_time: Histogram,
}

/// Label of [`Metrics::events`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct EventLabel {
    /// Matrix event type, or `other` for one that Hygie does not look at.
    pub r#type: String,
}

/// Label of [`Metrics::hits`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct RuleLabel {
    /// Id of the rule.
    pub rule: String,
}

/// Labels of [`Metrics::actions`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct ActionLabel {
    /// What it does.
    pub kind: &'static str,
    /// `done`, `dropped`, `dead` or `dry`.
    pub result: &'static str,
}

/// Labels of [`Metrics::guard_checks`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct GuardLabel {
    /// The callback of the module, or `other`.
    pub callback: &'static str,
    /// `allowed`, `refused`, `unchecked` or `unauthorised`.
    pub answer: &'static str,
}

/// Label of [`Metrics::retries`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct ReasonLabel {
    /// `unreachable`, `limited`, `failed`, `refused`, `unauthorised` or `not_seen`.
    pub reason: &'static str,
}

/// Label of [`Metrics::lane_depth`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct LaneLabel {
    /// Number of the lane.
    pub lane: u64,
}

/// Label of [`Metrics::outbox_depth`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct PriorityLabel {
    /// Name of the priority.
    pub priority: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        const BUCKETS: [f64; 14] = [
            0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0,
        ];
        let mut metrics = Self {
            registry: Registry::with_prefix("hygie"),
            events: Family::default(),
            repeated: Counter::default(),
            quarantined: Counter::default(),
            decrypted: Counter::default(),
            undecryptable: Counter::default(),
            waiting_for_keys: Gauge::default(),
            hits: Family::default(),
            actions: Family::default(),
            retries: Family::default(),
            lane_depth: Family::default(),
            outbox_depth: Family::default(),
            dead_letters: Gauge::default(),
            inbox_oldest: Gauge::default(),
            redaction: Histogram::new(BUCKETS),
            homeserver_up: Gauge::default(),
            key_sync_up: Gauge::default(),
            ready: Gauge::default(),
            takedowns_held: Gauge::default(),
            guard_checks: Family::default(),
            guard_refusals: Family::default(),
            guard_time: Histogram::new(BUCKETS),
        };
        metrics.register();
        metrics.start_at_zero();
        metrics
    }
}

impl Metrics {
    /// Makes the series that alerts look at exist from the start: an absent one raises no alert, or the wrong one.
    fn start_at_zero(&self) {
        drop(self.events.get_or_create(&event_label("m.room.message")));
        for reason in [
            "unreachable",
            "limited",
            "failed",
            "refused",
            "unauthorised",
            "not_seen",
        ] {
            drop(self.retries.get_or_create(&ReasonLabel { reason }));
        }
        for result in ["done", "dropped", "dead", "dry"] {
            let kind = "redact";
            drop(self.actions.get_or_create(&ActionLabel { kind, result }));
        }
        for answer in ["allowed", "refused", "unchecked", "unauthorised"] {
            let callback = "check_event_for_spam";
            let label = GuardLabel { callback, answer };
            drop(self.guard_checks.get_or_create(&label));
        }
        for priority in crate::action::Priority::ALL {
            let priority = priority.name();
            drop(self.outbox_depth.get_or_create(&PriorityLabel { priority }));
        }
    }

    fn register(&mut self) {
        self.register_encryption();
        self.register_guard();
        let registry = &mut self.registry;
        registry.register(
            "events",
            "Events pushed by the homeserver",
            self.events.clone(),
        );
        registry.register(
            "events_repeated",
            "Events pushed a second time",
            self.repeated.clone(),
        );
        registry.register(
            "events_quarantined",
            "Events set aside because they could not be read",
            self.quarantined.clone(),
        );
        registry.register("rule_hits", "Messages that a rule hit", self.hits.clone());
        registry.register("actions", "Actions that ended", self.actions.clone());
        registry.register(
            "retries",
            "Requests to the homeserver that are tried again",
            self.retries.clone(),
        );
        registry.register(
            "lane_depth",
            "Events that are not decided yet",
            self.lane_depth.clone(),
        );
        registry.register(
            "outbox_depth",
            "Actions that are not done yet",
            self.outbox_depth.clone(),
        );
        registry.register(
            "dead_letters",
            "Actions that were given up",
            self.dead_letters.clone(),
        );
        let oldest = "How long the oldest event has been waiting for a decision";
        registry.register_with_unit(
            "inbox_oldest_age",
            oldest,
            Unit::Seconds,
            self.inbox_oldest.clone(),
        );
        let redaction = "From the arrival of an event to the moment its redaction is sent";
        registry.register_with_unit(
            "event_to_redaction_sent",
            redaction,
            Unit::Seconds,
            self.redaction.clone(),
        );
        registry.register(
            "homeserver_up",
            "1 while the homeserver answers",
            self.homeserver_up.clone(),
        );
        registry.register(
            "ready",
            "1 while /health/ready is green",
            self.ready.clone(),
        );
        registry.register(
            "takedowns_held",
            "Communities whose rules ask a human before they take down more",
            self.takedowns_held.clone(),
        );
    }

    fn register_guard(&mut self) {
        let registry = &mut self.registry;
        registry.register(
            "guard_checks",
            "Questions at the guard door, by what is asked and the answer",
            self.guard_checks.clone(),
        );
        registry.register(
            "guard_refusals",
            "What the guard door refused, by rule",
            self.guard_refusals.clone(),
        );
        registry.register_with_unit(
            "guard_check",
            "How long the guard door took for an answer",
            Unit::Seconds,
            self.guard_time.clone(),
        );
    }

    fn register_encryption(&mut self) {
        let registry = &mut self.registry;
        registry.register(
            "events_decrypted",
            "Encrypted events that were read",
            self.decrypted.clone(),
        );
        registry.register(
            "events_undecryptable",
            "Encrypted events that could not be read until their time was over",
            self.undecryptable.clone(),
        );
        registry.register(
            "events_waiting_for_keys",
            "Encrypted events that wait for their key",
            self.waiting_for_keys.clone(),
        );
        registry.register(
            "key_sync_up",
            "1 while the keys of encrypted rooms come in, or when there are none to come",
            self.key_sync_up.clone(),
        );
    }

    /// All metrics in the `OpenMetrics` text format.
    ///
    /// # Panics
    /// Never: writing to a `String` does not fail.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("writing to a String does not fail");
        text
    }
}

/// The `type` label of an event: the types that Hygie looks at by name, others together, so that members cannot make series.
#[must_use]
pub fn event_label(event_type: &str) -> EventLabel {
    const KNOWN: &[&str] = &[
        "m.reaction",
        "m.room.encrypted",
        "m.room.member",
        "m.room.message",
        "m.room.power_levels",
        "m.room.redaction",
        "m.sticker",
    ];
    let governed = crate::community::desired::GOVERNED
        .iter()
        .chain(KNOWN)
        .find(|known| **known == event_type);
    EventLabel {
        r#type: governed.map_or("other", |known| known).to_owned(),
    }
}

#[cfg(test)]
mod monitoring;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_cannot_make_new_series() {
        assert_eq!(event_label("m.room.message").r#type, "m.room.message");
        assert_eq!(event_label("m.made.up").r#type, "other");
    }

    #[test]
    fn every_metric_is_in_the_text() {
        let metrics = Metrics::default();
        metrics.redaction.observe(0.01);
        let text = metrics.text();
        for name in [
            "hygie_events",
            "hygie_inbox_oldest_age_seconds",
            "hygie_event_to_redaction_sent_seconds_bucket",
        ] {
            assert!(text.contains(name), "{name} is missing in\n{text}");
        }
    }
}

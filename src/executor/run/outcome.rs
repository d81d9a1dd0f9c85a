//! What came of an action: recorded, told, tried again, or given up.

use std::time::Duration;

use tokio::time::Instant;
use tracing::warn;

use super::Executor;
use crate::{
    action::{Action, Effect, MembershipChange},
    community::change::Change,
    executor::{
        Confirmation, Finished, confirm::Unconfirmed, govern::card::reactions, notice,
        perform::Attempt, retry,
    },
    fault,
    matrix::MatrixError,
    store::{Ended, Outcome, Waiting},
    telemetry::{ActionLabel, ReasonLabel},
};

/// How often an action is done again that was accepted and does not hold.
const MAX_UNSEEN: u32 = 5;
/// How often an action is tried again after something was learned that changes it.
const MAX_LEARNED: u32 = 3;
/// How often an action is tried again that the bot has not enough power for, besides whenever the powers change: for a day.
const MAX_POWERLESS: u32 = 144;
/// How long it waits in between.
const POWERLESS_PAUSE: Duration = Duration::from_mins(10);

impl Executor {
    /// An action of the outbox has ended, or was accepted and is to be seen.
    pub(super) async fn concluded(&mut self, waiting: Waiting, tries: u32, attempt: Attempt) {
        match attempt {
            Attempt::Ended {
                outcome,
                changes,
                copied,
                review,
                as_of,
            } => {
                self.begun.ended(&waiting.action.id);
                // One that was given up or dropped says nothing of what stands.
                if outcome == Outcome::Done {
                    self.supersede(&waiting.action).await;
                }
                self.count(&waiting.action, &outcome);
                let mut notices = notice::room_gone(&self.shared, &changes);
                notices.extend(notice::bot_gone(&self.shared, &waiting.action, &changes));
                notices.extend(self.notice_of(&waiting.action, &outcome));
                notices.extend(reactions(&waiting.action, &changes));
                let effect_room = waiting.action.effect.room().cloned();
                let room = effect_room.or_else(|| changes.iter().find_map(Change::room).cloned());
                let ended = Some(Ended {
                    id: waiting.action.id,
                    outcome,
                });
                fault::point("executor.before_recorded");
                self.dispatcher
                    .finished(Finished {
                        room,
                        ended,
                        changes,
                        as_of,
                        copied,
                        notices,
                        review,
                    })
                    .await;
            }
            Attempt::Sent { by, check } => {
                let unconfirmed = Unconfirmed {
                    waiting,
                    tries,
                    check,
                };
                for waiting in self.confirmations.sent(by, unconfirmed) {
                    self.end(&waiting, Outcome::Done).await;
                }
            }
            Attempt::Learned(_) | Attempt::NoPower(_) | Attempt::Later(_) | Attempt::Failed(_) => {
                unreachable!("only what has ended or was accepted is concluded")
            }
        }
    }

    /// An action has ended that waits for no confirmation, because it is so already. What was sent before it for the same person in the
    /// same room is over too: looked for later, or after a restart, it would be done again after what was decided after it.
    async fn supersede(&mut self, action: &Action) {
        let Effect::Membership {
            room, user, change, ..
        } = &action.effect
        else {
            return;
        };
        let by = Confirmation::Membership {
            room: room.clone(),
            user: user.to_string(),
            membership: change.outcome(),
        };
        for earlier in self.confirmations.superseded(&by) {
            Box::pin(self.end(&earlier, Outcome::Done)).await;
        }
    }

    /// The bot has not enough power: the admins hear of it, and what protects people waits for a change of the powers.
    pub(super) async fn lacks_power(
        &mut self,
        waiting: Waiting,
        tries: u32,
        ends: Option<&'static str>,
    ) {
        if tries == 0 {
            let told = Finished {
                notices: notice::no_power(&self.shared, &waiting.action)
                    .into_iter()
                    .collect(),
                ..Finished::default()
            };
            self.dispatcher.finished(told).await;
        }
        let outcome = match ends {
            None if tries < MAX_POWERLESS => {
                let later = Instant::now() + POWERLESS_PAUSE;
                return self.queue.again(waiting, tries + 1, later);
            }
            None => Outcome::Dead(notice::NO_POWER.to_owned()),
            Some(reason) => Outcome::Dropped(reason),
        };
        self.queue.finished(&waiting.action);
        self.end(&waiting, outcome).await;
    }

    /// Something changes how the action is to be done: that is recorded, and the action tried again.
    pub(super) async fn learned(&mut self, waiting: Waiting, tries: u32, changes: Vec<Change>) {
        // An upgrade learns once, however often the homeserver failed before.
        let upgrades = matches!(waiting.action.effect, Effect::Upgrade { .. });
        if tries >= MAX_LEARNED && !upgrades {
            self.queue.finished(&waiting.action);
            self.end(&waiting, Outcome::Dead(notice::NO_WAY.to_owned()))
                .await;
            return;
        }
        let room = changes.iter().find_map(Change::room).cloned();
        let learned = Finished {
            room,
            changes,
            ..Finished::default()
        };
        self.dispatcher.finished(learned).await;
        let soon = Instant::now() + Duration::from_millis(200);
        self.queue.again(waiting, tries + 1, soon);
    }

    pub(super) async fn looked(
        &mut self,
        by: Confirmation,
        unconfirmed: Unconfirmed,
        holds: Result<bool, MatrixError>,
    ) {
        match holds {
            // Nobody pushed it to us, so it is learned here.
            Ok(true) => {
                let changes = unconfirmed.check.learned(self.shared.now());
                self.end_with(&unconfirmed.waiting, Outcome::Done, changes)
                    .await;
            }
            Ok(false) if unconfirmed.tries >= MAX_UNSEEN => {
                let problem = notice::DOES_NOT_HOLD.to_owned();
                self.end(&unconfirmed.waiting, Outcome::Dead(problem)).await;
            }
            Ok(false) => {
                let label = ReasonLabel { reason: "not_seen" };
                self.shared.metrics.retries.get_or_create(&label).inc();
                self.queue
                    .push_again(unconfirmed.waiting, unconfirmed.tries + 1);
            }
            // The bot may not even look: the room is gone, or the bot was removed.
            Err(error @ MatrixError::Refused { .. }) => {
                let outcome = Outcome::Dead(error.to_string());
                self.end(&unconfirmed.waiting, outcome).await;
            }
            Err(_) => self.confirmations.look_again(by, unconfirmed),
        }
    }

    pub(super) async fn failed(&mut self, waiting: Waiting, tries: u32, error: MatrixError) {
        self.shared
            .metrics
            .retries
            .get_or_create(&ReasonLabel {
                reason: retry::reason(&error),
            })
            .inc();
        match retry::verdict(&waiting.action.effect, &error, tries) {
            retry::Verdict::Outage(delay) => {
                self.shared.health.homeserver_answered(false);
                self.queue.homeserver_is_down(Instant::now() + delay);
                // Others ask first whether it is back: it may be only this request that fails.
                self.queue.again(waiting, tries, Instant::now() + delay * 4);
            }
            retry::Verdict::Fatal(remedy) => {
                warn!(problem = %error, remedy, "nothing can be done until an operator mends this");
                self.shared.health.fatal(Some(format!("{error}; {remedy}")));
                let pause = Instant::now() + Duration::from_secs(30);
                self.queue.homeserver_is_down(pause);
                self.queue.again(waiting, tries, pause);
            }
            retry::Verdict::Again { delay, tell } => {
                if tell {
                    let notice = notice::copy_is_late(&self.shared, &waiting.action, &error);
                    self.dispatcher
                        .finished(Finished {
                            notices: notice.into_iter().collect(),
                            ..Finished::default()
                        })
                        .await;
                }
                self.queue.again(waiting, tries + 1, Instant::now() + delay);
            }
            retry::Verdict::GiveUp => {
                self.queue.finished(&waiting.action);
                self.end(&waiting, Outcome::Dead(error.to_string())).await;
            }
        }
    }

    pub(super) async fn end(&mut self, waiting: &Waiting, outcome: Outcome) {
        self.end_with(waiting, outcome, Vec::new()).await;
    }

    async fn end_with(&mut self, waiting: &Waiting, outcome: Outcome, mut changes: Vec<Change>) {
        if self.begun.contains(&waiting.action.id) {
            // Recorded once there is a row for it.
            let ended = Attempt::ended(outcome);
            return self.begun.tried(&waiting.action.id, ended);
        }
        self.begun.ended(&waiting.action.id);
        changes.extend(undone(&waiting.action, &outcome));
        self.count(&waiting.action, &outcome);
        let notice = self.notice_of(&waiting.action, &outcome);
        let room = waiting.action.effect.room().cloned();
        let ended = Some(Ended {
            id: waiting.action.id.clone(),
            outcome,
        });
        self.dispatcher
            .finished(Finished {
                room,
                ended,
                changes,
                notices: notice.into_iter().collect(),
                ..Finished::default()
            })
            .await;
        fault::point("executor.recorded");
    }

    fn count(&self, action: &Action, outcome: &Outcome) {
        let label = ActionLabel {
            kind: action.effect.name(),
            result: outcome.name(),
        };
        self.shared.metrics.actions.get_or_create(&label).inc();
        if let Outcome::Dead(problem) = outcome {
            warn!(action.id = %action.id, action.kind = action.effect.name(), problem, "given up");
        }
    }

    fn notice_of(&self, action: &Action, outcome: &Outcome) -> Option<Action> {
        match outcome {
            Outcome::Dead(problem) if action.effect.failure_is_told() => {
                notice::given_up(&self.shared, action, problem)
            }
            _ => None,
        }
    }
}

/// What must be forgotten when an action was given up: an invitation that failed may be made again.
fn undone(action: &Action, outcome: &Outcome) -> Option<Change> {
    match (&action.effect, outcome) {
        (
            Effect::Membership {
                room,
                user,
                change: MembershipChange::Invite,
                ..
            },
            Outcome::Dead(_),
        ) => Some(Change::InviteFailed {
            room: room.clone(),
            user: user.clone(),
        }),
        _ => None,
    }
}

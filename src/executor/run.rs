//! The executor's loop: starts what may start, records what came of it, tries again, looks for what was not confirmed.

use std::{sync::Arc, time::Duration};

use tokio::{sync::mpsc, time::Instant};
use tracing::warn;

use super::{
    Confirmation, Finished, Identity, Inbox, Message, Outlet, ReadBack,
    begun::{Begun, Progress},
    confirm::{Confirmations, Unconfirmed},
    dry, notice,
    perform::{Attempt, Performer},
    queue::Queue,
    retry, setup,
};
use crate::{
    action::{Action, Effect, MembershipChange, Priority},
    clock::Timestamp,
    community::change::Change,
    dispatch::Dispatcher,
    fault,
    matrix::MatrixError,
    shared::Shared,
    store::{Ended, Outcome, Waiting},
    telemetry::{ActionLabel, PriorityLabel, ReasonLabel},
};

/// What a task under way came to.
enum Report {
    /// An action was tried.
    Tried {
        waiting: Waiting,
        tries: u32,
        attempt: Attempt,
    },
    /// It was looked whether an action that was sent holds.
    Looked {
        by: Confirmation,
        unconfirmed: Unconfirmed,
        holds: Result<bool, MatrixError>,
    },
}

/// The executor's loop.
pub struct Executor {
    shared: Arc<Shared>,
    dispatcher: Dispatcher,
    performer: Option<Arc<Performer>>,
    queue: Queue,
    begun: Begun,
    confirmations: Confirmations,
    reports: mpsc::UnboundedSender<Report>,
    drained: Option<tokio::sync::oneshot::Sender<()>>,
}

/// How often an action is done again that was accepted and does not hold.
const MAX_UNSEEN: u32 = 5;
/// How often an action is tried again after something was learned that changes it.
const MAX_LEARNED: u32 = 3;
/// How often an action is tried again that the bot has not enough power for, besides whenever the powers change: for a day.
const MAX_POWERLESS: u32 = 144;
/// How long it waits in between.
const POWERLESS_PAUSE: Duration = Duration::from_mins(10);

impl Executor {
    /// Prepares the executor: at most `concurrency` requests at a time, and as many again for what protects.
    #[must_use]
    pub fn new(
        shared: &Arc<Shared>,
        dispatcher: &Dispatcher,
        outlet: Outlet,
        concurrency: usize,
        read_back: ReadBack,
    ) -> (Self, Reports) {
        let (reports, receiver) = mpsc::unbounded_channel();
        let performer = match outlet {
            Outlet::Live(writer) => Some(Arc::new(Performer::new(shared.clone(), writer))),
            Outlet::Dry => None,
        };
        let executor = Self {
            shared: shared.clone(),
            dispatcher: dispatcher.clone(),
            performer,
            queue: Queue::new(concurrency),
            begun: Begun::default(),
            confirmations: Confirmations::new(read_back),
            reports,
            drained: None,
        };
        (executor, Reports(receiver))
    }

    /// Makes the bot exist, then carries out actions until every [`Handle`](super::Handle) is dropped.
    pub async fn run(mut self, inbox: Inbox, reports: Reports, identity: Identity) {
        let (Inbox(mut inbox), Reports(mut reports)) = (inbox, reports);
        if let Some(performer) = &self.performer {
            setup::until_the_bot_exists(&self.shared, performer.writer(), &identity).await;
        }
        self.shared.health.set_up();
        loop {
            self.start_what_can_start().await;
            if self.queue.running() == 0
                && let Some(drained) = self.drained.take()
            {
                let _ = drained.send(());
                return;
            }
            let wake = self.next_wake();
            tokio::select! {
                message = inbox.recv() => match message {
                    Some(message) => self.receive(message).await,
                    None => return,
                },
                Some(report) = reports.recv() => self.report(report).await,
                () = tokio::time::sleep_until(wake) => self.look_for_unconfirmed(),
            }
            self.measure();
        }
    }

    async fn receive(&mut self, message: Message) {
        match message {
            Message::Begin(takedowns) => self.begin(takedowns),
            Message::Enqueue(actions) => {
                for waiting in actions {
                    self.recorded(waiting).await;
                }
            }
            Message::Confirm(confirmations) => {
                for confirmation in confirmations {
                    if let Confirmation::Powers(room) = &confirmation {
                        self.queue.wake(room, Instant::now());
                    } else if let Some(waiting) = self.confirmations.came(confirmation) {
                        fault::point("executor.confirmed");
                        self.end(&waiting, Outcome::Done).await;
                    }
                }
            }
            Message::Drain(sender) => {
                self.queue.stop();
                self.drained = Some(sender);
            }
        }
    }

    /// Takedowns that are not in the outbox yet, but will be, or the event comes again with the same ones.
    fn begin(&mut self, takedowns: Vec<(Action, Timestamp)>) {
        let now = Instant::now();
        self.begun.forget_turned_away(now);
        for (action, caused_at) in takedowns {
            if !self.begun.contains(&action.id) && !self.queue.has(&action) {
                self.begun.begin(&action.id, now);
                self.queue.push(Waiting {
                    seq: 0,
                    action,
                    caused_at,
                });
            }
        }
    }

    /// An action stands in the outbox: it is carried out, unless it was begun before.
    async fn recorded(&mut self, waiting: Waiting) {
        match self.begun.recorded(&waiting.action.id) {
            Some(Progress::UnderWay) => {}
            Some(Progress::Tried(attempt @ (Attempt::Ended { .. } | Attempt::Sent { .. }))) => {
                self.concluded(waiting, 0, attempt).await;
            }
            // What failed is tried again with all that belongs to it, now that it can be recorded.
            None | Some(Progress::Tried(_)) => self.queue.push(waiting),
        }
    }

    async fn start_what_can_start(&mut self) {
        let now = Instant::now();
        while let Some((waiting, tries)) = self.queue.next(now) {
            if let Some(performer) = &self.performer {
                let (performer, reports) = (performer.clone(), self.reports.clone());
                tokio::spawn(async move {
                    fault::point("executor.before_request");
                    let attempt = performer.perform(&waiting, tries).await;
                    fault::point("executor.after_request");
                    let _ = reports.send(Report::Tried {
                        waiting,
                        tries,
                        attempt,
                    });
                });
            } else {
                dry::describe_action(&waiting.action);
                self.queue.finished(&waiting.action);
                self.end(&waiting, Outcome::Dry).await;
            }
        }
    }

    async fn report(&mut self, report: Report) {
        let (waiting, tries, attempt) = match report {
            Report::Tried {
                waiting,
                tries,
                attempt,
            } => (waiting, tries, attempt),
            Report::Looked {
                by,
                unconfirmed,
                holds,
            } => {
                return self.looked(by, unconfirmed, holds).await;
            }
        };
        if attempt.was_answered() {
            self.queue.homeserver_answered();
            self.shared.health.homeserver_answered(true);
            self.shared.health.fatal(None);
        }
        if self.begun.contains(&waiting.action.id) {
            self.queue.finished(&waiting.action);
            return self.begun.tried(&waiting.action.id, attempt);
        }
        match attempt {
            Attempt::Ended { .. } | Attempt::Sent { .. } => {
                self.queue.finished(&waiting.action);
                self.concluded(waiting, tries, attempt).await;
            }
            Attempt::Learned(changes) => self.learned(waiting, tries, changes).await,
            Attempt::NoPower(ends) => self.lacks_power(waiting, tries, ends).await,
            Attempt::Later(delay) => self.queue.again(waiting, tries, Instant::now() + delay),
            Attempt::Failed(error) => self.failed(waiting, tries, error).await,
        }
    }

    /// An action of the outbox has ended, or was accepted and is to be seen.
    async fn concluded(&mut self, waiting: Waiting, tries: u32, attempt: Attempt) {
        match attempt {
            Attempt::Ended {
                outcome,
                changes,
                copied,
                review,
                as_of,
            } => {
                self.count(&waiting.action, &outcome);
                let mut notices = notice::room_gone(&self.shared, &changes);
                notices.extend(self.notice_of(&waiting.action, &outcome));
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

    /// The bot has not enough power: the admins hear of it, and what protects people waits for a change of the powers.
    async fn lacks_power(&mut self, waiting: Waiting, tries: u32, ends: Option<&'static str>) {
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
    async fn learned(&mut self, waiting: Waiting, tries: u32, changes: Vec<Change>) {
        if tries >= MAX_LEARNED {
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

    async fn looked(
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

    async fn failed(&mut self, waiting: Waiting, tries: u32, error: MatrixError) {
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

    async fn end(&mut self, waiting: &Waiting, outcome: Outcome) {
        self.end_with(waiting, outcome, Vec::new()).await;
    }

    async fn end_with(&mut self, waiting: &Waiting, outcome: Outcome, mut changes: Vec<Change>) {
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

    /// What was sent and not pushed back in time is looked for on the homeserver.
    fn look_for_unconfirmed(&mut self) {
        for (by, unconfirmed) in self.confirmations.overdue(Instant::now()) {
            let Some(performer) = self.performer.clone() else {
                continue;
            };
            let reports = self.reports.clone();
            tokio::spawn(async move {
                let holds = performer.holds(&unconfirmed.check).await;
                let _ = reports.send(Report::Looked {
                    by,
                    unconfirmed,
                    holds,
                });
            });
        }
    }

    fn next_wake(&self) -> Instant {
        let idle = Instant::now() + Duration::from_secs(30);
        let wake = self
            .confirmations
            .next_wake()
            .into_iter()
            .chain(self.queue.next_wake());
        wake.min().unwrap_or(idle)
    }

    fn measure(&self) {
        for priority in Priority::ALL {
            let label = PriorityLabel {
                priority: priority.name(),
            };
            let depth = i64::try_from(self.queue.depth(priority)).unwrap_or(i64::MAX);
            self.shared
                .metrics
                .outbox_depth
                .get_or_create(&label)
                .set(depth);
        }
    }
}

/// The way back from the tasks under way.
pub struct Reports(mpsc::UnboundedReceiver<Report>);

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

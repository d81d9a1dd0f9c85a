//! The executor's loop: starts what may start, records what came of it, tries again, looks for what was not confirmed.

mod outcome;

use std::{sync::Arc, time::Duration};

use tokio::{sync::mpsc, time::Instant};

use super::{
    Confirmation, Identity, Inbox, Message, Outlet, ReadBack,
    begun::{Begun, Progress},
    confirm::{Confirmations, Unconfirmed},
    dry,
    perform::{Attempt, Performer},
    queue::Queue,
    setup,
};
use crate::{
    action::{Action, Priority},
    clock::Timestamp,
    dispatch::Dispatcher,
    fault,
    matrix::MatrixError,
    shared::Shared,
    store::{Outcome, Waiting},
    telemetry::PriorityLabel,
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

impl Executor {
    /// Prepares the executor: at most `concurrency` requests at a time, and five times as many for what protects.
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
            Outlet::Live(writer, crypto) => {
                Some(Arc::new(Performer::new(shared.clone(), writer, crypto)))
            }
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
            if self.begun.begin(&action.id, now) {
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
        match self.begun.recorded(&waiting.action) {
            None => {
                if let Some(older) = self.queue.push_instead(waiting) {
                    let newer = "something newer is to be set in its place";
                    self.end(&older, Outcome::Dropped(newer)).await;
                }
            }
            Some(Progress::UnderWay) => {}
            Some(Progress::Tried(attempt)) => self.concluded(waiting, 0, attempt).await,
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
        match attempt {
            Attempt::Ended { .. } | Attempt::Sent { .. } => {
                self.queue.finished(&waiting.action);
                if self.begun.contains(&waiting.action.id) {
                    self.begun.tried(&waiting.action.id, attempt);
                } else {
                    self.concluded(waiting, tries, attempt).await;
                }
            }
            Attempt::Learned(changes) => self.learned(waiting, tries, changes).await,
            Attempt::NoPower(ends) => self.lacks_power(waiting, tries, ends).await,
            Attempt::Later(delay) => self.queue.again(waiting, tries, Instant::now() + delay),
            Attempt::Failed(error) => self.failed(waiting, tries, error).await,
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

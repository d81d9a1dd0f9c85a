//! Making last what was decided: one transaction for all that a lane decided in its turn. A store that cannot write is waited
//! for; what a store refuses for good is found by committing task by task, and given up aloud, so that it holds up nothing else.

use std::time::Duration;

use tokio::sync::oneshot;
use tracing::{error, warn};

use super::lane::Lane;
use crate::{
    action::{Action, ActionId, Effect, Recipient},
    clock::Timestamp,
    community::change::Change,
    decide::AuditEntry,
    executor::{Confirmation, Copied},
    fault,
    health::Writing,
    reply::{Argument, Text},
    store::{Ended, Outcome, SetAside, StoreError, Waiting},
};

/// What one commit holds.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) events: Vec<i64>,
    pub(super) ended: Vec<Ended>,
    pub(super) copies: Vec<Copied>,
    pub(super) actions: Vec<(Action, Timestamp)>,
    pub(super) changes: Vec<Change>,
    pub(super) audit: Vec<AuditEntry>,
    pub(super) confirmations: Vec<Confirmation>,
    pub(super) barriers: Vec<oneshot::Sender<()>>,
    /// Where each task ends: how much of everything that is written there was by then.
    marks: Vec<[usize; 6]>,
}

impl Batch {
    /// What a task led to is complete.
    pub(super) fn end_of_task(&mut self) {
        self.marks.push(self.lengths());
    }

    fn lengths(&self) -> [usize; 6] {
        [
            self.events.len(),
            self.ended.len(),
            self.copies.len(),
            self.actions.len(),
            self.changes.len(),
            self.audit.len(),
        ]
    }

    /// What is written, task by task, in order.
    fn tasks(mut self) -> impl Iterator<Item = Self> {
        let marks = std::mem::take(&mut self.marks);
        let mut from = [0; 6];
        marks.into_iter().map(move |until| {
            let [events, ended, copies, actions, changes, audit] =
                std::array::from_fn(|index| until[index] - from[index]);
            from = until;
            Self {
                events: self.events.drain(..events).collect(),
                ended: self.ended.drain(..ended).collect(),
                copies: self.copies.drain(..copies).collect(),
                actions: self.actions.drain(..actions).collect(),
                changes: self.changes.drain(..changes).collect(),
                audit: self.audit.drain(..audit).collect(),
                ..Self::default()
            }
        })
    }
}

impl Lane {
    /// Commits: what was decided must not be lost, and nothing after it may overtake it.
    pub(super) async fn commit(&self, mut batch: Batch) {
        let confirmations = std::mem::take(&mut batch.confirmations);
        let barriers = std::mem::take(&mut batch.barriers);
        let posted = match self.write(&batch).await {
            Ok(posted) => posted,
            Err(problem) => {
                warn!(error = %problem, "the store refuses a part of what was decided; writing it task by task");
                self.commit_task_by_task(batch).await
            }
        };
        self.executor.confirm(confirmations);
        self.executor.enqueue(posted);
        fault::point("dispatch.enqueued");
        for barrier in barriers {
            let _ = barrier.send(());
        }
    }

    async fn commit_task_by_task(&self, batch: Batch) -> Vec<Waiting> {
        let mut all = Vec::new();
        for task in batch.tasks() {
            match self.write(&task).await {
                Ok(posted) => all.extend(posted),
                Err(problem) => all.extend(self.give_up(task, &problem).await),
            }
        }
        // What was given up is in force in memory, and nowhere else.
        while let Err(problem) = self.shared.read_again().await {
            self.shared.store_fails(Writing::Decisions, &problem);
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        all
    }

    /// Writes, for as long as it takes; an error is one that waiting does not mend.
    async fn write(&self, batch: &Batch) -> Result<Vec<Waiting>, StoreError> {
        let mut wait = Duration::from_millis(50);
        loop {
            match self.try_to_write(batch).await {
                Ok(posted) => {
                    self.shared.store_works(Writing::Decisions);
                    return Ok(posted);
                }
                Err(problem) if problem.is_final() => return Err(problem),
                Err(problem) => {
                    self.shared.store_fails(Writing::Decisions, &problem);
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(Duration::from_secs(2));
                }
            }
        }
    }

    async fn try_to_write(&self, batch: &Batch) -> Result<Vec<Waiting>, StoreError> {
        let now = self.shared.now();
        let mut tx = self.shared.store.begin().await?;
        tx.finish_events(&batch.events, now).await?;
        tx.end(&batch.ended, now).await?;
        tx.copied(&batch.copies).await?;
        tx.remember(&batch.changes, &batch.audit, now).await?;
        let posted = tx.post(&batch.actions, now).await?;
        fault::point("dispatch.before_commit");
        tx.commit().await?;
        fault::point("dispatch.committed");
        Ok(posted)
    }

    /// Gives up what a task led to: its event is set aside, the action that it ended is a dead letter, and the admins are told.
    async fn give_up(&self, task: Batch, problem: &StoreError) -> Vec<Waiting> {
        let now = self.shared.now();
        let mut rest = Batch::default();
        for ended in task.ended {
            error!(action.id = %ended.id, error = %problem, "what an action came to cannot be stored; it is a dead letter");
            let outcome = Outcome::Dead(format!("what it came to cannot be stored: {problem}"));
            rest.ended.push(Ended { outcome, ..ended });
        }
        for seq in task.events {
            let reason = problem.to_string();
            let aside = loop {
                match self.shared.store.set_aside(seq, &reason, now).await {
                    Err(again) if !again.is_final() => {
                        self.shared.store_fails(Writing::Decisions, &again);
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                    other => break other,
                }
            };
            self.shared.metrics.quarantined.inc();
            match aside {
                Ok(aside) => {
                    error!(event.id = aside.event_id, room.id = aside.room_id, error = %problem, "what follows from an event cannot be stored; the event is set aside and nothing is done about it");
                    rest.actions
                        .extend(self.notice(&aside, &reason).map(|it| (it, now)));
                }
                Err(again) => {
                    error!(seq, error = %again, "an event cannot even be set aside; it stays in the inbox until the next start");
                }
            }
        }
        self.write(&rest).await.unwrap_or_else(|again| {
            error!(error = %again, "the store refuses even that something was given up; it is tried again at the next start");
            Vec::new()
        })
    }

    /// What the admins of the event's community are told.
    fn notice(&self, aside: &SetAside, problem: &str) -> Option<Action> {
        let snapshot = self.shared.snapshot();
        let room = aside.room_id.as_str().try_into().ok()?;
        let (community, known) = snapshot.located(room)?;
        let name = community.name_of(&known.place).to_owned();
        let text = Text::new("set-aside-admins")
            .with("where", Argument::Plain(name))
            .with("event", Argument::Code(aside.event_id.clone()))
            .with("problem", Argument::Code(problem.to_owned()));
        let effect = Effect::Say {
            to: Recipient::Room(community.admins_room()?.clone()),
            text,
            locale: community.definition.locale,
            reply_to: None,
        };
        Some(Action {
            id: ActionId::derive(&format!("set-aside/{}", aside.event_id), 0),
            community: Some(community.definition.id.clone()),
            effect,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_falls_into_its_tasks_in_order() {
        let mut batch = Batch::default();
        let ended = |name: &str| Ended {
            id: ActionId(name.to_owned()),
            outcome: Outcome::Done,
        };
        batch.events.push(1);
        batch.end_of_task();
        batch.ended.extend([ended("a"), ended("b")]);
        batch.end_of_task();
        batch.end_of_task();
        batch.events.push(2);
        batch.ended.push(ended("c"));
        batch.end_of_task();
        let tasks: Vec<(Vec<i64>, usize)> = batch
            .tasks()
            .map(|task| (task.events, task.ended.len()))
            .collect();
        assert_eq!(
            tasks,
            [(vec![1], 0), (vec![], 2), (vec![], 0), (vec![2], 1)]
        );
    }
}

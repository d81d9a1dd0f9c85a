//! A ticket that is redeemed on the join page: decided in a lane like an event, and answered once it is committed.

use ruma::OwnedUserId;
use tokio::sync::oneshot;

use super::{Dispatcher, Task, commit::Batch, lane::Lane};
use crate::{
    clock::Timestamp,
    governance::tickets::{self, Why},
    shared::Shared,
};

/// Somebody wants to come in with a ticket.
#[derive(Clone, Debug)]
pub struct Redemption {
    /// The hash of the token.
    pub ticket: String,
    /// Who comes in.
    pub user: OwnedUserId,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// They are invited.
    Invited,
    /// They are not.
    Refused(Why),
    /// It could not be kept.
    Failed,
}

impl Dispatcher {
    /// Redeems a ticket; answers once what came of it is committed.
    pub async fn redeem(&self, redemption: Redemption) -> Outcome {
        let (ticket, user) = (redemption.ticket.clone(), redemption.user.clone());
        // A ticket is always in the same lane: two people who come with it stand in a row.
        let lane = self.lane(&ticket);
        let (answer, answered) = oneshot::channel();
        self.send(lane, Task::Redeem(redemption, answer)).await;
        let (barrier, committed) = oneshot::channel();
        self.send(lane, Task::Barrier(barrier)).await;
        match (answered.await, committed.await) {
            (Ok(Err(why)), _) => Outcome::Refused(why),
            // What the store refused for good is forgotten again, and in a dry run nothing is put in force.
            (Ok(Ok(())), Ok(())) if is_used_by(&self.shared, &ticket, &user) => Outcome::Invited,
            _ => Outcome::Failed,
        }
    }
}

fn is_used_by(shared: &Shared, ticket: &str, user: &OwnedUserId) -> bool {
    let snapshot = shared.snapshot();
    let found = tickets::find(&snapshot, ticket);
    found.is_some_and(|(_, it)| it.used.as_ref().is_some_and(|(who, _)| who == user))
}

impl Lane {
    pub(super) async fn redeem(
        &self,
        redemption: &Redemption,
        answer: oneshot::Sender<Result<(), Why>>,
        now: Timestamp,
        batch: &mut Batch,
    ) {
        let Redemption { ticket, user } = redemption;
        // The same person with the same ticket leads to the same actions, however often they ask.
        let cause = format!("redeem/{ticket}/{user}");
        let redeemed = {
            let snapshot = self.shared.snapshot();
            tickets::redeem(&snapshot, ticket, user, &cause, now).map(|it| it.decision)
        };
        let said = match redeemed {
            Ok(decision) => {
                self.take(decision, &cause, now, batch).await;
                Ok(())
            }
            Err(refused) => Err(refused.why),
        };
        // Whoever asked may have closed the page.
        let _ = answer.send(said);
    }
}

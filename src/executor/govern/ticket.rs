//! Handing somebody a ticket: the token is made here, at the moment when it is sent, so that no store and no log ever holds it.

use ruma::OwnedUserId;

use crate::{
    action::{Action, Recipient},
    community::definition::Locale,
    executor::perform::{Attempt, Performer},
    governance::tickets::{self, Token},
    matrix::MatrixError,
    reply::Text,
};

impl Performer {
    pub(super) async fn hand_ticket(
        &self,
        action: &Action,
        to: &OwnedUserId,
        (text, locale): (&Text, Locale),
        cause: &str,
    ) -> Result<Attempt, MatrixError> {
        let how = {
            let snapshot = self.shared.snapshot();
            let token = Token::derive(&snapshot.hash_key, cause);
            tickets::handed_over(&snapshot, &token, locale)
        };
        let text = text.clone().then(how);
        let to = Recipient::Person(to.clone());
        self.say(&action.id, &to, &text, locale, None).await
    }
}

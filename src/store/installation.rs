//! Facts of this installation that are made once and must not change: the salt of hashes, the bot’s device id.

use super::{Store, StoreError, on};

const INSERT: &str =
    "INSERT INTO installation (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
const SELECT: &str = "SELECT value FROM installation WHERE name = $1";

pub(super) const ALL: &[&str] = &[INSERT, SELECT];

impl Store {
    /// The fact called `name`, when there is one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn known_fact(&self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(on!(pool self, |on| sqlx::query_scalar(SELECT).bind(name).fetch_optional(on).await)?)
    }

    /// The fact called `name`; `fresh` becomes it when there is none yet.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn fact(&self, name: &str, fresh: &str) -> Result<String, StoreError> {
        let mut tx = self.begin().await?;
        on!(tx, |on| sqlx::query(INSERT)
            .bind(name)
            .bind(fresh)
            .execute(on)
            .await
            .map(drop))?;
        let value: String = on!(tx, |on| sqlx::query_scalar(SELECT)
            .bind(name)
            .fetch_one(on)
            .await?);
        tx.commit().await?;
        Ok(value)
    }
}

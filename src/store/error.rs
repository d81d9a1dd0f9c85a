//! Why the store could not do its work.

/// Why the store could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or could not be reached.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("migration: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The address of the database is not of a known kind.
    #[error("`store.url` starts with neither `sqlite:` nor `postgres://`")]
    Address,
    /// The address cannot be read. The parser's own words are not repeated: they quote parts of it, which may be the password.
    #[error(
        "the address in `store.url` cannot be read; write sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE, with the special characters of the password percent-encoded (`%40` for `@`)"
    )]
    Unreadable,
    /// A row cannot be read as what it should be.
    #[error("table {table}: {problem}")]
    Row {
        /// Which table.
        table: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

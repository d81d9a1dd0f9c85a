//! Looking into Hygie's database from outside, the same on both engines.

use std::path::Path;

use sqlx::{
    AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection, sqlite::SqliteConnectOptions,
};

/// Which database a test's Hygie stores in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file beside the configuration.
    Sqlite,
    /// A database of the run's cluster.
    Postgres,
}

const CONNECTS: &str = "Hygie's database opens";
const READS: &str = "Hygie's database can be read";

/// The URL of a SQLite file, as the configuration takes it.
pub(super) fn sqlite_url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

/// Every row of every table as text: `table: column=value | …`, a line each.
pub(super) async fn dump(url: &str) -> String {
    if url.starts_with("sqlite:") {
        dump_sqlite(url).await
    } else {
        dump_postgres(url).await
    }
}

/// The number that `sql` selects.
pub(super) async fn count(url: &str, sql: &str) -> i64 {
    let sql = AssertSqlSafe(sql.to_owned());
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await.expect(CONNECTS);
        let number = sqlx::query_scalar(sql).fetch_one(&mut connection).await;
        // A connection that is only dropped closes later, and takes the log of a copy away that was put in its place meanwhile.
        connection.close().await.expect(CONNECTS);
        number.expect(READS)
    } else {
        let mut connection = PgConnection::connect(url).await.expect(CONNECTS);
        sqlx::query_scalar(sql)
            .fetch_one(&mut connection)
            .await
            .expect(READS)
    }
}

/// Runs `sql`; makes a SQLite file that is missing.
pub(super) async fn execute(url: &str, sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    if let Some(file) = url.strip_prefix("sqlite:") {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true);
        let mut connection = SqliteConnection::connect_with(&options)
            .await
            .expect(CONNECTS);
        sqlx::query(sql)
            .execute(&mut connection)
            .await
            .expect(READS);
    } else {
        let mut connection = PgConnection::connect(url).await.expect(CONNECTS);
        sqlx::query(sql)
            .execute(&mut connection)
            .await
            .expect(READS);
    }
}

async fn dump_sqlite(url: &str) -> String {
    let mut connection = SqliteConnection::connect(url).await.expect(CONNECTS);
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    let tables: Vec<String> = sqlx::query_scalar(tables)
        .fetch_all(&mut connection)
        .await
        .expect(READS);
    let mut dump = String::new();
    for table in tables {
        let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info($1)")
            .bind(&table)
            .fetch_all(&mut connection)
            .await
            .expect(READS);
        let casts: Vec<String> = columns
            .iter()
            .map(|column| format!("CAST(\"{column}\" AS BLOB)"))
            .collect();
        let select = format!("SELECT {} FROM \"{table}\"", casts.join(", "));
        let rows = sqlx::query(AssertSqlSafe(select))
            .fetch_all(&mut connection)
            .await
            .expect(READS);
        for row in rows {
            let values = (0..columns.len()).map(|index| {
                let value: Option<Vec<u8>> = row.get(index);
                value.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            });
            push_line(&mut dump, &table, &columns, values);
        }
    }
    dump
}

async fn dump_postgres(url: &str) -> String {
    let mut connection = PgConnection::connect(url).await.expect(CONNECTS);
    let columns = "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns \
                   WHERE table_schema = 'public' ORDER BY table_name, ordinal_position";
    let columns: Vec<(String, String, String)> = sqlx::query_as(columns)
        .fetch_all(&mut connection)
        .await
        .expect(READS);
    let mut dump = String::new();
    for columns in columns.chunk_by(|one, next| one.0 == next.0) {
        let table = &columns[0].0;
        let casts: Vec<String> = columns
            .iter()
            .map(|(_, column, kind)| match kind.as_str() {
                "bytea" => format!("encode(\"{column}\", 'escape')"),
                _ => format!("\"{column}\"::text"),
            })
            .collect();
        let select = format!("SELECT {} FROM \"{table}\"", casts.join(", "));
        let rows = sqlx::query(AssertSqlSafe(select))
            .fetch_all(&mut connection)
            .await
            .expect(READS);
        let names: Vec<String> = columns.iter().map(|column| column.1.clone()).collect();
        for row in rows {
            let values = (0..names.len()).map(|index| row.get::<Option<String>, _>(index));
            push_line(&mut dump, table, &names, values);
        }
    }
    dump
}

fn push_line(
    dump: &mut String,
    table: &str,
    columns: &[String],
    values: impl Iterator<Item = Option<String>>,
) {
    let cells: Vec<String> = columns
        .iter()
        .zip(values)
        .map(|(column, value)| format!("{column}={}", value.as_deref().unwrap_or("NULL")))
        .collect();
    dump.extend([table, ": ", cells.join(" | ").as_str(), "\n"]);
}

//! The database of a round: made once per world as an SQLite file, then copied, into PostgreSQL too.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use hygie::{clock::Timestamp, store::Store};
use hygie_servers::{postgres, process::target_folder};
use sqlx::{
    AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection, sqlite::SqliteConnectOptions,
};

use hygie_benches::world::World;

/// Which engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A server that waits for the disk, as by default.
    Postgres,
    /// A server that does not, for counting only.
    HastyPostgres,
}

impl Engine {
    /// Its name in the report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres | Self::HastyPostgres => "postgres",
        }
    }
}

/// A database for one round.
pub struct Database {
    /// As the configuration takes it.
    pub url: String,
    engine: Engine,
    folder: PathBuf,
}

impl Database {
    /// A database below `folder` in which Hygie knows this world; nothing without one.
    pub async fn make(engine: Engine, world: Option<&World>, folder: &Path) -> Self {
        let made = match world {
            Some(world) => Some(world_file(world).await),
            None => None,
        };
        let url = match engine {
            Engine::Sqlite => {
                let file = folder.join("hygie.db");
                if let Some(made) = made {
                    fs::copy(made, &file).expect("target/ is writable");
                }
                format!("sqlite:{}", file.display())
            }
            Engine::Postgres | Engine::HastyPostgres => {
                let url = match engine {
                    Engine::HastyPostgres => postgres::create_database().await,
                    _ => postgres::create_durable_database().await,
                };
                if let Some(made) = made {
                    let store = Store::open(&url).await.expect("the database opens");
                    store.close().await;
                    copy_to_postgres(&made, &url).await;
                }
                url
            }
        };
        Self {
            url,
            engine,
            folder: folder.to_owned(),
        }
    }

    /// Connects as another process does.
    pub async fn store(&self) -> Store {
        Store::connect(&self.url).await.expect("the database opens")
    }

    /// How large it is, in bytes.
    pub async fn bytes(&self) -> u64 {
        match self.engine {
            Engine::Sqlite => ["hygie.db", "hygie.db-wal"]
                .iter()
                .filter_map(|name| fs::metadata(self.folder.join(name)).ok())
                .map(|metadata| metadata.len())
                .sum(),
            Engine::Postgres | Engine::HastyPostgres => {
                self.ask("SELECT pg_database_size(current_database())")
                    .await
            }
        }
    }

    /// How many bytes PostgreSQL has written ahead so far; `None` for SQLite, whose writes are those of the program.
    pub async fn written_ahead(&self) -> Option<u64> {
        let sql = "SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint";
        match self.engine {
            Engine::Sqlite => None,
            Engine::Postgres | Engine::HastyPostgres => Some(self.ask(sql).await),
        }
    }

    async fn ask(&self, sql: &'static str) -> u64 {
        let mut connection = PgConnection::connect(&self.url).await.expect("it answers");
        let number: i64 = sqlx::query_scalar(sql)
            .fetch_one(&mut connection)
            .await
            .expect("it answers");
        number.unsigned_abs()
    }
}

/// The SQLite file of a world; made when it is not there.
async fn world_file(world: &World) -> PathBuf {
    let folder = target_folder().join("bench/worlds");
    fs::create_dir_all(&folder).expect("target/ is writable");
    let file = folder.join(format!("{:016x}.db", digest(world)));
    if !file.exists() {
        let new = file.with_extension(format!("{}.new", std::process::id()));
        fill(world, &new).await;
        fs::rename(&new, &file).expect("target/ is writable");
    }
    file
}

/// What a world's file depends on: its size, the tables, and what Hygie wants of a room.
fn digest(world: &World) -> u64 {
    let mut hasher = DefaultHasher::new();
    world.hash(&mut hasher);
    let migrations = target_folder().with_file_name("migrations/sqlite");
    let mut files: Vec<_> = fs::read_dir(migrations)
        .expect("the migrations are there")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    for file in files {
        fs::read(file)
            .expect("a migration is readable")
            .hash(&mut hasher);
    }
    let example = World {
        communities: 1,
        ..*world
    };
    for changes in example.knowledge() {
        format!("{changes:?}").hash(&mut hasher);
    }
    hasher.finish()
}

async fn fill(world: &World, file: &Path) {
    let url = format!("sqlite:{}", file.display());
    let store = Store::open(&url).await.expect("the database opens");
    let now = Timestamp(1);
    for changes in world.knowledge() {
        let mut tx = store.begin().await.expect("the database takes it");
        tx.remember(&changes, &[], now)
            .await
            .expect("the database takes it");
        tx.commit().await.expect("the database takes it");
    }
    store.prune(now).await.expect("the database is tidied");
    store.close().await;
}

/// Copies every row of every table: both engines have the same tables and columns.
async fn copy_to_postgres(file: &Path, url: &str) {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut sqlite = SqliteConnection::connect_with(&options)
        .await
        .expect("the file opens");
    let mut postgres = PgConnection::connect(url).await.expect("it answers");
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '!_%' ESCAPE '!' \
                  AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name";
    let tables: Vec<String> = sqlx::query_scalar(tables)
        .fetch_all(&mut sqlite)
        .await
        .expect("the file is readable");
    for table in tables {
        let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info($1)")
            .bind(&table)
            .fetch_all(&mut sqlite)
            .await
            .expect("the file is readable");
        let casts: Vec<String> = columns
            .iter()
            .map(|column| {
                format!(
                    "CASE typeof(\"{column}\") WHEN 'blob' THEN '\\x' || hex(\"{column}\") ELSE CAST(\"{column}\" AS TEXT) END"
                )
            })
            .collect();
        let select = format!("SELECT {} FROM \"{table}\"", casts.join(", "));
        let rows = sqlx::query(AssertSqlSafe(select))
            .fetch_all(&mut sqlite)
            .await
            .expect("the file is readable");
        // What opening it wrote there is replaced as well.
        sqlx::query(AssertSqlSafe(format!("DELETE FROM \"{table}\"")))
            .execute(&mut postgres)
            .await
            .expect("PostgreSQL takes it");
        let copy = format!(
            "COPY \"{table}\" (\"{}\") FROM STDIN",
            columns.join("\", \"")
        );
        let mut sink = postgres
            .copy_in_raw(&copy)
            .await
            .expect("PostgreSQL takes it");
        for rows in rows.chunks(1000) {
            let mut text = String::new();
            for row in rows {
                let cells: Vec<String> = (0..columns.len()).map(|at| cell(row, at)).collect();
                text.push_str(&cells.join("\t"));
                text.push('\n');
            }
            sink.send(text.into_bytes())
                .await
                .expect("PostgreSQL takes it");
        }
        sink.finish().await.expect("PostgreSQL takes it");
    }
}

/// A value as COPY reads it.
fn cell(row: &sqlx::sqlite::SqliteRow, at: usize) -> String {
    let value: Option<String> = row.get(at);
    value.map_or_else(
        || "\\N".to_owned(),
        |text| {
            text.replace('\\', "\\\\")
                .replace('\t', "\\t")
                .replace('\n', "\\n")
                .replace('\r', "\\r")
        },
    )
}

//! The configuration: one YAML file, `hygie.yaml`, with `HYGIE_SECTION__KEY` overrides, and the folders it names.
//!
//! Read once by the command line (and again on SIGHUP). One file per section below; [`yaml`] and `overrides` read,
//! [`document`] generates the documented example and the schemas for editors.

use std::path::{Path, PathBuf};

use ruma::OwnedUserId;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

pub mod document;
pub mod duration;
pub mod error;
pub mod yaml;

mod appservice;
pub(crate) mod communities;
mod encryption;
mod executor;
mod guard;
mod homeserver;
mod log;
mod operator;
mod overrides;
mod reconcile;
mod secret;
mod store;
mod web;
mod web_url;

pub use appservice::Appservice;
pub use duration::{Duration, parse_duration};
pub use encryption::Encryption;
pub use error::{ConfigError, Place, Position, Problem};
pub use executor::Executor;
pub use guard::{Fail, Guard};
pub use homeserver::Homeserver;
pub use log::{Format, Level, Log};
pub use operator::Operator;
pub use reconcile::Reconcile;
pub use secret::Secret;
pub use store::Store;
pub use web::Web;

use crate::community::definition::{Definition, Invalid};

/// Everything an operator decides, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The homeserver that Hygie lives beside.
    pub homeserver: Homeserver,
    /// The side of Hygie that the homeserver talks to.
    #[serde(default, deserialize_with = "or_default")]
    pub appservice: Appservice,
    /// The door before delivery: with `synapse-http-antispam` the homeserver asks Hygie about each event before it exists.
    #[serde(default, deserialize_with = "or_default")]
    pub guard: Guard,
    /// Who runs Hygie. Members are told.
    #[serde(default, deserialize_with = "or_default")]
    pub operator: Operator,
    /// The pages for members: a ticket is redeemed at `/join/…`.
    #[serde(default, deserialize_with = "or_default")]
    pub web: Web,
    /// The database.
    #[serde(default, deserialize_with = "or_default")]
    pub store: Store,
    /// How Hygie takes part in encrypted rooms. It does once `hygie crypto init` has made its keys.
    #[serde(default, deserialize_with = "or_default")]
    pub encryption: Encryption,
    /// Folder of the communities, one `*.yaml` file each. Default: `communities`.
    #[serde(default = "default_communities")]
    pub communities: PathBuf,
    /// Folder of the rule sets, one `*.yaml` file each; the built-in rules apply when there is no such folder.
    /// Default: `rules`.
    #[serde(default = "default_rules")]
    pub rules: PathBuf,
    /// What Hygie writes about its own work, on the standard error.
    #[serde(default, deserialize_with = "or_default")]
    pub log: Log,
    /// How fast Hygie acts on the homeserver.
    #[serde(default, deserialize_with = "or_default")]
    pub executor: Executor,
    /// How often the rooms are compared with what the communities decided.
    #[serde(default, deserialize_with = "or_default")]
    pub reconcile: Reconcile,
    /// Who may make communities by command: Matrix user ids. Default: `[]`.
    #[serde(default, deserialize_with = "or_default")]
    #[schemars(with = "Vec<String>")]
    pub founders: Vec<OwnedUserId>,
    /// Folder of the file, which every relative path starts from.
    #[serde(skip)]
    pub base: PathBuf,
}

/// Reads a section; one whose keys are all commented out is the default.
fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

fn default_communities() -> PathBuf {
    PathBuf::from("communities")
}

fn default_rules() -> PathBuf {
    PathBuf::from("rules")
}

impl Config {
    /// The configuration of the documented example: every default, and `example.org` for what has none.
    #[must_use]
    pub fn example() -> Self {
        Self {
            homeserver: Homeserver::example(),
            appservice: Appservice::default(),
            guard: Guard::default(),
            operator: Operator::default(),
            web: Web::default(),
            store: Store::default(),
            encryption: Encryption::default(),
            communities: default_communities(),
            rules: default_rules(),
            log: Log::default(),
            executor: Executor::default(),
            reconcile: Reconcile::default(),
            founders: Vec::new(),
            base: PathBuf::new(),
        }
    }

    /// Reads the file at `path` and lays the `HYGIE_SECTION__KEY` variables of `env` over it.
    ///
    /// Relative paths, also the one of an `SQLite` store, then start from the folder of the file, and `store.url_file`
    /// has been read into the store.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, one line each, with its place and its remedy.
    pub fn load(
        path: &Path,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let what = match error.kind() {
                std::io::ErrorKind::NotFound => {
                    "there is no such file; write one with `hygie config > hygie.yaml`, or name it with --config"
                        .to_owned()
                }
                _ => format!("cannot be read: {error}"),
            };
            ConfigError::from(Problem::new(Place::file(path), what))
        })?;
        let overrides = overrides::Overrides::read(env, &document::keys())?;
        let (mut config, source) = overrides.lay_over::<Self>(path, &text)?;
        let mut problems: Vec<Problem> = config
            .validate()
            .into_iter()
            .map(|invalid| source.blame(invalid))
            .collect();
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        config.resolve(folder.unwrap_or(Path::new(".")));
        if let Err(invalid) = config.store.read_url_file(&config.base) {
            problems.push(source.blame(invalid));
        }
        if let Err(invalid) = config.guard.read_token_file() {
            problems.push(source.blame(invalid));
        }
        ConfigError::unless_empty(problems)?;
        Ok(config)
    }

    /// Reads every community of the folder `communities`, in the order of the file names.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in any of the files, one line each.
    pub fn load_communities(&self) -> Result<Vec<Definition>, ConfigError> {
        communities::load(&self.communities, &self.homeserver.server_name)
    }

    /// The Matrix id of the bot, such as `@hygie:example.org`.
    ///
    /// # Panics
    ///
    /// Never for a configuration that [`Config::load`] has accepted.
    #[must_use]
    pub fn bot_user_id(&self) -> OwnedUserId {
        ruma::UserId::parse(format!(
            "@{}:{}",
            self.appservice.bot, self.homeserver.server_name
        ))
        .expect("validate() allows only bot names that are valid localparts")
    }

    fn validate(&self) -> Vec<Invalid> {
        let mut invalid = self.appservice.validate();
        invalid.extend(self.guard.validate());
        invalid.extend(self.homeserver.validate());
        invalid.extend(self.web.validate());
        invalid.extend(self.store.validate());
        invalid.extend(self.encryption.validate());
        invalid.extend(self.executor.validate());
        invalid.extend(self.reconcile.validate());
        for (key, path) in [("communities", &self.communities), ("rules", &self.rules)] {
            if path.as_os_str().is_empty() {
                let what =
                    format!("the folder is empty; write `{key}: {key}`, or leave the key out");
                invalid.push(Invalid::new(key, what));
            }
        }
        invalid
    }

    fn resolve(&mut self, base: &Path) {
        base.clone_into(&mut self.base);
        self.appservice.registration = base.join(&self.appservice.registration);
        self.communities = base.join(&self.communities);
        self.rules = base.join(&self.rules);
        self.guard.resolve(base);
        self.store.resolve(base);
        self.encryption.resolve(base);
        self.homeserver.resolve(base);
    }
}

#[cfg(test)]
mod tests;

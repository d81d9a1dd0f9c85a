//! `hygie registration`: the file by which the homeserver knows Hygie, with its tokens.
//!
//! Everything in it is named after the bot, so that several instances can live beside one homeserver. The format is
//! that of the Matrix application service API, "Registration", with the namespaces of Hygie: its users
//! `@_hygie_…` and the bot, its room aliases `#_hygie_…`, and no rooms.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use rand::{Rng, RngExt, distr::Alphanumeric};
use serde::{Deserialize, Serialize};

use crate::config::{Config, Problem, Secret, yaml};

/// Length of a token, in characters of 62 kinds: 381 bits.
const TOKEN_CHARS: usize = 64;

/// Why a registration could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// There is one already, whose tokens the homeserver may be using.
    #[error(
        "{0} exists already; keep it, or replace it and its tokens with `hygie registration --force` and restart the homeserver"
    )]
    Exists(PathBuf),
    /// There is none.
    #[error(
        "{0}: there is no registration; write it with `hygie registration`, and add it to the homeserver"
    )]
    Missing(PathBuf),
    /// The file cannot be read or written.
    #[error("{path}: {error}; correct the path or its rights")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        error: io::Error,
    },
    /// The file is not a registration.
    #[error("{0}; or write it anew with `hygie registration --force`")]
    Malformed(Problem),
}

/// What is done about a registration that exists already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and writing fails.
    Keep,
    /// It is replaced; its tokens are lost.
    Replace,
}

/// The registration of Hygie with its homeserver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// Name of the appservice: that of the bot.
    pub id: String,
    /// Where the homeserver sends events.
    pub url: String,
    /// Token that Hygie shows to the homeserver.
    #[serde(serialize_with = "Secret::serialize_exposed")]
    pub as_token: Secret,
    /// Token that the homeserver shows to Hygie.
    #[serde(serialize_with = "Secret::serialize_exposed")]
    pub hs_token: Secret,
    /// User that stands for the appservice itself. Not the bot: Synapse refuses /sync to this user.
    pub sender_localpart: String,
    /// Whether the homeserver slows Hygie down.
    pub rate_limited: bool,
    /// Whether Hygie is sent receipts and typing notices.
    #[serde(default)]
    pub receive_ephemeral: bool,
    /// What belongs to Hygie.
    pub namespaces: Namespaces,
}

/// What belongs to an appservice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Namespaces {
    /// Users.
    pub users: Vec<Namespace>,
    /// Room aliases.
    pub aliases: Vec<Namespace>,
    /// Rooms: none, for a pattern here would push every room of the server.
    pub rooms: Vec<Namespace>,
}

/// One pattern of a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Namespace {
    /// Whether nobody else may use what matches.
    pub exclusive: bool,
    /// The pattern, a regular expression over the whole id.
    pub regex: String,
}

impl Namespace {
    fn exclusive(regex: String) -> Self {
        Self {
            exclusive: true,
            regex,
        }
    }
}

impl Registration {
    /// The registration that `config` asks for, with new tokens of `random`, which must be fit for secrets.
    pub fn generate(config: &Config, random: &mut impl Rng) -> Self {
        let mut token = || {
            let characters = random.sample_iter(Alphanumeric).take(TOKEN_CHARS);
            Secret::new(characters.map(char::from).collect::<String>())
        };
        Self::wanted(config, token(), token())
    }

    fn wanted(config: &Config, as_token: Secret, hs_token: Secret) -> Self {
        let bot = &config.appservice.bot;
        let server = regex::escape(config.homeserver.server_name.as_str());
        let address = config.appservice.url.as_str();
        Self {
            id: bot.clone(),
            url: address.trim_end_matches('/').to_owned(),
            as_token,
            hs_token,
            sender_localpart: format!("{bot}_as"),
            rate_limited: false,
            receive_ephemeral: true,
            namespaces: Namespaces {
                users: vec![
                    Namespace::exclusive(format!("@{bot}:{server}")),
                    Namespace::exclusive(format!("@_{bot}_.*:{server}")),
                ],
                aliases: vec![Namespace::exclusive(format!("#_{bot}_.*:{server}"))],
                rooms: Vec::new(),
            },
        }
    }

    /// Reads the registration at `path`.
    ///
    /// # Errors
    ///
    /// When there is none, or it is not a registration.
    pub fn read(path: &Path) -> Result<Self, RegistrationError> {
        let text = fs::read_to_string(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => RegistrationError::Missing(path.to_owned()),
            _ => io_error(path, error),
        })?;
        Self::parse(path, &text)
    }

    /// Reads the `text` of the registration at `path`.
    ///
    /// # Errors
    ///
    /// When it is not a registration.
    pub fn parse(path: &Path, text: &str) -> Result<Self, RegistrationError> {
        let registration: Self = yaml::parse(path, text).map_err(RegistrationError::Malformed)?;
        for (key, token) in [
            ("as_token", &registration.as_token),
            ("hs_token", &registration.hs_token),
        ] {
            if token.expose().is_empty() {
                let place = match yaml::Positions::of(text).find(key) {
                    Some(at) => crate::config::Place::position(path, at),
                    None => crate::config::Place::file(path),
                };
                let what = format!("the {key} is empty; write the one that the homeserver uses");
                return Err(RegistrationError::Malformed(Problem::new(place, what)));
            }
        }
        Ok(registration)
    }

    /// The file's text, with the tokens in the clear.
    ///
    /// # Panics
    ///
    /// Never: texts and booleans can always be written.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        let yaml =
            serde_saphyr::to_string(self).expect("a registration has only texts and booleans");
        format!("# The registration of Hygie with its homeserver. Its tokens are secret.\n{yaml}")
    }

    /// Writes the registration to `path`, readable by the owner only.
    ///
    /// # Errors
    ///
    /// When there is one already that `existing` says to keep, or the file cannot be written.
    pub fn write(&self, path: &Path, existing: Existing) -> Result<(), RegistrationError> {
        let text = self.to_yaml();
        let written = match existing {
            Existing::Keep => create_private(path, &text),
            Existing::Replace => replace_private(path, &text),
        };
        written.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => RegistrationError::Exists(path.to_owned()),
            _ => io_error(path, error),
        })
    }

    /// Where the registration is not what `config` asks for, each with its remedy; tokens aside.
    #[must_use]
    pub fn differences(&self, config: &Config) -> Vec<String> {
        let wanted = Self::wanted(config, self.as_token.clone(), self.hs_token.clone());
        let patterns = |of: &[Namespace]| {
            let patterns = of.iter().map(|namespace| namespace.regex.as_str());
            patterns.collect::<Vec<_>>().join(" ")
        };
        let compared = [
            ("id", self.id.clone(), wanted.id),
            ("url", self.url.trim_end_matches('/').to_owned(), wanted.url),
            (
                "sender_localpart",
                self.sender_localpart.clone(),
                wanted.sender_localpart,
            ),
            (
                "rate_limited",
                self.rate_limited.to_string(),
                wanted.rate_limited.to_string(),
            ),
            (
                "receive_ephemeral",
                self.receive_ephemeral.to_string(),
                wanted.receive_ephemeral.to_string(),
            ),
            (
                "namespaces.users",
                patterns(&self.namespaces.users),
                patterns(&wanted.namespaces.users),
            ),
            (
                "namespaces.aliases",
                patterns(&self.namespaces.aliases),
                patterns(&wanted.namespaces.aliases),
            ),
            (
                "namespaces.rooms",
                patterns(&self.namespaces.rooms),
                patterns(&wanted.namespaces.rooms),
            ),
        ];
        let different = compared.into_iter().filter(|(_, is, wanted)| is != wanted);
        different
            .map(|(key, is, wanted)| {
                format!("`{key}` of the registration is `{is}`, but the configuration asks for `{wanted}`; write it anew with `hygie registration --force` and restart the homeserver")
            })
            .collect()
    }
}

/// `hygie registration`: writes the file and prints what to do with it.
///
/// # Errors
/// When the file is there already and `force` is not given, or it cannot be written.
#[expect(clippy::disallowed_methods, reason = "the tokens are made here, once")]
pub fn run(config: &Config, force: bool) -> anyhow::Result<()> {
    let path = &config.appservice.registration;
    let registration = Registration::generate(config, &mut rand::rng());
    registration.write(
        path,
        if force {
            Existing::Replace
        } else {
            Existing::Keep
        },
    )?;
    let absolute = path.canonicalize()?;
    println!(
        "# Wrote {}. It holds two secrets: let only Hygie and the homeserver read it.",
        absolute.display()
    );
    println!("# Add these lines to homeserver.yaml, then restart the homeserver:");
    print!("{}", homeserver_lines(&absolute));
    Ok(())
}

/// What an operator adds to `homeserver.yaml` so that Synapse reads the registration at `path`.
#[must_use]
pub fn homeserver_lines(path: &Path) -> String {
    format!(
        "app_service_config_files:\n  - {}\n",
        serde_json::Value::from(path.display().to_string())
    )
}

/// Makes a file that only its owner may read; fails when it exists.
fn create_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Puts a new private file in the place of `path`, whose own rights may be too wide.
fn replace_private(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension("yaml.new");
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    create_private(&beside, text)?;
    fs::rename(&beside, path)
}

fn io_error(path: &Path, error: io::Error) -> RegistrationError {
    RegistrationError::Io {
        path: path.to_owned(),
        error,
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "any tokens will do in tests")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn generate() -> Registration {
        Registration::generate(&Config::example(), &mut rand::rng())
    }

    #[test]
    fn everything_is_named_after_the_bot() {
        let mut config = Config::example();
        "hygie07".clone_into(&mut config.appservice.bot);
        let registration = Registration::generate(&config, &mut rand::rng());
        let patterns = |of: &[Namespace]| -> Vec<String> {
            assert!(of.iter().all(|namespace| namespace.exclusive));
            of.iter().map(|namespace| namespace.regex.clone()).collect()
        };
        assert_eq!(registration.id, "hygie07");
        assert_eq!(registration.url, "http://127.0.0.1:29331");
        assert_eq!(registration.sender_localpart, "hygie07_as");
        assert!(!registration.rate_limited && registration.receive_ephemeral);
        assert_eq!(
            patterns(&registration.namespaces.users),
            [r"@hygie07:example\.org", r"@_hygie07_.*:example\.org"]
        );
        assert_eq!(
            patterns(&registration.namespaces.aliases),
            [r"#_hygie07_.*:example\.org"]
        );
        assert_eq!(registration.namespaces.rooms, []);
    }

    #[test]
    fn tokens_are_long_new_each_time_and_never_shown() {
        let (one, other) = (generate(), generate());
        let tokens = [
            &one.as_token,
            &one.hs_token,
            &other.as_token,
            &other.hs_token,
        ];
        let mut texts: Vec<&str> = tokens.iter().map(|token| token.expose()).collect();
        assert!(texts.iter().all(|text| text.len() == TOKEN_CHARS));
        assert!(
            texts
                .iter()
                .all(|text| !format!("{one:?}{other:?}").contains(text))
        );
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), 4);
    }

    #[test]
    fn what_is_written_is_private_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("registration.yaml");
        let registration = generate();
        registration.write(&path, Existing::Keep).unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(Registration::read(&path).unwrap(), registration);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_registration_is_replaced_only_on_purpose() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("registration.yaml");
        let (first, second) = (generate(), generate());
        first.write(&path, Existing::Keep).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();

        let refused = second.write(&path, Existing::Keep).unwrap_err();
        assert!(matches!(&refused, RegistrationError::Exists(at) if *at == path));
        assert!(refused.to_string().contains("--force"));
        assert_eq!(Registration::read(&path).unwrap(), first);

        second.write(&path, Existing::Replace).unwrap();
        assert_eq!(Registration::read(&path).unwrap(), second);
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn a_file_that_is_no_registration_is_explained() {
        let parse = |text: &str| {
            Registration::parse(Path::new("r.yaml"), text)
                .unwrap_err()
                .to_string()
        };
        assert!(parse("id: x\n").starts_with("r.yaml:1:1: the key `url` is missing"));
        let empty = generate()
            .to_yaml()
            .replace("as_token: ", "as_token: '' # ");
        assert!(
            parse(&empty).starts_with("r.yaml:4:11: the as_token is empty"),
            "{}",
            parse(&empty)
        );
        let missing = Registration::read(Path::new("/nowhere/r.yaml")).unwrap_err();
        assert!(
            missing
                .to_string()
                .contains("write it with `hygie registration`")
        );
    }

    #[test]
    fn a_registration_of_another_configuration_is_told_apart() {
        let config = Config::example();
        let mut registration = generate();
        assert_eq!(registration.differences(&config), Vec::<String>::new());
        registration.rate_limited = true;
        registration
            .namespaces
            .rooms
            .push(Namespace::exclusive("!.*".to_owned()));
        let differences = registration.differences(&config);
        assert_eq!(differences.len(), 2);
        assert!(differences[0].starts_with("`rate_limited` of the registration is `true`"));
    }

    #[test]
    fn ruma_reads_the_registration_as_a_homeserver_would() {
        let registration = generate();
        let read: ruma::api::appservice::Registration =
            serde_saphyr::from_str(&registration.to_yaml()).unwrap();
        assert_eq!(read.as_token, registration.as_token.expose());
        assert_eq!(read.rate_limited, Some(false));
        assert!(read.receive_ephemeral);
    }

    #[test]
    fn the_lines_for_the_homeserver_are_yaml() {
        let lines = homeserver_lines(Path::new("/srv/my hygie/registration.yaml"));
        assert_eq!(
            lines,
            "app_service_config_files:\n  - \"/srv/my hygie/registration.yaml\"\n"
        );
    }
}

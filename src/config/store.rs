//! Section `store`: the database.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::Secret;
use crate::community::definition::Invalid;

const DEFAULT_URL: &str = "sqlite:hygie.db";

/// The database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// Address of the database: `sqlite:FILE`, or `postgres://USER:PASSWORD@HOST/DATABASE`.
    /// Default: `sqlite:hygie.db`.
    #[serde(serialize_with = "shown")]
    #[schemars(with = "String")]
    url: Option<Secret>,
    /// File that holds the address, instead of `url`, to keep a password out of this file. Default: none.
    #[schemars(example = "secrets/store_url")]
    url_file: Option<PathBuf>,
}

impl Store {
    /// A store at `url`, for tests and tools.
    #[must_use]
    pub fn at(url: &str) -> Self {
        Self {
            url: Some(Secret::new(url)),
            url_file: None,
        }
    }

    /// The address of the database, with its password: for the connection, never for a log.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_ref().map_or(DEFAULT_URL, Secret::expose)
    }

    /// The address of the database without what may be secret, for people.
    #[must_use]
    pub fn shown_url(&self) -> String {
        redacted(self.url())
    }

    pub(super) fn validate(&self) -> Vec<Invalid> {
        match (&self.url, &self.url_file) {
            (Some(_), Some(_)) => vec![Invalid::new(
                "store.url_file",
                "both `url` and `url_file` are given; keep one of them",
            )],
            (Some(url), None) => scheme_rule("store.url", url.expose()).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Reads the address from `url_file`, when there is one.
    pub(super) fn read_url_file(&mut self, base: &Path) -> Result<(), Invalid> {
        let Some(file) = self.url_file.as_ref().filter(|_| self.url.is_none()) else {
            return Ok(());
        };
        let text = std::fs::read_to_string(file).map_err(|error| {
            let what = format!(
                "{} cannot be read: {error}; correct the path or its rights",
                file.display()
            );
            Invalid::new("store.url_file", what)
        })?;
        let text = text.trim_end_matches(['\r', '\n']);
        if let Some(invalid) = scheme_rule("store.url_file", text) {
            return Err(invalid);
        }
        self.url = Some(Secret::new(relative_to(base, text)));
        Ok(())
    }

    /// Makes relative paths start from `base`.
    pub(super) fn resolve(&mut self, base: &Path) {
        self.url_file = self.url_file.take().map(|file| base.join(file));
        if self.url_file.is_none() {
            self.url = Some(Secret::new(relative_to(base, self.url())));
        }
    }
}

fn scheme_rule(path: &str, url: &str) -> Option<Invalid> {
    let known = ["sqlite:", "postgres://", "postgresql://"];
    let good = known.iter().any(|scheme| {
        url.strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty())
    });
    (!good).then(|| {
        // The address is not repeated, for it may hold a password.
        let what = "this is not the address of a database; write sqlite:hygie.db or postgres://user@host/database";
        Invalid::new(path, what)
    })
}

/// The `SQLite` address `url` with its file taken from `base`; any other address as it is.
///
/// The file name of an `SQLite` address is percent-encoded and ends at `?`.
fn relative_to(base: &Path, url: &str) -> String {
    let Some(rest) = url.strip_prefix("sqlite:") else {
        return url.to_owned();
    };
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    if rest.starts_with(":memory:") || rest.starts_with('/') {
        return url.to_owned();
    }
    let base = base
        .to_string_lossy()
        .replace('%', "%25")
        .replace('?', "%3F");
    format!("sqlite:{}", Path::new(&base).join(rest).display())
}

fn redacted(url: &str) -> String {
    if url.starts_with("sqlite:") {
        return url.to_owned();
    }
    let Ok(mut parsed) = url::Url::parse(url) else {
        return "[secret]".to_owned();
    };
    // A password may also stand in the query.
    parsed.set_query(None);
    if parsed.password().is_some() && parsed.set_password(Some("***")).is_err() {
        return "[secret]".to_owned();
    }
    parsed.into()
}

#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
fn shown<S: Serializer>(url: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&redacted(url.as_ref().map_or(DEFAULT_URL, Secret::expose)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_never_shown() {
        let store = Store::at("postgres://hygie:hunter2@db/hygie?password=hunter3");
        let yaml = serde_saphyr::to_string(&store).unwrap();
        for shown in [format!("{store:?}"), store.shown_url(), yaml] {
            assert!(!shown.contains("hunter"), "{shown}");
        }
        assert_eq!(store.shown_url(), "postgres://hygie:***@db/hygie");
        let broken = Store::at("postgrs://hygie:hunter2@db/hygie");
        assert!(!broken.validate()[0].what.contains("hunter"));
    }

    #[test]
    fn an_sqlite_file_is_relative_to_the_configuration() {
        let at = |url| relative_to(Path::new("/etc/100%"), url);
        assert_eq!(at("sqlite:hygie.db"), "sqlite:/etc/100%25/hygie.db");
        assert_eq!(
            at("sqlite://data/hygie.db?mode=rwc"),
            "sqlite:/etc/100%25/data/hygie.db?mode=rwc"
        );
        for same in [
            "sqlite:/var/hygie.db",
            "sqlite:///var/h.db",
            "sqlite::memory:",
            "postgres://host/db",
        ] {
            assert_eq!(at(same), same);
        }
    }

    #[test]
    fn the_address_can_stand_in_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("url"), "postgres://u:p@h/db\r\n").unwrap();
        let mut store = Store {
            url: None,
            url_file: Some(PathBuf::from("url")),
        };
        store.resolve(folder.path());
        store.read_url_file(folder.path()).unwrap();
        assert_eq!(store.url(), "postgres://u:p@h/db");
    }

    #[test]
    fn an_address_and_a_file_of_it_are_one_too_many() {
        let store = Store {
            url: Some(Secret::new(DEFAULT_URL)),
            url_file: Some(PathBuf::from("url")),
        };
        assert_eq!(store.validate()[0].path, "store.url_file");
    }
}

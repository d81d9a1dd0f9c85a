//! Somebody on the roster.

use std::collections::BTreeMap;

use ruma::OwnedUserId;
use serde::{Deserialize, Serialize};

use crate::community::{definition::Locale, role::Role, words::fold};

/// Somebody on the roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The Matrix id, or `mailto:` and the address of somebody who has no account yet.
    pub key: String,
    /// The account.
    pub user: Option<OwnedUserId>,
    /// E-mail address; may be empty, as every text here.
    pub email: String,
    /// Name.
    pub name: String,
    /// Role in the community.
    pub role: Option<Role>,
    /// Area.
    pub zone: String,
    /// Skills.
    pub skills: Vec<String>,
    /// Programme.
    pub programme: String,
    /// Profession.
    pub profession: String,
    /// To whom they belong: `staff`, `patient`, an institution.
    pub affiliation: String,
    /// Language.
    pub language: Option<Locale>,
    /// Every other column.
    pub more: BTreeMap<String, String>,
}

impl Person {
    /// Somebody of whom only the key is known.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            user: OwnedUserId::try_from(key).ok(),
            email: String::new(),
            name: String::new(),
            role: None,
            zone: String::new(),
            skills: Vec::new(),
            programme: String::new(),
            profession: String::new(),
            affiliation: String::new(),
            language: None,
            more: BTreeMap::new(),
        }
    }

    /// The values of an attribute, by its name in small letters and without accents.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Vec<&str> {
        let text = match name {
            "zone" | "area" | "secteur" => self.zone.as_str(),
            "programme" | "program" => self.programme.as_str(),
            "profession" | "metier" => self.profession.as_str(),
            "affiliation" | "appartenance" => self.affiliation.as_str(),
            "name" | "nom" => self.name.as_str(),
            "email" => self.email.as_str(),
            "mxid" => self.user.as_ref().map_or("", |user| user.as_str()),
            "role" => self.role.map_or("", Role::as_str),
            "language" | "langue" => match self.language {
                Some(Locale::Fr) => "fr",
                Some(Locale::En) => "en",
                None => "",
            },
            "skill" | "skills" | "competence" | "competences" => {
                return self.skills.iter().map(String::as_str).collect();
            }
            _ => {
                let own = self.more.iter().find(|(own, _)| fold(own) == name);
                own.map_or("", |(_, value)| value.as_str())
            }
        };
        if text.is_empty() {
            Vec::new()
        } else {
            vec![text]
        }
    }
}

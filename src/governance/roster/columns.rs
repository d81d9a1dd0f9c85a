//! The columns of a roster: what they are called, how a value of each is read, and how it is written.

use ruma::UserId;

use crate::{
    community::{
        definition::{Definition, Locale},
        record::Person,
        role::Role,
        words::fold,
    },
    reply::Text,
};

/// The longest value of a cell, in characters.
const LONGEST: usize = 300;
/// The longest word of a file that is repeated in an error, in characters.
const SHOWN: usize = 60;

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The Matrix id.
    Mxid,
    /// E-mail address.
    Email,
    /// Name.
    Name,
    /// Role in the community.
    Role,
    /// Area.
    Zone,
    /// Skills, several in a cell.
    Skills,
    /// Programme.
    Programme,
    /// Profession.
    Profession,
    /// To whom they belong.
    Affiliation,
    /// Language.
    Language,
    /// Any other attribute, by its name as it is written.
    Other(String),
}

/// What everybody on a roster is measured by.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The community.
    pub definition: &'a Definition,
    /// The bot, which is on no roster.
    pub bot: &'a UserId,
    /// The highest role that may be given.
    pub most: Role,
}

impl Column {
    /// The known columns, in the order in which they are written.
    pub const KNOWN: [Self; 10] = [
        Self::Mxid,
        Self::Email,
        Self::Name,
        Self::Role,
        Self::Zone,
        Self::Skills,
        Self::Programme,
        Self::Profession,
        Self::Affiliation,
        Self::Language,
    ];

    /// The column that a word names, in French or English, whatever the case and accents.
    #[must_use]
    pub fn called(word: &str) -> Self {
        match fold(word).as_str() {
            "mxid" | "matrix id" | "matrix" | "matrixid" | "identifiant" | "identifiant matrix"
            | "user id" | "user" | "compte" => Self::Mxid,
            "email"
            | "e mail"
            | "mail"
            | "courriel"
            | "adresse e mail"
            | "adresse email"
            | "adresse electronique" => Self::Email,
            "name" | "nom" | "full name" | "nom complet" | "prenom et nom" | "nom et prenom" => {
                Self::Name
            }
            "role" | "roles" => Self::Role,
            "zone" | "area" | "secteur" | "sector" => Self::Zone,
            "skills" | "skill" | "competences" | "competence" => Self::Skills,
            "programme" | "program" | "programmes" => Self::Programme,
            "profession" | "metier" | "occupation" => Self::Profession,
            "affiliation" | "appartenance" | "rattachement" => Self::Affiliation,
            "language" | "langue" | "lang" => Self::Language,
            _ => Self::Other(tidy(word)),
        }
    }

    /// Its name in the first line of a file.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Mxid => "mxid",
            Self::Email => "email",
            Self::Name => "name",
            Self::Role => "role",
            Self::Zone => "zone",
            Self::Skills => "skills",
            Self::Programme => "programme",
            Self::Profession => "profession",
            Self::Affiliation => "affiliation",
            Self::Language => "language",
            Self::Other(name) => name,
        }
    }

    /// Sets it in `person`; an empty value takes it away. `separators` stand between skills.
    ///
    /// # Errors
    /// What is wrong with the value, and the remedy.
    pub fn set(
        &self,
        person: &mut Person,
        value: &str,
        separators: &[char],
        terms: &Terms,
    ) -> Result<(), Text> {
        let value = tidy(value);
        if value.chars().count() > LONGEST {
            let most = i64::try_from(LONGEST).unwrap_or(i64::MAX);
            return Err(Text::new("roster-too-long").with("most", most));
        }
        match self {
            Self::Mxid => set_mxid(person, &value, terms)?,
            Self::Email => set_email(person, &value)?,
            Self::Name => person.name = value,
            Self::Role => person.role = role(&value, terms)?,
            Self::Zone => person.zone = value,
            Self::Skills => person.skills = skills(&value, separators),
            Self::Programme => person.programme = value,
            Self::Profession => person.profession = profession(value, terms)?,
            Self::Affiliation => person.affiliation = value,
            Self::Language => person.language = language(&value)?,
            Self::Other(name) => {
                if value.is_empty() {
                    person.more.remove(name);
                } else {
                    person.more.insert(name.clone(), value);
                }
            }
        }
        Ok(())
    }

    /// The value of `person`, as it is written.
    #[must_use]
    pub fn of(&self, person: &Person) -> String {
        match self {
            Self::Mxid => person
                .user
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            Self::Email => person.email.clone(),
            Self::Name => person.name.clone(),
            Self::Role => person.role.map_or("", Role::as_str).to_owned(),
            Self::Zone => person.zone.clone(),
            Self::Skills => person.skills.join(";"),
            Self::Programme => person.programme.clone(),
            Self::Profession => person.profession.clone(),
            Self::Affiliation => person.affiliation.clone(),
            Self::Language => match person.language {
                Some(Locale::Fr) => "fr".to_owned(),
                Some(Locale::En) => "en".to_owned(),
                None => String::new(),
            },
            Self::Other(name) => person.more.get(name).cloned().unwrap_or_default(),
        }
    }

    /// Makes it in `to` what it is in `from`.
    pub(super) fn copy(&self, from: &Person, to: &mut Person) {
        match self {
            Self::Mxid => to.user.clone_from(&from.user),
            Self::Email => to.email.clone_from(&from.email),
            Self::Name => to.name.clone_from(&from.name),
            Self::Role => to.role = from.role,
            Self::Zone => to.zone.clone_from(&from.zone),
            Self::Skills => to.skills.clone_from(&from.skills),
            Self::Programme => to.programme.clone_from(&from.programme),
            Self::Profession => to.profession.clone_from(&from.profession),
            Self::Affiliation => to.affiliation.clone_from(&from.affiliation),
            Self::Language => to.language = from.language,
            Self::Other(name) => match from.more.get(name) {
                Some(value) => drop(to.more.insert(name.clone(), value.clone())),
                None => drop(to.more.remove(name)),
            },
        }
    }
}

fn set_mxid(person: &mut Person, value: &str, terms: &Terms) -> Result<(), Text> {
    if value.is_empty() {
        person.user = None;
        return Ok(());
    }
    let wrong = || Text::new("roster-bad-mxid").with("word", shown(value));
    let id = value.strip_prefix("https://matrix.to/#/").unwrap_or(value);
    // What older servers made may have any letter; one that nobody sees is a slip.
    let user = UserId::parse(id).ok();
    let user = user.filter(|it| it.as_str().bytes().all(|letter| letter.is_ascii_graphic()));
    let user = user.ok_or_else(wrong)?;
    if user == terms.bot {
        return Err(Text::new("roster-is-the-bot"));
    }
    let (own, server) = (terms.bot.server_name(), user.server_name());
    let definition = terms.definition;
    let admitted = if definition.federate {
        definition.servers.admits(server.as_str(), own.as_str())
    } else {
        server == own
    };
    if !admitted {
        let key = if definition.federate {
            "roster-server-denied"
        } else {
            "roster-server-foreign"
        };
        return Err(Text::new(key)
            .code("server", shown(server.as_str()))
            .code("own", own));
    }
    person.user = Some(user);
    Ok(())
}

fn set_email(person: &mut Person, value: &str) -> Result<(), Text> {
    let plain = |part: &str| !part.is_empty() && !part.contains(['@', ' ', '<', '>', ',', ';']);
    let fine = value
        .split_once('@')
        .is_some_and(|(local, domain)| plain(local) && plain(domain));
    if !value.is_empty() && !fine {
        return Err(Text::new("roster-bad-email").with("word", shown(value)));
    }
    value.clone_into(&mut person.email);
    Ok(())
}

fn role(value: &str, terms: &Terms) -> Result<Option<Role>, Text> {
    if value.is_empty() {
        return Ok(None);
    }
    let unknown = || Text::new("roster-bad-role").with("word", shown(value));
    let role = Role::called(&fold(value)).ok_or_else(unknown)?;
    let name = Text::new(role.text_key());
    if role >= Role::Admin {
        Err(Text::new("roster-role-nominated").with("role", name))
    } else if role > terms.most {
        Err(Text::new("roster-role-above").with("role", name))
    } else {
        Ok(Some(role))
    }
}

fn skills(value: &str, separators: &[char]) -> Vec<String> {
    let mut skills: Vec<String> = Vec::new();
    for skill in value.split(separators).map(str::trim) {
        let known = skills.iter().any(|known| fold(known) == fold(skill));
        if !skill.is_empty() && !known {
            skills.push(skill.to_owned());
        }
    }
    skills
}

/// One of those that take part, as the community writes it; any, where it names none.
fn profession(value: String, terms: &Terms) -> Result<String, Text> {
    let known = &terms.definition.admission.professions;
    if value.is_empty() || known.is_empty() {
        return Ok(value);
    }
    let folded = fold(&value);
    let found = known.iter().find(|it| fold(it) == folded);
    found.cloned().ok_or_else(|| {
        Text::new("roster-profession")
            .with("word", shown(&value))
            .with("professions", known.join(", "))
    })
}

fn language(value: &str) -> Result<Option<Locale>, Text> {
    match fold(value).as_str() {
        "" if value.is_empty() => Ok(None),
        "fr" | "french" | "francais" | "fr fr" | "fr be" | "fr ca" | "fr ch" => {
            Ok(Some(Locale::Fr))
        }
        "en" | "english" | "anglais" | "en gb" | "en us" => Ok(Some(Locale::En)),
        _ => Err(Text::new("roster-bad-language").with("word", shown(value))),
    }
}

/// Without what surrounds it, and on one line.
pub(super) fn tidy(value: &str) -> String {
    let spaced = value
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it });
    spaced.collect::<String>().trim().to_owned()
}

/// A word of a file in an error.
pub(super) fn shown(word: &str) -> String {
    let cut: String = word.chars().take(SHOWN).collect();
    if cut.len() < word.len() {
        format!("{cut}…")
    } else {
        cut
    }
}

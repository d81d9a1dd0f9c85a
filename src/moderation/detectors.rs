//! The detectors, one file each, and the list of them.
//!
//! A detector reads a folded text and adds what it finds. It knows nothing of rules, places or people. To add one: its
//! file, its line in [`DetectedKind`] and in [`Detector`], its two texts in each language, its rule in
//! `config/rules/default.yaml`.

mod ad;
mod address;
mod birth_date;
mod card;
mod email;
mod finess;
mod foreign_id;
mod hate;
mod iban;
mod ins;
mod insult;
mod invite_link;
mod ip;
mod ipp;
mod language;
pub(super) mod link;
pub(super) mod media;
mod mentions;
pub(super) mod misinformation;
mod nda;
mod nir;
mod person;
mod phone;
mod plate;
mod rpps;
mod secret;
mod self_harm;
mod siren;
mod siret;
pub(super) mod tone;
pub(super) mod word;

use std::{collections::HashSet, ops::Range, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use serde_json::Value;

use super::{extract::Place, normalise::Folded};

/// What kind of thing a detector sees.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum DetectedKind {
    /// A French national health identifier (INS) with its object identifier, or named so.
    Ins,
    /// A French social security number (NIR, NIA).
    Nir,
    /// A bank account number (IBAN, ISO 13616).
    Iban,
    /// A payment card number (ISO/IEC 7812).
    Card,
    /// A national identifier of a person of another country (Belgium, Switzerland, Spain, Italy, Germany, United Kingdom, …).
    ForeignId,
    /// A patient's number in an institution (IPP).
    Ipp,
    /// The number of a stay or of a file in an institution (NDA).
    Nda,
    /// A telephone number of a person.
    Phone,
    /// An email address.
    Email,
    /// A postal address.
    Address,
    /// A date of birth.
    BirthDate,
    /// A named person together with what ails them.
    Person,
    /// An address of a device on the internet (IP).
    Ip,
    /// The licence plate of a vehicle.
    Plate,
    /// A password or an access token.
    Secret,
    /// A number of the French directory of health professionals (RPPS): public.
    Rpps,
    /// A number of the French directory of health institutions (FINESS): public.
    Finess,
    /// A number of a French establishment (SIRET): public.
    Siret,
    /// A number of a French company (SIREN): public.
    Siren,
    /// A link that lets its reader into a chat elsewhere, or into another room.
    InviteLink,
    /// A link into a domain that is not accepted.
    Link,
    /// A link that hides where it leads.
    Shortener,
    /// A claim about health that is known to be false.
    Misinformation,
    /// A message that calls many people.
    Mentions,
    /// A file of a type or a size that is not accepted.
    Media,
    /// Words against people for what they are.
    Hate,
    /// An insult.
    Insult,
    /// Somebody may be in danger, from themselves or from others.
    SelfHarm,
    /// Advertising.
    Ad,
    /// A word of the community's list.
    Word,
}

impl DetectedKind {
    /// Every kind.
    pub const ALL: [Self; 30] = [
        Self::Ins,
        Self::Nir,
        Self::Iban,
        Self::Card,
        Self::ForeignId,
        Self::Ipp,
        Self::Nda,
        Self::Phone,
        Self::Email,
        Self::Address,
        Self::BirthDate,
        Self::Person,
        Self::Ip,
        Self::Plate,
        Self::Secret,
        Self::Rpps,
        Self::Finess,
        Self::Siret,
        Self::Siren,
        Self::InviteLink,
        Self::Link,
        Self::Shortener,
        Self::Misinformation,
        Self::Mentions,
        Self::Media,
        Self::Hate,
        Self::Insult,
        Self::SelfHarm,
        Self::Ad,
        Self::Word,
    ];

    /// The stem of the kind's texts (`rule-nir` for `rule-nir-name` and `rule-nir-explain`).
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Ins => "rule-ins",
            Self::Nir => "rule-nir",
            Self::Iban => "rule-iban",
            Self::Card => "rule-card",
            Self::ForeignId => "rule-foreign-id",
            Self::Ipp => "rule-ipp",
            Self::Nda => "rule-nda",
            Self::Phone => "rule-phone",
            Self::Email => "rule-email",
            Self::Address => "rule-address",
            Self::BirthDate => "rule-birth-date",
            Self::Person => "rule-person",
            Self::Ip => "rule-ip",
            Self::Plate => "rule-plate",
            Self::Secret => "rule-secret",
            Self::Rpps => "rule-rpps",
            Self::Finess => "rule-finess",
            Self::Siret => "rule-siret",
            Self::Siren => "rule-siren",
            Self::InviteLink => "rule-invite-link",
            Self::Link => "rule-link",
            Self::Shortener => "rule-shortener",
            Self::Misinformation => "rule-misinformation",
            Self::Mentions => "rule-mentions",
            Self::Media => "rule-media",
            Self::Hate => "rule-hate",
            Self::Insult => "rule-insult",
            Self::SelfHarm => "rule-self-harm",
            Self::Ad => "rule-ad",
            Self::Word => "rule-word",
        }
    }

    /// Whether the same characters are this kind rather than `other`: a number with a key wins over one without, and what is said to be a
    /// public number is no private one.
    pub(super) fn outranks(self, other: Self) -> bool {
        let strength = |kind| match kind {
            Self::Ins => Some(10),
            Self::Iban => Some(9),
            Self::Nir => Some(8),
            Self::Rpps | Self::Finess | Self::Siret => Some(7),
            Self::Siren => Some(6),
            Self::Card => Some(5),
            Self::ForeignId => Some(4),
            Self::Ipp | Self::Nda => Some(3),
            Self::Phone => Some(2),
            Self::BirthDate | Self::Ip | Self::Plate => Some(1),
            Self::Email
            | Self::InviteLink
            | Self::Link
            | Self::Shortener
            | Self::Misinformation
            | Self::Mentions
            | Self::Media
            | Self::Address
            | Self::Person
            | Self::Secret
            | Self::Insult
            | Self::Hate
            | Self::SelfHarm
            | Self::Ad
            | Self::Word => None,
        };
        strength(other).is_some_and(|theirs| strength(self) > Some(theirs))
    }
}

/// One thing found in a folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    /// The one way of writing it: the same for all spellings.
    pub canonical: String,
    /// Where, in bytes of the folded text.
    pub span: Range<usize>,
    /// Whether shape and key, or shape and context, leave no real doubt. Otherwise the author is only asked.
    pub certain: bool,
}

impl Finding {
    fn certain(canonical: impl Into<String>, span: Range<usize>) -> Self {
        Self {
            canonical: canonical.into(),
            span,
            certain: true,
        }
    }
}

/// A detector, ready to run.
#[derive(Debug)]
pub(super) enum Detector {
    /// One that needs nothing but the text.
    Of(DetectedKind),
    /// See [`word`].
    Words(word::Words),
    /// See [`link`]: into domains, or by shorteners.
    Links(DetectedKind, link::Links),
    /// See [`misinformation`].
    Claims(Arc<misinformation::Claims>),
    /// See [`mentions`]: from so many people on.
    Mentions(usize),
    /// See [`media`].
    Media(media::Media),
}

/// What a rule gives its detector to work with.
pub(super) struct Means<'a> {
    /// For [`word`].
    pub words: Vec<String>,
    /// For [`mentions`].
    pub least: Option<usize>,
    /// For [`link`].
    pub denied: Vec<String>,
    /// For [`media`].
    pub media: media::Media,
    /// For [`misinformation`].
    pub claims: &'a Arc<misinformation::Claims>,
    /// For [`link`].
    pub shorteners: &'a HashSet<String>,
}

impl Detector {
    /// The detector of `kind`.
    pub fn new(kind: DetectedKind, means: Means<'_>) -> Self {
        match kind {
            DetectedKind::Word => Self::Words(word::Words::new(&means.words)),
            DetectedKind::Link => {
                Self::Links(kind, link::Links::new(means.denied.into_iter().collect()))
            }
            DetectedKind::Shortener => {
                let denied = means.denied.into_iter();
                let all = denied.chain(means.shorteners.iter().cloned());
                Self::Links(kind, link::Links::shortened(all.collect()))
            }
            DetectedKind::Misinformation => Self::Claims(Arc::clone(means.claims)),
            DetectedKind::Mentions => Self::Mentions(means.least.unwrap_or(mentions::MANY)),
            DetectedKind::Media => Self::Media(means.media),
            kind => Self::Of(kind),
        }
    }

    /// What this detector sees.
    pub fn kind(&self) -> DetectedKind {
        match self {
            Self::Of(kind) | Self::Links(kind, _) => *kind,
            Self::Words(_) => DetectedKind::Word,
            Self::Claims(_) => DetectedKind::Misinformation,
            Self::Mentions(_) => DetectedKind::Mentions,
            Self::Media(_) => DetectedKind::Media,
        }
    }

    /// The claims that it knows, where it looks for some.
    pub fn claims(&self) -> Option<&misinformation::Claims> {
        match self {
            Self::Claims(claims) => Some(claims),
            _ => None,
        }
    }

    /// Adds what is found in a message beside its texts.
    pub fn find_beside(&self, event_type: &str, content: &Value, out: &mut Vec<Finding>) -> Place {
        match self {
            Self::Mentions(many) if event_type == "m.room.message" => {
                mentions::find(content, *many, out);
                Place::Mentions
            }
            Self::Media(media) if event_type == "m.room.message" => {
                media.find(content, out);
                Place::File
            }
            _ => Place::Body,
        }
    }

    /// Adds what is found in `text` to `out`.
    pub fn find(&self, text: &Folded<'_>, out: &mut Vec<Finding>) {
        let kind = match self {
            Self::Words(words) => return words.find(text, out),
            Self::Links(_, links) => return links.find(text, out),
            Self::Claims(claims) => return claims.find(text, out),
            Self::Mentions(_) | Self::Media(_) => return,
            Self::Of(kind) => *kind,
        };
        match kind {
            DetectedKind::Ad => ad::find(text, out),
            DetectedKind::Address => address::find(text, out),
            DetectedKind::BirthDate => birth_date::find(text, out),
            DetectedKind::Card => card::find(text, out),
            DetectedKind::Email => email::find(text, out),
            DetectedKind::Finess => finess::find(text, out),
            DetectedKind::ForeignId => foreign_id::find(text, out),
            DetectedKind::Hate => hate::find(text, out),
            DetectedKind::Iban => iban::find(text, out),
            DetectedKind::Ins => ins::find(text, out),
            DetectedKind::Insult => insult::find(text, out),
            DetectedKind::InviteLink => invite_link::find(text, out),
            DetectedKind::Ip => ip::find(text, out),
            DetectedKind::Ipp => ipp::find(text, out),
            DetectedKind::Nda => nda::find(text, out),
            DetectedKind::Nir => nir::find(text, out),
            DetectedKind::Person => person::find(text, out),
            DetectedKind::Phone => phone::find(text, out),
            DetectedKind::Plate => plate::find(text, out),
            DetectedKind::Rpps => rpps::find(text, out),
            DetectedKind::Secret => secret::find(text, out),
            DetectedKind::SelfHarm => self_harm::find(text, out),
            DetectedKind::Siren => siren::find(text, out),
            DetectedKind::Siret => siret::find(text, out),
            // Those have something to work with: they are no `Of`.
            DetectedKind::Word
            | DetectedKind::Link
            | DetectedKind::Shortener
            | DetectedKind::Misinformation
            | DetectedKind::Mentions
            | DetectedKind::Media => {}
        }
    }
}

/// The domain that a canonical form belongs to, if it has one: of an email address, of a link, of a Matrix room.
pub(super) fn domain(kind: DetectedKind, canonical: &str) -> Option<&str> {
    match kind {
        DetectedKind::Email => canonical.rsplit_once('@').map(|(_, domain)| domain),
        DetectedKind::InviteLink if canonical.starts_with(['#', '!']) => {
            canonical.split_once(':').map(|(_, server)| server)
        }
        DetectedKind::InviteLink | DetectedKind::Link | DetectedKind::Shortener => {
            canonical.split('/').next()
        }
        _ => None,
    }
}

#[cfg(test)]
pub(super) use nir::key_for_tests as nir_key_for_tests;

#[cfg(test)]
fn canonicals(find: impl Fn(&Folded<'_>, &mut Vec<Finding>), text: &str) -> Vec<String> {
    let mut out = Vec::new();
    find(&Folded::new(text), &mut out);
    out.into_iter().map(|finding| finding.canonical).collect()
}

/// What a detector finds in a text, and whether it is certain.
#[cfg(test)]
fn found(find: impl Fn(&Folded<'_>, &mut Vec<Finding>), text: &str) -> Vec<(String, bool)> {
    let mut out = Vec::new();
    find(&Folded::new(text), &mut out);
    let out = out.into_iter();
    out.map(|finding| (finding.canonical, finding.certain))
        .collect()
}

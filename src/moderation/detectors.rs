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
pub(super) mod word;

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::normalise::Folded;

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
    pub const ALL: [Self; 25] = [
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
}

impl Detector {
    /// The detector of `kind`; `words` are for the one of words.
    pub fn new(kind: DetectedKind, words: &[String]) -> Self {
        match kind {
            DetectedKind::Word => Self::Words(word::Words::new(words)),
            kind => Self::Of(kind),
        }
    }

    /// What this detector sees.
    pub fn kind(&self) -> DetectedKind {
        match self {
            Self::Of(kind) => *kind,
            Self::Words(_) => DetectedKind::Word,
        }
    }

    /// Adds what is found in `text` to `out`.
    pub fn find(&self, text: &Folded<'_>, out: &mut Vec<Finding>) {
        let kind = match self {
            Self::Words(words) => return words.find(text, out),
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
            DetectedKind::Word => {}
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
        DetectedKind::InviteLink => canonical.split('/').next(),
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

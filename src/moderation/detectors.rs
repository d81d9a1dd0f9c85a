//! The detectors, one file each, and the list of them.
//!
//! A detector reads a folded text and adds what it finds. It knows nothing of rules, places or people. To add one: its
//! file, its line in [`DetectedKind`] and in [`Detector`], its two texts in each language, its rule in
//! `config/rules/default.yaml`.

mod email;
mod iban;
mod invite_link;
mod nir;
mod phone;
mod word;

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
    /// A French social security number (NIR).
    Nir,
    /// A bank account number (IBAN, ISO 13616).
    Iban,
    /// A telephone number of a person.
    Phone,
    /// An email address.
    Email,
    /// A link that lets its reader into a chat elsewhere, or into another room.
    InviteLink,
    /// A word of the community's list.
    Word,
}

impl DetectedKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Nir,
        Self::Iban,
        Self::Phone,
        Self::Email,
        Self::InviteLink,
        Self::Word,
    ];

    /// The stem of the kind's texts (`rule-nir` for `rule-nir-name` and `rule-nir-explain`).
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Nir => "rule-nir",
            Self::Iban => "rule-iban",
            Self::Phone => "rule-phone",
            Self::Email => "rule-email",
            Self::InviteLink => "rule-invite-link",
            Self::Word => "rule-word",
        }
    }

    /// Whether the same characters are this kind rather than `other`: a number with a key wins over one without.
    pub(super) fn outranks(self, other: Self) -> bool {
        let strength = |kind| match kind {
            Self::Iban => Some(3),
            Self::Nir => Some(2),
            Self::Phone => Some(1),
            Self::Email | Self::InviteLink | Self::Word => None,
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
    /// See [`nir`].
    Nir,
    /// See [`iban`].
    Iban,
    /// See [`phone`].
    Phone,
    /// See [`email`].
    Email,
    /// See [`invite_link`].
    InviteLink,
    /// See [`word`].
    Word(word::Words),
}

impl Detector {
    /// The detector of `kind`; `words` are for the one of words.
    pub fn new(kind: DetectedKind, words: &[String]) -> Self {
        match kind {
            DetectedKind::Nir => Self::Nir,
            DetectedKind::Iban => Self::Iban,
            DetectedKind::Phone => Self::Phone,
            DetectedKind::Email => Self::Email,
            DetectedKind::InviteLink => Self::InviteLink,
            DetectedKind::Word => Self::Word(word::Words::new(words)),
        }
    }

    /// What this detector sees.
    pub fn kind(&self) -> DetectedKind {
        match self {
            Self::Nir => DetectedKind::Nir,
            Self::Iban => DetectedKind::Iban,
            Self::Phone => DetectedKind::Phone,
            Self::Email => DetectedKind::Email,
            Self::InviteLink => DetectedKind::InviteLink,
            Self::Word(_) => DetectedKind::Word,
        }
    }

    /// Adds what is found in `text` to `out`.
    pub fn find(&self, text: &Folded<'_>, out: &mut Vec<Finding>) {
        match self {
            Self::Nir => nir::find(text, out),
            Self::Iban => iban::find(text, out),
            Self::Phone => phone::find(text, out),
            Self::Email => email::find(text, out),
            Self::InviteLink => invite_link::find(text, out),
            Self::Word(words) => words.find(text, out),
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

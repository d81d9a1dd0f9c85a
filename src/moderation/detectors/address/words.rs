//! The words that the detector of postal addresses goes by, in lower case without accents.

use std::sync::LazyLock;

use crate::moderation::text::{WordSet, word_set};

/// Kinds of streets: as written, the one form, and whether the word needs a name with a capital to mean a street.
pub const STREETS: [(&str, &str, bool); 57] = [
    ("rue", "rue", false),
    ("avenue", "avenue", false),
    ("av", "avenue", false),
    ("ave", "avenue", false),
    ("boulevard", "boulevard", false),
    ("bd", "boulevard", false),
    ("bld", "boulevard", false),
    ("blvd", "boulevard", false),
    ("boul", "boulevard", false),
    ("allee", "allee", false),
    ("allees", "allee", false),
    ("chemin", "chemin", false),
    ("chem", "chemin", false),
    ("impasse", "impasse", false),
    ("imp", "impasse", false),
    ("ruelle", "ruelle", false),
    ("venelle", "venelle", false),
    ("faubourg", "faubourg", false),
    ("fbg", "faubourg", false),
    ("esplanade", "esplanade", true),
    ("promenade", "promenade", true),
    ("chaussee", "chaussee", true),
    ("traverse", "traverse", true),
    ("sentier", "sentier", true),
    ("sente", "sente", true),
    ("montee", "montee", true),
    ("place", "place", true),
    ("pl", "place", true),
    ("quai", "quai", true),
    ("route", "route", true),
    ("rte", "route", true),
    ("cours", "cours", true),
    ("square", "square", true),
    ("lotissement", "lotissement", true),
    ("residence", "residence", true),
    ("hameau", "hameau", true),
    ("cite", "cite", true),
    ("clos", "clos", true),
    ("passage", "passage", true),
    ("voie", "voie", true),
    ("villa", "villa", true),
    ("parc", "parc", true),
    ("street", "street", false),
    ("road", "road", false),
    ("rd", "road", false),
    ("lane", "lane", false),
    ("drive", "drive", false),
    ("crescent", "crescent", false),
    ("terrace", "terrace", false),
    ("gardens", "gardens", true),
    ("grove", "grove", true),
    ("close", "close", true),
    ("court", "court", true),
    ("way", "way", true),
    ("st", "street", true),
    ("dr", "drive", true),
    ("ln", "lane", true),
];

/// The first of [`STREETS`] that stands after its name, as in English.
pub const FIRST_ENGLISH: usize = 42;

/// Words that stand inside of a name, and are none.
pub static PARTICLES: LazyLock<WordSet> =
    LazyLock::new(|| word_set("de du des la le les l d aux en saint sainte st ste n"));

/// Words that end a name of a street.
pub static ENDS: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "a au est et pour avec chez car pres vers si dans sur merci qui ou mais bat batiment appt apt \
     appartement etage entree demain ce il elle c j je on tous toutes in at for par sont code digicode \
     porte sans interphone",
    )
});

/// Words after five digits that make them an amount.
pub static AMOUNTS: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "pas euros euro mg ui ml g unites plaquettes habitants patients personnes fois kg m km eur kcal iu \
     steps people le",
    )
});

/// Words before a number that make it no house number.
pub static NO_HOUSE: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "ligne bus tram tramway metro arret chambre lit salle box secteur h min les mes nos des ces ses vos \
     lot page garde room bed rer",
    )
});

/// The months, which streets are named after.
pub const MONTHS: [&str; 12] = [
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
];

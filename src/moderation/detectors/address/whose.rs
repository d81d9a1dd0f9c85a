//! Whose an address is, by the words around it. Used by the detector of postal addresses.

use std::sync::LazyLock;

use crate::moderation::normalise::Folded;
use crate::moderation::text::{self, WordSet, word_set};

/// How far words before an address say whose it is, in bytes.
const BEFORE: usize = 100;
/// How far words after it do.
const AFTER: usize = 40;

/// Whose an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// An institution's, a professional's or a meeting's.
    Public,
    /// Somebody's home.
    Home,
    /// Perhaps where people meet.
    Meeting,
    /// Nothing says it.
    Unknown,
}

/// Words of living somewhere.
static HOME: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "habite habites habitent habitant habitait domicile domicilie domiciliee demeure demeurant reside \
     residant loge logement appartement chez vit vivant live lives living lived home resides residing \
    ",
    )
});

/// Words that say whose an `adresse` is: a person's.
static PERSON: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "mon ma son sa leur ton votre patient patiente patients resident residente beneficiaire usager mme mr \
     mlle monsieur madame mere pere fille fils voisin voisine my his her their mrs famille",
    )
});

/// Words of institutions, professionals and meetings.
static PUBLIC: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "chu chr chru ch ght hopital hopitaux clinique polyclinique cabinet mairie salle pharmacie pharma \
     centre ehpad ssr smr usld ccas clic pmi cpam cmp csapa caarud caf mdph mjc ime esat ifsi ifas ecole \
     college lycee faculte fac universite laboratoire labo gymnase bibliotheque mediatheque association \
     asso siege prefecture ars hotel restaurant cafe brasserie bar eglise stade agence office police \
     commissariat gendarmerie tribunal espace forum amphi amphitheatre locaux bureau bureaux magasin \
     boutique orthopediste dentiste opticien kine osteopathe dr docteur pr professeur gare formation \
     reunion congres colloque conference atelier seminaire permanence assemblee livraison livrer hospital \
     clinic surgery practice pharmacy school library hall center church department meeting training \
     service urgences  dispensaire croix planning prestataire fournisseur ambulances sarl \
     infirmerie benevole benevoles maraude distribution don collecte braderie stand fete evenement dac cpts had",
    )
});

/// Words of meeting somewhere, which may be somebody's home.
const MEETING: [&str; 9] = [
    "rdv",
    "rendez",
    "retrouve",
    "retrouvons",
    "rejoindre",
    "attend",
    "depart",
    "visite",
    "meet",
];

/// Whose the address is that begins at byte `at`. The nearest word decides; an `adresse` alone waits for what comes before it.
pub fn before(text: &Folded<'_>, at: usize) -> Whose {
    let (mut named, mut moved, mut meeting) = (false, false, false);
    let mut next = "";
    let from = text::back(text, at, BEFORE);
    for word in text::words(text, from..at).rev() {
        let public = text::resembles_one_of(&PUBLIC, word)
            || (word == "maison" && matches!(next, "de" | "des" | "du" | "medicale"));
        if public && next != "ville" {
            return Whose::Public;
        }
        if HOME.contains(word)
            || ((named || moved) && PERSON.contains(word))
            || (moved && matches!(word, "il" | "elle" | "he" | "she"))
        {
            return Whose::Home;
        }
        named |= matches!(word, "adresse" | "address" | "coordonnees");
        meeting |= MEETING.contains(&word);
        moved |= matches!(word, "demenage" | "emmenage" | "moved");
        next = word;
    }
    match (named, meeting) {
        (_, true) => Whose::Meeting,
        (true, false) => Whose::Home,
        (false, false) => Whose::Unknown,
    }
}

/// Whether what follows byte `at` names an institution.
pub fn public_after(text: &Folded<'_>, at: usize) -> bool {
    text::words(text, at..text::forth(text, at, AFTER))
        .any(|word| text::resembles_one_of(&PUBLIC, word))
}

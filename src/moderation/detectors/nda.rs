//! The number of a stay or of a file in an institution (NDA, IEP, numéro de dossier, de séjour, de venue), by the words
//! before it. The words and the reader are those of [`ipp`].

use super::{Finding, ipp};
use crate::moderation::normalise::Folded;

/// Finds them.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    ipp::numbers(text, ipp::Name::Stay, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;

    #[test]
    fn the_number_of_a_stay_is_found_after_its_name() {
        for text in [
            "NDA 241234567",
            "NDA : 241234567",
            "N° de dossier 241234567",
            "numéro de dossier : 241234567.",
            "Numéro de séjour 241234567",
            "n° séjour : 241234567",
            "IEP=241234567",
            "numéro administratif 241234567",
            "n° de venue 241234567",
            "venue n° 241234567",
            "Séjour : 241234567",
            "dossier 241234567",
            "IPP 8001234567 / NDA 241234567",
            "encounter number 241234567",
            "visit no. 241234567",
            "241234567 (NDA)",
            "NDA 24 123 4567",
        ] {
            assert_eq!(canonicals(find, text), ["241234567"], "{text}");
        }
    }

    #[test]
    fn dates_words_and_other_numbers_are_none() {
        for text in [
            "séjour du 12/03/2024 au 15/03/2024",
            "elle est venue 3 fois en 2024",
            "venue : 75001 Paris",
            "le dossier 12 est prêt",
            "dossier complet, commande 12345678",
            "signer la NDA avant le 12/03/2024",
            "agenda 12345678",
            "séjour de 12 jours",
            "IPP 8001234567",
        ] {
            assert_eq!(canonicals(find, text), Vec::<String>::new(), "{text}");
        }
    }
}

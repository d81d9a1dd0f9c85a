//! Words as people type them, without regard to case and accents.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case, no accents, one space for whatever is neither letter nor digit: how names are compared.
#[must_use]
pub(crate) fn fold(text: &str) -> String {
    let letters = text
        .nfkd()
        .filter(|character| !is_combining_mark(*character));
    let letters: String = letters
        .flat_map(char::to_lowercase)
        .map(|it| if it.is_alphanumeric() { it } else { ' ' })
        .collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether these words stand in `text`, as whole words, the last perhaps in the plural.
#[must_use]
pub(crate) fn says(text: &str, words: &str) -> bool {
    let (text, words) = (format!(" {} ", fold(text)), fold(words));
    !words.is_empty()
        && ["", "s", "x", "es"]
            .iter()
            .any(|plural| text.contains(&format!(" {words}{plural} ")))
}

/// Whether `text`, folded, is `folded`: without making a copy where the text is plain, for a roster is gone through often.
#[must_use]
pub(crate) fn folds_to(text: &str, folded: &str) -> bool {
    if !text.bytes().all(|it| it.is_ascii_alphanumeric()) {
        return fold(text) == folded;
    }
    text.len() == folded.len()
        && text
            .bytes()
            .zip(folded.bytes())
            .all(|(one, other)| one.to_ascii_lowercase() == other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_said_whole_in_any_case_and_number() {
        let said = "Je travaille pour des Assureurs (Banque d’Est)";
        for word in ["assureur", "ASSUREURS", "banque", "banque d'est"] {
            assert!(says(said, word), "{word}");
        }
        for word in ["assure", "anque", "banque ouest", "", "-"] {
            assert!(!says(said, word), "{word}");
        }
    }

    proptest! {
        #[test]
        fn a_text_folds_to_what_it_folds_to(text in "\\PC{0,12}|[A-Za-z0-9éÉ -]{0,8}", other in "[a-z0-9é ]{0,8}") {
            prop_assert!(folds_to(&text, &fold(&text)));
            prop_assert_eq!(folds_to(&text, &other), fold(&text) == other);
        }
    }
}

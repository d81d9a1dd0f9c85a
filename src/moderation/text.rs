//! Small helpers for the words around a finding, used by the detectors.

/// The text before `at` on the same line, at most `most` bytes of it.
pub fn before(text: &str, at: usize, most: usize) -> &str {
    let start = text.floor_char_boundary(at.saturating_sub(most));
    let part = &text[start..at];
    part.rsplit_once('\n').map_or(part, |(_, last)| last)
}

/// The text from `at` on the same line, at most `most` bytes of it.
pub fn after(text: &str, at: usize, most: usize) -> &str {
    let end = text.floor_char_boundary(at.saturating_add(most).min(text.len()));
    let part = &text[at..end.max(at)];
    part.split_once('\n').map_or(part, |(first, _)| first)
}

/// Whether one of `words` (lower-case ASCII) starts a word in `text`, whatever its case.
pub fn has_word(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| {
        text.as_bytes()
            .windows(word.len())
            .enumerate()
            .any(|(at, window)| {
                window.eq_ignore_ascii_case(word.as_bytes())
                    && (at == 0 || !text.as_bytes()[at - 1].is_ascii_alphanumeric())
            })
    })
}

/// Whether the byte before `at` is an ASCII letter or digit.
pub fn glued_before(text: &str, at: usize) -> bool {
    at > 0 && text.as_bytes()[at - 1].is_ascii_alphanumeric()
}

/// Whether the byte at `at` is an ASCII letter or digit.
pub fn glued_after(text: &str, at: usize) -> bool {
    text.as_bytes()
        .get(at)
        .is_some_and(u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_around_stay_on_the_line() {
        let text = "première\nnuméro de sécu 1 84\nsuite";
        let at = text.find('1').expect("a digit");
        assert_eq!(before(text, at, 6), "sécu ");
        assert_eq!(before(text, at, 60), "numéro de sécu ");
        assert_eq!(after(text, at, 60), "1 84");
        assert!(has_word("N° SECU :", &["secu"]));
        assert!(!has_word("insecurite", &["secu"]));
    }
}

//! The folding of a text.

use hygie::fuzzing;

/// ASCII stays as it is, the rest grows by a constant factor at most, and no combining mark or invisible character stays; the
/// folding of two texts is the two foldings.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let folded = fuzzing::folded(&text);
    assert!(
        folded.len() <= 18 * text.len(),
        "{} of {}",
        folded.len(),
        text.len()
    );
    if text.is_ascii() {
        assert_eq!(folded, text);
    }
    let gone = [
        '\u{AD}', '\u{200B}', '\u{200D}', '\u{202E}', '\u{301}', '\u{FE0F}', '\u{FEFF}', '\u{A0}',
        '\u{2028}',
    ];
    assert!(!folded.contains(gone), "{folded:?}");
    assert_eq!(fuzzing::folded(&folded), folded, "folded twice");
    let mut half = text.len() / 2;
    while !text.is_char_boundary(half) {
        half -= 1;
    }
    let (left, right) = text.split_at(half);
    assert_eq!(
        fuzzing::folded(left) + fuzzing::folded(right).as_str(),
        folded
    );
}

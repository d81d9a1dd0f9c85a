//! Numbers of the French directory of health institutions (FINESS): nine characters with a Luhn key. They are public.
//!
//! They start with the department (01–95, 2A, 2B, 97, 98; the A counts as 1 and the B as 2 in the key), and stand beside a
//! word that says what they are.

use super::Finding;
use crate::moderation::digits::{Run, for_each_number, has_luhn_key};
use crate::moderation::normalise::Folded;
use crate::moderation::text;

/// Words that say so.
const NAMES: [&str; 1] = ["finess"];

/// How far from the word the number may stand, in bytes: there may be two of them.
const REACH: usize = 72;

/// Finds them.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    if text.digits() < 8 || !text.lower().contains("finess") {
        return;
    }
    for_each_number(text, 9, |run| {
        let mut next = 0;
        for at in 0..run.groups.len() {
            if at >= next
                && let Some((last, finding)) = finess(run, at)
            {
                next = last + 1;
                out.push(finding);
            }
        }
    });
    corsican(text, out);
}

fn finess(run: &Run<'_>, at: usize) -> Option<(usize, Finding)> {
    let last = run.window(at, 9)?;
    let digits = run.span(at, last);
    let span = run.groups[at].start..run.groups[last].end;
    let fits = digits.iter().all(u8::is_ascii_digit) && !digits.starts_with(b"00");
    (fits && is_named(run.text, &span)).then(|| {
        let canonical = digits.iter().map(|byte| char::from(*byte)).collect();
        let certain = has_luhn_key(digits);
        (
            last,
            Finding {
                canonical,
                span,
                certain,
            },
        )
    })
}

/// Those of Corsica are no runs of digits.
fn corsican(text: &Folded<'_>, out: &mut Vec<Finding>) {
    for span in text.words() {
        let word = &text.text().as_bytes()[span.clone()];
        let (b'2', Some(b'a' | b'A' | b'b' | b'B')) = (word[0], word.get(1)) else {
            continue;
        };
        let mut plain = vec![b'2', word[1].to_ascii_uppercase()];
        let mut at = span.start + 2;
        while plain.len() < 9 {
            let rest = &text.text().as_bytes()[at..];
            match rest {
                [digit, ..] if digit.is_ascii_digit() => plain.push(*digit),
                [b' ' | b'.' | b'-', digit, ..] if digit.is_ascii_digit() => {}
                _ => break,
            }
            at += 1;
        }
        let span = span.start..at;
        if plain.len() == 9 && !text::glued_after(text.text(), at) && is_named(text.text(), &span) {
            let certain = has_luhn_key(&plain);
            let canonical = plain.iter().map(|byte| char::from(*byte)).collect();
            out.push(Finding {
                canonical,
                span,
                certain,
            });
        }
    }
}

fn is_named(text: &str, span: &std::ops::Range<usize>) -> bool {
    text::has_whole_word(text::before_or_above(text, span.start, REACH), &NAMES)
        || text::has_whole_word(text::after(text, span.end, 14), &NAMES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;

    #[test]
    fn an_institution_is_found_beside_its_name() {
        for text in [
            "FINESS 750712184",
            "N° FINESS ET : 750712184",
            "finess juridique 75 071 218 4",
            "750712184 (FINESS)",
            "FINESS : 75.071.2184",
        ] {
            assert_eq!(canonicals(find, text), ["750712184"], "{text}");
        }
        assert_eq!(canonicals(find, "finess 2A0000014"), ["2A0000014"]);
        assert_eq!(canonicals(find, "FINESS 2b 000 002 0"), ["2B0000020"]);
        assert_eq!(
            canonicals(find, "FINESS EJ 750712184, ET 2A0000014").len(),
            2
        );
    }

    #[test]
    fn a_wrong_key_is_not_certain_and_without_its_name_it_is_none() {
        let mut out = Vec::new();
        find(&Folded::new("FINESS 750712185"), &mut out);
        assert!(out.iter().all(|finding| !finding.certain));
        for text in [
            "750712184",
            "2A0000014",
            "FINESS 75071218",
            "finess 2A000001",
        ] {
            assert_eq!(canonicals(find, text), Vec::<String>::new(), "{text}");
        }
    }
}

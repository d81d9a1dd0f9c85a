//! Globs of policy lists: `*` for any number of characters, `?` for exactly one (specification, "Moderation policy lists").
//!
//! Lists are written by strangers, so nothing here goes back further than to the last `*`: comparing takes at most as many steps as the
//! pattern has characters for each character of the name, and most patterns are told apart by how they end.

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    pattern: Box<[char]>,
    /// How many characters follow the last `*`; all of them without one.
    tail: usize,
}

/// Whether `text` is more than a plain name.
#[must_use]
pub fn is_glob(text: &str) -> bool {
    text.contains(['*', '?'])
}

impl Glob {
    /// Reads a pattern; every text is one.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut pattern: Vec<char> = Vec::with_capacity(text.len());
        for character in text.chars() {
            // Two stars say what one says.
            if character != '*' || pattern.last() != Some(&'*') {
                pattern.push(character);
            }
        }
        let tail = pattern.iter().rev().take_while(|it| **it != '*').count();
        Self {
            pattern: pattern.into(),
            tail,
        }
    }

    /// Whether it says `name`, given as its characters.
    #[must_use]
    pub fn matches(&self, name: &[char]) -> bool {
        let pattern = &self.pattern;
        let ends = |(one, other): (&char, &char)| fits(*one, *other);
        if name.len() < self.tail
            || !pattern
                .iter()
                .rev()
                .zip(name.iter().rev())
                .take(self.tail)
                .all(ends)
        {
            return false;
        }
        if self.tail == pattern.len() {
            return name.len() == pattern.len();
        }
        between(
            &pattern[..pattern.len() - self.tail],
            &name[..name.len() - self.tail],
        )
    }
}

fn fits(pattern: char, character: char) -> bool {
    pattern == '?' || pattern == character
}

/// A pattern that ends with `*`: what stands between two stars is taken where it comes first.
fn between(pattern: &[char], name: &[char]) -> bool {
    let (mut at, mut seen) = (0, 0);
    let mut star = None;
    while at < pattern.len() {
        if pattern[at] == '*' {
            star = Some((at + 1, seen));
            at += 1;
        } else if seen < name.len() && fits(pattern[at], name[seen]) {
            at += 1;
            seen += 1;
        } else if let Some((after, from)) = star.filter(|(_, from)| from < &name.len()) {
            star = Some((after, from + 1));
            (at, seen) = (after, from + 1);
        } else {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, name: &str) -> bool {
        Glob::new(pattern).matches(&name.chars().collect::<Vec<_>>())
    }

    /// The same by the definition, cell by cell.
    fn slowly(pattern: &str, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        let mut row = vec![false; name.len() + 1];
        row[0] = true;
        for wanted in pattern.chars() {
            let mut next = vec![false; name.len() + 1];
            next[0] = wanted == '*' && row[0];
            for (at, character) in name.iter().enumerate() {
                next[at + 1] = match wanted {
                    '*' => row[at + 1] || next[at],
                    '?' => row[at],
                    other => row[at] && other == *character,
                };
            }
            row = next;
        }
        row[name.len()]
    }

    #[test]
    fn stars_stand_for_anything_and_question_marks_for_one_character() {
        for (pattern, name) in [
            ("*", ""),
            ("@spam*:evil.org", "@spam:evil.org"),
            ("@spam*:evil.org", "@spammer99:evil.org"),
            ("*:*.evil.org", "@a:x.evil.org"),
            ("@?:s", "@é:s"),
            ("@a*b*b:s", "@abab:s"),
            ("**a**", "bab"),
            ("@a*:s", "@a*:s"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("", "a"),
            ("?", ""),
            ("@spam*:evil.org", "@spam:evil.org.uk"),
            ("*:evil.org", "@a:notevil.org2"),
            ("@?:s", "@ab:s"),
            ("a*a", "a"),
            ("@a:s", "@A:s"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn what_would_go_back_for_ever_elsewhere_ends_at_once() {
        let pattern = "a*".repeat(120) + "b";
        let name = "a".repeat(255);
        for _ in 0..1000 {
            assert!(!matches(&pattern, &name));
            assert!(!matches(&format!("{pattern}*"), &name));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn it_is_what_the_definition_says(pattern in "[ab*?é]{0,9}", name in "[abé*]{0,9}") {
            prop_assert_eq!(matches(&pattern, &name), slowly(&pattern, &name));
        }
    }
}

//! The secret of a ticket: 130 bits, as 26 letters and digits that can be read aloud and typed.

use std::fmt;

/// Crockford's base32: without `i`, `l`, `o` and `u`, which are easily taken for others.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// How many of them a token has.
const LENGTH: usize = 26;
/// How many stand together.
const GROUP: usize = 5;

/// What opens a ticket. It is shown to who is to have it, and kept nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token of the ticket that `cause` made: always the same one, and nobody without the key can tell it.
    #[must_use]
    pub fn derive(hash_key: &[u8; 32], cause: &str) -> Self {
        let hash = blake3::keyed_hash(hash_key, format!("ticket/{cause}").as_bytes());
        let letters = hash.as_bytes().iter().take(LENGTH);
        Self(
            letters
                .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
                .collect(),
        )
    }

    /// The token in what somebody typed or pasted, also as a link; none when there is no token in it. Case, spaces and dashes do not
    /// matter, and letters that look like digits count as those.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = match text.rsplit_once("/join/") {
            Some((_, after)) => after.split(['?', '#', '/']).next().unwrap_or_default(),
            None => text,
        };
        let quotes = ['`', '"', '\'', '<', '>', '«', '»', '.', ','];
        let mut token = String::with_capacity(LENGTH);
        for letter in text
            .trim_matches(|it: char| it.is_whitespace() || quotes.contains(&it))
            .chars()
        {
            let letter = match letter.to_ascii_lowercase() {
                '-' | '_' | '\u{2010}'..='\u{2015}' => continue,
                space if space.is_whitespace() => continue,
                'o' => '0',
                'i' | 'l' => '1',
                letter => letter,
            };
            let known = u8::try_from(letter).is_ok_and(|letter| LETTERS.contains(&letter));
            if !known || token.len() == LENGTH {
                return None;
            }
            token.push(letter);
        }
        (token.len() == LENGTH).then_some(Self(token))
    }

    /// The hash by which its ticket is found.
    #[must_use]
    pub fn id(&self) -> String {
        blake3::hash(format!("ticket-id/{}", self.0).as_bytes())
            .to_hex()
            .to_string()
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, letter) in self.0.chars().enumerate() {
            // The last letter stands with the group before it.
            if at > 0 && at % GROUP == 0 && at + 1 < LENGTH {
                f.write_str("-")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_same_event_makes_the_same_token_and_another_key_another() {
        let token = Token::derive(&[7; 32], "$event");
        assert_eq!(token, Token::derive(&[7; 32], "$event"));
        assert_ne!(token, Token::derive(&[8; 32], "$event"));
        assert_ne!(token, Token::derive(&[7; 32], "$other"));
        assert!(!format!("{token:?}").contains(&token.0));
        assert!(!token.id().contains(&token.0[..6]));
    }

    #[test]
    fn a_token_is_read_as_it_is_typed_pasted_or_linked() {
        let token = Token::derive(&[7; 32], "$event");
        let shown = token.to_string();
        assert_eq!(shown.len(), LENGTH + 4);
        for typed in [
            shown.clone(),
            shown.to_uppercase(),
            shown.replace('-', " "),
            shown.replace('-', "\u{2013}"),
            token.0.clone(),
            format!("`{shown}`"),
            format!(" «{shown}». "),
            format!("https://chat.example.org/hygie/join/{shown}?lang=fr"),
            format!("/join/{shown}#x"),
        ] {
            assert_eq!(Token::parse(&typed).as_ref(), Some(&token), "{typed}");
        }
        let lookalikes = "1o0li-00000-00000-00000-000000";
        assert_eq!(
            Token::parse(lookalikes).map(|it| it.0),
            Some(format!("10011{}", "0".repeat(21)))
        );
    }

    #[test]
    fn what_is_no_token_is_none() {
        for other in [
            "",
            "secteur-est",
            "0",
            &"0".repeat(25),
            &"0".repeat(27),
            "u0000000000000000000000000",
            "é",
        ] {
            assert_eq!(Token::parse(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_gives_back_what_was_shown(text in "\\PC{0,60}", cause in "\\PC{0,20}") {
            if let Some(token) = Token::parse(&text) {
                prop_assert_eq!(Token::parse(&token.to_string()), Some(token));
            }
            let token = Token::derive(&[1; 32], &cause);
            prop_assert_eq!(Token::parse(&token.to_string()), Some(token));
        }
    }
}

//! Words written so that a list does not find them: `c0nnard`, `s*lope`, `f.d.p`, `c o n n a r d`, `connaaard`.
//!
//! Look-alike letters of other alphabets are gone before ([`Folded`](crate::moderation::normalise::Folded)).

/// Words that people disguise. A disguised word is read as one of these, or left as it is.
const WORDS: &str = "abruti|enfoire|enfoires|salopard|tapette|shithead|arabe|arabes|asshole|assholes|\
    bastard|bastards|batard|batards|bicot|bicots|bitch|bitches|bite|bougnoule|bougnoules|chinetoque|con|\
    conard|connard|connards|connasse|connasses|conasse|conne|cons|cretin|cul|cunt|cunts|debile|dickhead|\
    encule|enculer|encules|faggot|faggots|fdp|fils|foutre|fuck|fucker|fucking|gouine|gouines|gueule|idiot|\
    idiots|juif|juifs|juive|kike|kikes|kill|merde|mongol|moron|morons|motherfucker|mourir|musulmans|muslim|\
    muslims|negre|negres|negro|negros|nigga|niggas|nigger|niggers|nique|noir|noirs|ordure|paki|pede|pedes|\
    pute|putes|retard|salaud|salauds|sale|salope|salopes|shit|slut|sluts|suicide|suicider|tarlouze|tuer|\
    whore|youpin";

/// The places in `lower` where a disguise may stand. One pass; a place proves nothing.
pub fn places(lower: &str) -> impl Iterator<Item = usize> + '_ {
    let bytes = lower.as_bytes();
    let at = |place: usize| bytes.get(place).copied().unwrap_or(b' ');
    (1..bytes.len())
        .filter(move |&place| {
            let (last, this, next) = (bytes[place - 1], bytes[place], at(place + 1));
            if this.is_ascii_alphabetic() {
                // Three of the same.
                return this == last && this == next;
            }
            if !last.is_ascii_alphabetic() {
                // `3ncule`, `$alope`: the first letter of a long word.
                return false;
            }
            if this.is_ascii_digit() || is_sign(this) {
                // Between letters, or the end of a word of letters.
                return !this.is_ascii_digit()
                    || next.is_ascii_alphabetic()
                    || (next == this && at(place + 2).is_ascii_alphabetic())
                    || (place > 3 && bytes[place - 3..place].iter().all(u8::is_ascii_alphabetic));
            }
            // Letters that stand singly: `f.d.p`.
            is_gap(this)
                && next.is_ascii_alphabetic()
                && at(place + 2) == this
                && at(place + 3).is_ascii_alphabetic()
                && !at(place + 4).is_ascii_alphanumeric()
                && (place < 2 || !bytes[place - 2].is_ascii_alphanumeric())
        })
        .chain(first_letters(bytes))
}

/// `3ncule`, `$alope`: the first letter of a long word, at the start of a text or after a space.
fn first_letters(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    bytes
        .windows(4)
        .enumerate()
        .filter_map(move |(place, four)| {
            let sign = matches!(four[0], b'0' | b'1' | b'3' | b'4' | b'5' | b'@' | b'$');
            (sign
                && four[1..].iter().all(u8::is_ascii_alphabetic)
                && (place == 0 || bytes[place - 1] == b' '))
                .then_some(place)
        })
}

/// Whether a byte may separate letters that stand singly.
pub fn is_gap(byte: u8) -> bool {
    matches!(byte, b' ' | b'.' | b'-' | b'_')
}

/// Whether a byte may stand for a letter, besides digits.
pub fn is_sign(byte: u8) -> bool {
    matches!(byte, b'*' | b'@' | b'$' | b'!' | b'|' | b'#')
}

/// What a word in disguise means, if it is one of the words that people disguise.
pub fn read(word: &str) -> Option<&'static str> {
    let plain = |byte: &u8| byte.is_ascii_alphabetic();
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    if letters == 1 && word.len() > 3 && word[1..].bytes().all(|byte| byte == b'*') {
        // Only the first letter is left.
        return ["pute", "salope", "fuck", "bitch", "connard", "encule"]
            .into_iter()
            .find(|meant| meant.len() == word.len() && meant.starts_with(&word[..1]));
    }
    if letters < 2 || word.bytes().all(|byte| plain(&byte)) {
        return None;
    }
    WORDS.split('|').find(|meant| {
        meant.len() == word.len() && meant.bytes().zip(word.bytes()).all(|(m, w)| stands(w, m))
    })
}

fn stands(sign: u8, letter: u8) -> bool {
    sign == letter
        || match sign {
            b'*' | b'#' => true,
            b'0' => letter == b'o',
            b'1' | b'!' | b'|' => matches!(letter, b'i' | b'l'),
            b'3' => letter == b'e',
            b'4' => letter == b'a',
            b'@' => matches!(letter, b'a' | b'o'),
            b'5' | b'$' => letter == b's',
            b'7' => letter == b't',
            _ => false,
        }
}

/// A word without its drawn-out letters, when three of the same stand together.
pub fn shortened(word: &str) -> Option<String> {
    let bytes = word.as_bytes();
    let drawn = |three: &[u8]| three[0] == three[1] && three[1] == three[2];
    if !bytes
        .windows(3)
        .any(|it| drawn(it) && it[0].is_ascii_alphabetic())
    {
        return None;
    }
    let kept = |most: usize| {
        let mut out = String::new();
        for run in bytes.chunk_by(|one, other| one == other) {
            let length = if run.len() > 2 { most } else { run.len() };
            out.extend(run[..length].iter().map(|byte| char::from(*byte)));
        }
        out
    };
    let two = kept(2);
    if WORDS.split('|').any(|word| word == two) {
        return Some(two);
    }
    Some(kept(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disguises_are_read() {
        for (word, meant) in [
            ("c0nnard", "connard"),
            ("c*nnard", "connard"),
            ("s@l0pe", "salope"),
            ("$alope", "salope"),
            ("a$$hole", "asshole"),
            ("f**k", "fuck"),
            ("encul3", "encule"),
        ] {
            assert_eq!(read(word), Some(meant), "{word}");
        }
        for word in ["connard", "h2o", "spo2", "c**", "t37", "10mg", "g3p2"] {
            assert_eq!(read(word), None, "{word}");
        }
        assert_eq!(shortened("connaaard").as_deref(), Some("connard"));
        assert_eq!(shortened("nigggger").as_deref(), Some("nigger"));
        assert_eq!(shortened("connard"), None);
    }

    #[test]
    fn ordinary_texts_have_no_place() {
        for text in [
            "l'equipe du 12 est la, il y a 3 lits, ta 12/8, 500 mg",
            "www.example.org",
            "3 mg a 12h30",
        ] {
            let found: Vec<_> = places(text)
                .filter(|at| !text[*at..].starts_with('w'))
                .collect();
            assert_eq!(found, Vec::<usize>::new(), "{text}");
        }
        for text in [
            "c0nnard",
            "f.d.p",
            "c o n",
            "connaaard",
            "3ncule",
            "encul3",
            "p*te",
        ] {
            assert!(places(text).next().is_some(), "{text}");
        }
    }
}

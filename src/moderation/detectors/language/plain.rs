//! A sentence as plain words with one space between them: no apostrophes, hyphens, abbreviations or disguises.

use std::{borrow::Cow, ops::Range};

use super::disguise;

/// One sentence of a folded text.
pub struct Sentence {
    plain: String,
    tokens: Vec<Token>,
}

/// A word or a mark.
struct Token {
    /// Where it stands in the plain text.
    at: Range<usize>,
    /// Where it comes from, in bytes of the folded text.
    from: Range<usize>,
    /// Whether it stands between quotation marks.
    quoted: bool,
}

impl Sentence {
    /// Reads the part `range` of a folded text in lower case.
    pub fn new(lower: &str, range: Range<usize>) -> Self {
        let mut words = split(lower, range.clone());
        join_single_letters(lower, &mut words);
        let mut sentence = Self {
            plain: String::from(" "),
            tokens: Vec::with_capacity(words.len()),
        };
        let mut before = "";
        for from in words {
            let written = &lower[from.clone()];
            let written = clean(written, before);
            sentence.push(&written, from.clone());
            before = &lower[from];
        }
        sentence.mark_quotations(lower[range].trim_start().starts_with('>'));
        sentence
    }

    /// The words; with a space before the first and after the last. Commas, `!`, `?` and `"` are words.
    pub fn plain(&self) -> &str {
        &self.plain
    }

    /// Where a part of the plain text comes from, in bytes of the folded text.
    pub fn origin(&self, range: Range<usize>) -> Range<usize> {
        let inside = self.inside(&range);
        match (inside.first(), inside.last()) {
            (Some(first), Some(last)) => first.from.start..last.from.end,
            _ => 0..0,
        }
    }

    /// Whether a part of the plain text stands between quotation marks.
    pub fn quoted(&self, range: &Range<usize>) -> bool {
        self.inside(range).iter().any(|token| token.quoted)
    }

    /// The last words before a place of the plain text, at most `most` of them.
    pub fn before(&self, at: usize, most: usize) -> &str {
        let end = self.tokens.partition_point(|token| token.at.end <= at);
        let start = end.saturating_sub(most);
        let from = self.tokens.get(start).map_or(0, |token| token.at.start - 1);
        self.plain.get(from..at).unwrap_or_default()
    }

    /// The first words after a place of the plain text, at most `most` of them.
    pub fn after(&self, at: usize, most: usize) -> &str {
        let start = self.tokens.partition_point(|token| token.at.start < at);
        let last = (start + most).min(self.tokens.len()).saturating_sub(1);
        let end = self.tokens.get(last).map_or(0, |token| token.at.end + 1);
        self.plain.get(at..end).unwrap_or_default()
    }

    fn inside(&self, range: &Range<usize>) -> &[Token] {
        let first = self.tokens.partition_point(|it| it.at.end <= range.start);
        let last = self.tokens.partition_point(|it| it.at.start < range.end);
        &self.tokens[first..last.max(first)]
    }

    fn push(&mut self, word: &str, from: Range<usize>) {
        let mark = matches!(word, "!" | "?" | ",");
        if mark && self.plain.trim_end().ends_with(word) {
            return;
        }
        for part in word.split(' ') {
            let start = self.plain.len();
            self.plain.push_str(part);
            self.tokens.push(Token {
                at: start..self.plain.len(),
                from: from.clone(),
                quoted: false,
            });
            self.plain.push(' ');
        }
    }

    /// `«` and `»` say which they are; a straight mark opens when another one closes.
    fn mark_quotations(&mut self, all: bool) {
        let marks =
            |it: &Token| matches!(self.plain[it.at.clone()].as_bytes(), [b'"' | b'<' | b'>']);
        let places: Vec<usize> = (0..self.tokens.len())
            .filter(|at| marks(&self.tokens[*at]))
            .collect();
        let mut open = None;
        for (number, &place) in places.iter().enumerate() {
            let mark = &self.plain[self.tokens[place].at.clone()];
            let closes = mark == ">" || (mark == "\"" && open.is_some());
            let lonely = mark == "\"" && open.is_none() && number + 1 == places.len();
            if closes {
                let start = open.take().unwrap_or(0);
                self.tokens[start..place]
                    .iter_mut()
                    .for_each(|it| it.quoted = true);
            } else if open.is_none() && !lonely {
                open = Some(place);
            }
        }
        let start = if all { Some(0) } else { open };
        if let Some(start) = start {
            self.tokens[start..]
                .iter_mut()
                .for_each(|it| it.quoted = true);
        }
    }
}

/// Where the words and marks are.
fn split(lower: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let bytes = lower.as_bytes();
    let (mut out, mut word): (Vec<Range<usize>>, Option<usize>) = (Vec::new(), None);
    for (offset, c) in lower[range.clone()].char_indices() {
        let at = range.start + offset;
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        let last = at.checked_sub(1).map_or(b' ', |at| bytes[at]);
        let sign = u8::try_from(c).is_ok_and(disguise::is_sign)
            && (next.is_ascii_alphanumeric() && (last.is_ascii_alphanumeric() || c != '!')
                || (word.is_some() && (c == '*' || u8::try_from(c) == Ok(next))));
        if c.is_ascii_alphanumeric() || sign {
            word.get_or_insert(at);
            continue;
        }
        out.extend(word.take().map(|start| start..at));
        let between = last.is_ascii_alphanumeric() && next.is_ascii_alphanumeric();
        let mark = match c {
            '-' => last == b' ',
            '\'' | ',' | ':' | ';' | '(' | ')' => !between,
            _ => is_mark(c),
        };
        if mark {
            out.push(at..at + c.len_utf8());
        }
    }
    out.extend(word.map(|start| start..range.end));
    out
}

/// Marks that count wherever they stand; faces that laugh are among them.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '!' | '?'
            | '"'
            | '\u{AB}'
            | '\u{BB}'
            | '\u{201C}'..='\u{201E}'
            | '\u{1F600}'..='\u{1F606}'
            | '\u{1F61C}'..='\u{1F61D}'
            | '\u{1F923}'
    )
}

/// Letters that stand singly, three or more with the same gap, are one word.
fn join_single_letters(lower: &str, words: &mut Vec<Range<usize>>) {
    let bytes = lower.as_bytes();
    let single = |it: &Range<usize>| it.len() == 1 && bytes[it.start].is_ascii_alphabetic();
    let gap = |one: &Range<usize>, other: &Range<usize>| {
        let apart = single(one) && single(other) && other.start == one.end + 1;
        (apart && disguise::is_gap(bytes[one.end])).then(|| bytes[one.end])
    };
    let mut out: Vec<Range<usize>> = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let first = words.get(at + 1).and_then(|next| gap(&words[at], next));
        let mut last = at;
        while first.is_some() && words.get(last + 1).and_then(|it| gap(&words[last], it)) == first {
            last += 1;
        }
        if last < at + 2 {
            last = at;
        }
        out.push(words[at].start..words[last].end);
        at = last + 1;
    }
    *words = out;
}

/// A word as it is meant.
fn clean<'a>(written: &'a str, before: &str) -> Cow<'a, str> {
    let Some(first) = written.chars().next() else {
        return written.into();
    };
    if written.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        if written == "g" && !before.ends_with(|c: char| c.is_ascii_digit()) {
            return "j ai".into();
        }
        return match disguise::shortened(written) {
            Some(short) => in_full(&short).map_or(short.into(), Cow::from),
            None => in_full(written).unwrap_or(written).into(),
        };
    }
    match first {
        '!' | '?' | '"' if written.len() == 1 => return written.into(),
        '\'' => return "\"".into(),
        '\u{AB}' | '\u{201C}' | '\u{201E}' => return "<".into(),
        '\u{BB}' | '\u{201D}' => return ">".into(),
        first if !first.is_ascii() => return "mdr".into(),
        first if written.len() == 1 && !first.is_ascii_digit() => return ",".into(),
        _ => {}
    }
    let meant = disguise::read(written.trim_start_matches('*'))
        .or_else(|| disguise::read(written.trim_matches('*')));
    if let Some(meant) = meant {
        return meant.into();
    }
    if written.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return in_full(written).unwrap_or(written).into();
    }
    let gap = |byte: u8| !byte.is_ascii_alphanumeric();
    if written.len() % 2 == 1 && written.bytes().skip(1).step_by(2).all(gap) {
        // Letters that stand singly.
        let letters = written.bytes().step_by(2).map(char::from);
        return letters.collect::<String>().into();
    }
    let parts: Vec<&str> = written
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() {
        ",".into()
    } else {
        parts.join(" ").into()
    }
}

/// What an abbreviation of short messages stands for.
fn in_full(word: &str) -> Option<&'static str> {
    Some(match word {
        "jai" => "j ai",
        "jv" | "jve" | "jvai" | "jvais" | "jva" => "je vais",
        "jveu" | "jveux" | "jvx" | "jveut" => "je veux",
        "jen" => "j en",
        "jpeu" | "jpeux" => "je peux",
        "jpense" => "je pense",
        "jme" => "je me",
        "tap" => "tape",
        "san" => "sans",
        "fai" => "fais",
        "sui" => "suis",
        "dme" => "de me",
        "detre" => "d etre",
        "mfoutre" => "me foutre",
        "mtuer" => "me tuer",
        "meur" => "meurs",
        "vene" | "venes" => "veines",
        "mar" | "mare" => "marre",
        "reuf" => "frere",
        "reum" => "mere",
        "veu" | "vx" => "veux",
        "frape" => "frappe",
        "pk" | "pq" => "pourquoi",
        "pon" => "pont",
        "medoc" => "medocs",
        "fils2pute" => "fils de pute",
        "nike" => "nique",
        "jte" => "je te",
        "jsers" => "je sers",
        "jarrive" => "j arrive",
        "javais" => "j avais",
        "pa" => "pas",
        "plu" => "plus",
        "envi" | "envies" => "envie",
        "mourrir" | "mourire" | "mouri" => "mourir",
        "vivr" => "vivre",
        "tt" | "ttes" | "tte" => "tout",
        "tlm" => "tout le monde",
        "pr" => "pour",
        "poid" => "poids",
        "vs" => "vous",
        "sere" | "serie" | "serier" => "seriez",
        "mieu" => "mieux",
        "chui" | "chuis" | "jsuis" | "jsui" | "jss" => "je suis",
        "pri" => "pris",
        "ke" => "que",
        "kan" | "qd" => "quand",
        "mwa" => "moi",
        "im" => "i m",
        "ive" => "i ve",
        "wanna" => "want to",
        "gonna" => "going to",
        "u" => "you",
        "ur" | "youre" => "you re",
        "hes" => "he s",
        "shes" => "she s",
        "lol" | "ptdr" | "xd" | "haha" | "hahaha" | "lmao" | "jpp" => "mdr",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        Sentence::new(text, 0..text.len()).plain().trim().to_owned()
    }

    #[test]
    fn words_are_written_in_full() {
        for (text, read) in [
            ("j'ai envi d'en finir", "j ai envie d en finir"),
            ("g envi de mourrir", "j ai envie de mourir"),
            ("1 g x 3", "1 g x 3"),
            ("f.d.p va", "fdp va"),
            ("va c-o-n-n-a-r-d !!!", "va connard !"),
            ("**c*nnard**", "connard"),
            ("s@lope, va!", "salope , va !"),
            ("suicide-toi", "suicide toi"),
            ("saloooope", "salope"),
            ("il y a 3 lits", "il y a 3 lits"),
            ("a b c", "abc"),
        ] {
            assert_eq!(plain(text), read, "{text}");
        }
    }

    #[test]
    fn quotations_are_seen() {
        for (text, word, quoted) in [
            ("il crie « va mourir » et part", "mourir", true),
            ("il crie « va mourir » et part", "part", false),
            ("\"mourir\" dit-il", "mourir", true),
            ("c'est 5\" mourir", "mourir", false),
            ("va mourir. » dit-il", "mourir", true),
            ("> mourir", "mourir", true),
            ("j'ai 'mourir' la", "mourir", true),
        ] {
            let sentence = Sentence::new(text, 0..text.len());
            let at = sentence.plain().find(word).expect("the word");
            assert_eq!(sentence.quoted(&(at..at + word.len())), quoted, "{text}");
        }
    }
}

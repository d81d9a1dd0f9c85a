//! The hosts that stand in a text, as links or bare, with the usual ways of breaking a link undone: `hxxp`, `a[.]b`, `a (dot) b`,
//! `a . b`, `%2E`, `https://safe.example@real.example`.
//!
//! Called through [`Folded::hosts`](super::normalise::Folded::hosts), once for all detectors that look at links. Which of them is a link for
//! its detector is the detector's business: `fin.Il` between two sentences is a host here, and stands on nobody's list.

use std::{borrow::Cow, collections::HashSet, ops::Range, sync::LazyLock};

use regex::Regex;

use super::normalise::Folded;

/// The longest name of a host, in bytes (RFC 1035, 2.3.4).
const LONGEST: usize = 253;
/// How far before a host its user or room is looked for.
const BEFORE: usize = 64;

/// A host in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// In small letters, without a port.
    pub name: String,
    /// Where it stands, in bytes of the folded text; only about where a trick was undone before it.
    pub span: Range<usize>,
    /// Whether a path follows: `bit.ly/abc`.
    pub path: bool,
    /// Whether it stands where only a link has it: after `://`, or as `www.…`.
    pub link: bool,
}

impl Host {
    /// The domain of a list that this host is, or is under.
    pub fn within<'l>(&self, domains: &'l HashSet<String>) -> Option<&'l String> {
        let mut rest = self.name.as_str();
        loop {
            if let Some(found) = domains.get(rest) {
                return Some(found);
            }
            (_, rest) = rest.split_once('.')?;
        }
    }
}

/// The hosts of a folded text, in order. `lower` is the same text in lower case.
pub fn hosts(text: &str, lower: &str) -> Vec<Host> {
    let mut out = Vec::new();
    if !may_hold_one(text, lower) {
        return out;
    }
    let whole = refanged(text);
    scan(&whole, |host| out.push(host));
    // `bit. ly/abc`: a sentence may end before any word, so that only a host with a path is believed.
    if whole.contains(". ") && whole.contains('/') {
        let joined = whole.replace(". ", ".");
        let known: HashSet<String> = out.iter().map(|it| it.name.clone()).collect();
        scan(&joined, |host| {
            if host.path && !known.contains(&host.name) {
                out.push(host);
            }
        });
    }
    let end = text.len();
    for host in &mut out {
        host.span = host.span.start.min(end)..host.span.end.min(end);
    }
    out
}

/// Ordinary texts end here: they have no dot before a letter within a word, and none of the tricks.
fn may_hold_one(text: &str, lower: &str) -> bool {
    let bytes = text.as_bytes();
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte >= 0x80;
    let at = |at: Option<usize>| at.and_then(|at| bytes.get(at)).copied().unwrap_or(b'\n');
    let (mut inside, mut ends) = (false, false);
    for (dot, byte) in bytes.iter().enumerate() {
        if *byte == b'.' {
            let (before, after) = (at(dot.checked_sub(1)), at(Some(dot + 1)));
            inside |= letter(after) && (goes(before) || before == b' ');
            inside |= before == b' ' && after == b' ';
            ends |= after == b' ';
        }
    }
    let bracket = || text.contains(['[', '(', '{']);
    inside
        || (ends && text.contains('/'))
        || text.contains('%')
        || lower.contains(" dot ")
        || lower.contains(" point ")
        || (bracket() && [".", "dot", "point"].iter().any(|it| lower.contains(it)))
}

/// Whether a byte belongs to a label.
fn goes(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

fn scan(text: &str, mut each: impl FnMut(Host)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !goes(bytes[at]) {
            at += 1;
            continue;
        }
        let (start, mut dotted) = (at, false);
        while at < bytes.len() {
            let next = bytes.get(at + 1).is_some_and(|next| goes(*next));
            let inner = matches!(bytes[at], b'.' | b'-' | b'_') && next;
            if !(goes(bytes[at]) || bytes[at] == b'-' || inner) {
                break;
            }
            dotted |= bytes[at] == b'.';
            at += 1;
        }
        if dotted && let Some(host) = host(text, start..at) {
            each(host);
        }
    }
}

fn host(text: &str, span: Range<usize>) -> Option<Host> {
    let start = text.ceil_char_boundary(span.start.max(span.end.saturating_sub(LONGEST)));
    let name = text[start..span.end].trim_end_matches('-');
    let (_, last) = name.rsplit_once('.')?;
    let top = last.len() > 1 && !last.starts_with(|c: char| c.is_ascii_digit());
    if !top || is_somebodys(&text[..span.start]) {
        return None;
    }
    let before = text[..span.start].trim_end_matches(' ');
    let rest = after_port(&text[span.end..]);
    let path = rest.strip_prefix(' ').unwrap_or(rest);
    let name = readable(&name.to_ascii_lowercase()).into_owned();
    Some(Host {
        link: before.ends_with("//") || before.ends_with('@') || name.starts_with("www."),
        path: path
            .strip_prefix('/')
            .is_some_and(|it| it.trim_start().starts_with(|c: char| !c.is_whitespace())),
        name,
        span,
    })
}

fn after_port(rest: &str) -> &str {
    let Some(port) = rest.strip_prefix(':') else {
        return rest;
    };
    let after = port.trim_start_matches(|c: char| c.is_ascii_digit());
    if after.len() < port.len() {
        after
    } else {
        rest
    }
}

/// Whether what comes before makes of a host the home of somebody (`name@host`, `@name:host`) or of a room (`#room:host`). In the target of a
/// link (`https://safe.example@host`) it does not.
fn is_somebodys(before: &str) -> bool {
    let from = before.ceil_char_boundary(before.len().saturating_sub(BEFORE));
    let before = &before[from..];
    let word = before.rsplit([' ', '\n', '\t', '<', '"']).next();
    let word = word.unwrap_or_default();
    match word.as_bytes().last() {
        Some(b'@') => !word.contains("//"),
        Some(b':') => word[..word.len() - 1]
            .rsplit(['/', '(', ','])
            .next()
            .is_some_and(|it| it.starts_with(['@', '#', '!'])),
        _ => false,
    }
}

/// The name of a host as people read it: `xn--…` (Punycode) is undone and folded as texts are, so that it looks like what it is meant to look like.
pub fn readable(name: &str) -> Cow<'_, str> {
    if !name.split('.').any(|label| label.starts_with("xn--")) {
        return Cow::Borrowed(name);
    }
    let (decoded, _) = idna::domain_to_unicode(name);
    Cow::Owned(Folded::new(&decoded).lower().to_owned())
}

/// The text with percent-encoding and the usual ways of breaking a link undone.
pub fn refanged(text: &str) -> Cow<'_, str> {
    static DOT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i-u: ?[\[\(\{] ?(?:\.|dot|point) ?[\]\)\}] ?| (?:dot|point) | \. ?([a-z0-9]))",
        )
        .expect("the pattern is compiled by a test")
    });
    let decoded = percent_decoded(text);
    match DOT.replace_all(&decoded, ".$1") {
        Cow::Borrowed(_) => decoded,
        Cow::Owned(changed) => Cow::Owned(changed),
    }
}

fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let code = rest
            .get(at + 1..at + 3)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
            .filter(u8::is_ascii_graphic);
        if let Some(byte) = code {
            out.push(char::from(byte));
            rest = &rest[at + 3..];
        } else {
            out.push('%');
            rest = &rest[at + 1..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(String, bool, bool)> {
        let found = hosts(text, &text.to_ascii_lowercase()).into_iter();
        found.map(|it| (it.name, it.link, it.path)).collect()
    }

    fn one(name: &str, link: bool, path: bool) -> Vec<(String, bool, bool)> {
        vec![(name.to_owned(), link, path)]
    }

    #[test]
    fn hosts_are_found_however_they_are_broken() {
        for (text, link, path) in [
            ("https://evil.example/a", true, true),
            ("HTTPS://EVIL.EXAMPLE:8080/a", true, true),
            ("hxxps://evil[.]example/a", true, true),
            ("evil (dot) example/a", false, true),
            ("evil point example", false, false),
            ("evil . example / a", false, true),
            ("evil. example/a", false, true),
            ("https://evil%2Eexample/a", true, true),
            ("https://nice@evil.example/a", true, true),
            ("(evil.example)", false, false),
            ("voir:evil.example", false, false),
            // With a Cyrillic е, as browsers send it.
            ("https://xn--vil-qdd.example/a", true, true),
        ] {
            assert_eq!(names(text), one("evil.example", link, path), "{text}");
        }
        assert_eq!(
            names("www.evil.example."),
            one("www.evil.example", true, false)
        );
    }

    #[test]
    fn addresses_rooms_numbers_and_ends_of_sentences_are_no_links() {
        for text in [
            "awa@evil.example",
            "@awa:evil.example",
            "#salon:evil.example",
            "3.14 et 192.168.1.20, 12.5.",
            "Voilà. Merci. Bonne nuit…",
            "etc.",
        ] {
            assert_eq!(names(text), vec![], "{text}");
        }
        assert_eq!(names("C'est la fin.Il dort."), one("fin.il", false, false));
    }

    #[test]
    fn a_host_is_within_the_domains_above_it() {
        let domains: HashSet<String> = ["evil.example".to_owned()].into();
        let within = |name: &str| {
            let host = Host {
                name: name.to_owned(),
                span: 0..0,
                path: false,
                link: false,
            };
            host.within(&domains).is_some()
        };
        assert!(within("evil.example") && within("a.b.evil.example"));
        assert!(!within("notevil.example") && !within("evil.example.org"));
    }

    #[test]
    fn a_text_of_dots_ends() {
        for part in ["a.", "a. ", "a@a.aa", " . a", "%2E", "a:1/", "x."] {
            let text = part.repeat(20_000);
            let found = hosts(&text, &text.to_ascii_lowercase());
            assert!(found.iter().all(|it| it.name.len() <= LONGEST), "{part}");
        }
    }
}

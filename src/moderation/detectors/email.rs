//! Email addresses, also those written for people: `jean (at) exemple (point) fr`.
//!
//! Matrix ids (`@jean:exemple.fr`) and Matrix links are not addresses: they have no local part before the `@`.

use std::sync::LazyLock;

use regex::Regex;

use super::Finding;
use crate::moderation::normalise::Folded;
use crate::moderation::text;

/// RFC 5321: the longest local part and the longest domain, in bytes.
const LONGEST_LOCAL: usize = 64;
const LONGEST_DOMAIN: usize = 253;

/// What ends a file's name like a domain: `logo@2x.png` is no address.
const FILE_ENDINGS: [&str; 14] = [
    "png", "jpg", "jpeg", "gif", "webp", "svg", "heic", "pdf", "docx", "xlsx", "mp4", "mp3", "ogg",
    "zip",
];

/// Where people have mailboxes.
const HOSTS: [&str; 22] = [
    "gmail",
    "googlemail",
    "hotmail",
    "outlook",
    "live",
    "msn",
    "yahoo",
    "ymail",
    "orange",
    "wanadoo",
    "free",
    "sfr",
    "laposte",
    "bbox",
    "neuf",
    "numericable",
    "icloud",
    "proton",
    "protonmail",
    "gmx",
    "aol",
    "skynet",
];

/// Words that say that a mailbox follows.
const MAIL: [&str; 10] = [
    "mail", "email", "e-mail", "courriel", "adresse", "address", "contact", "write to", "ecrivez",
    "mel",
];

/// The spoken form: the at sign or the dots are words, or are kept apart by brackets or spaces. ASCII only, which keeps
/// the automaton small. Groups: local part, what stands for the at sign, domain.
static SPOKEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i-u:([a-z0-9][a-z0-9._%+-]{0,63})",
        r"( ?[\(\[\{<] ?(?:at|a|chez|arobase|arobas|@) ?[\)\]\}>] ?| arobase? | at |[ _-]-?at-?[ _-]| ?@ ?)",
        r"([a-z0-9-]+(?:(?:\.| ?[\(\[\{<] ?(?:dot|point|\.) ?[\)\]\}>] ?|[ -]-?(?:dot|point)-?[ -])[a-z0-9-]+){1,4}))",
    ))
    .expect("the pattern is compiled by a test")
});

/// The dots inside the domain of a spoken address.
static SPOKEN_DOT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i-u: ?[\(\[\{<] ?(?:dot|point|\.) ?[\)\]\}>] ?|[ -]-?(?:dot|point)-?[ -])")
        .expect("the pattern is compiled by a test")
});

/// Finds addresses.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    let text = text.text();
    for (at, _) in text.match_indices('@') {
        if let Some(finding) = around(text, at) {
            out.push(finding);
        }
    }
    if !may_be_spoken(text) {
        return;
    }
    for found in SPOKEN.captures_iter(text) {
        let (_, [local, sign, domain]) = found.extract();
        if sign == "@" && !domain.contains([' ', '(', '[', '{', '<']) {
            // Found above.
            continue;
        }
        let word = sign.trim_matches([' ', '-', '_']);
        let plain = sign != "@" && (word == "@" || word.eq_ignore_ascii_case("at"));
        let at = found.get(0).map_or(0, |whole| whole.start());
        if plain && !is_mailbox(local, word, domain, text::before(text, at, 28)) {
            continue;
        }
        let domain = SPOKEN_DOT.replace_all(domain, ".");
        if let (true, Some(whole)) = (is_domain(&domain), found.get(0)) {
            let canonical = format!("{local}@{domain}").to_ascii_lowercase();
            out.push(Finding::certain(canonical, whole.range()));
        }
    }
}

/// "écrire @ la-poste.fr", "look at example dot org": without brackets something must say that it is a mailbox. Its host
/// is one of mailboxes, a word before says so, or its name looks like one.
fn is_mailbox(local: &str, sign: &str, domain: &str, before: &str) -> bool {
    let host = domain
        .split(['.', ' ', '(', '[', '-'])
        .next()
        .unwrap_or(domain);
    let hosted = HOSTS.iter().any(|it| it.eq_ignore_ascii_case(host));
    let spoken = sign == "@" || domain.contains(' ') || domain.contains("-dot-");
    let named = local.contains(|c: char| matches!(c, '.' | '_') || c.is_ascii_digit());
    // jean.dupont, but not v1.2
    let full = local.contains(['.', '_'])
        && local.len() >= 5
        && local
            .split(['.', '_', '-'])
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphabetic()));
    hosted || full || spoken && (named || text::has_whole_word(before, &MAIL))
}

/// Cheap and lenient: whether the pattern for spoken addresses is worth a run.
fn may_be_spoken(text: &str) -> bool {
    let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
    any(&[
        " @", "@ ", "@[", "@(", "arobas", "Arobas", "AROBAS", " at ", " AT ", " At ", "-at-",
        "_at_", "(a)", "(chez)", "[a]",
    ]) || (text.contains(['(', '[', '{', '<']) && any(&["@", "at", "At", "AT"]))
        || (text.contains('@')
            && any(&[
                " dot ", " point ", "(dot", "[dot", "(point", "[point", "[.", "(.",
            ]))
}

/// The address around the at sign at byte `at`.
fn around(text: &str, at: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    let is_local = |byte: &u8| byte.is_ascii_alphanumeric() || b"._%+-'=".contains(byte);
    let local = bytes[..at]
        .iter()
        .rev()
        .take(LONGEST_LOCAL)
        .take_while(|byte| is_local(byte))
        .count();
    let start = at - local;
    let name = text[start..at].trim_start_matches(['.', '-', '\'', '=', '%']);
    if name.is_empty() || name.ends_with('.') {
        return None;
    }
    let is_domain_byte = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let length = bytes[at + 1..]
        .iter()
        .take(LONGEST_DOMAIN)
        .take_while(|byte| is_domain_byte(byte))
        .count();
    let host = text[at + 1..=at + length].trim_end_matches(['.', '-']);
    if !is_domain(host) {
        return None;
    }
    let canonical = format!("{name}@{host}").to_ascii_lowercase();
    let start = at - name.len();
    Some(Finding::certain(canonical, start..at + 1 + host.len()))
}

/// At least two labels, none empty, the last one of letters.
fn is_domain(host: &str) -> bool {
    let Some((rest, top)) = host.rsplit_once('.') else {
        return false;
    };
    let labels_fit = rest
        .split('.')
        .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    let known_ending = FILE_ENDINGS
        .iter()
        .any(|ending| ending.eq_ignore_ascii_case(top));
    labels_fit
        && (2..=24).contains(&top.len())
        && top.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !known_ending
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;

    #[test]
    fn an_address_is_found_in_every_writing() {
        for text in [
            "jean.dupont@exemple.fr",
            "écrivez à Jean.Dupont@Exemple.FR.",
            "<jean.dupont@exemple.fr>",
            "mailto:jean.dupont@exemple.fr?subject=x",
            "jean.dupont (at) exemple.fr",
            "jean.dupont[arobase]exemple[point]fr",
            "jean.dupont arobase exemple point fr",
            "jean.dupont @ exemple.fr",
            "jean.dupont @exemple.fr",
            "jean.dupont@exemple[.]fr",
            "Jean.Dupont AT exemple DOT fr",
            "jean.dupont＠exemple．fr",
            "jean.dup\u{200B}ont@exemple.fr",
            "jean.dupont@ехеmple.fr",
            "jean.dupont at exemple.fr",
            "jean.dupont-at-exemple-dot-fr",
            "jean.dupont(a)exemple.fr",
            "jean.dupont@exemple point fr",
        ] {
            assert_eq!(canonicals(find, text), ["jean.dupont@exemple.fr"], "{text}");
        }
    }

    #[test]
    fn a_bare_name_is_one_where_people_have_mailboxes_or_where_a_word_says_so() {
        for text in [
            "awa at gmail dot com",
            "awa @ gmail.com",
            "awa @gmail.com",
            "awa_at_gmail.com",
            "AWA AT GMAIL DOT COM",
            "awa -at- gmail -dot- com",
        ] {
            assert_eq!(canonicals(find, text), ["awa@gmail.com"], "{text}");
        }
        assert_eq!(
            canonicals(find, "mail: awa at exemple dot org"),
            ["awa@exemple.org"]
        );
    }

    #[test]
    fn matrix_ids_file_names_and_times_are_no_addresses() {
        for text in [
            "@jean:exemple.fr",
            "https://matrix.to/#/@jean:exemple.fr",
            "logo@2x.png",
            "rdv @ 10h",
            "a@b",
            "@ @@ a@.fr @exemple.fr",
            "voir (at) la suite",
            "jean @samir.",
            "réunion @ chu.fr demain",
            "look at example dot org",
            "v1.2 at example.org",
        ] {
            assert_eq!(canonicals(find, text), Vec::<String>::new(), "{text}");
        }
    }
}

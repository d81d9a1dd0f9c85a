//! Links that let their reader into a chat elsewhere, or into another Matrix room.
//!
//! Links to people and to single messages on Matrix are let through. Written to be overlooked — `hxxp`, `t[.]me`,
//! `discord (dot) gg`, `%2E` — they are found as well.

use std::sync::LazyLock;

use regex::Regex;

use super::Finding;
use crate::moderation::{links::refanged, normalise::Folded};

/// Hosts, and what follows the first slash of an invitation there (a regular expression).
const HOSTS: [(&str, &str); 14] = [
    ("chat.whatsapp.com", r"(?:invite/)?[a-z0-9_-]{8,}"),
    ("t.me", r"(?:joinchat/|\+)[a-z0-9_-]{5,}"),
    ("telegram.me", r"(?:joinchat/|\+)[a-z0-9_-]{5,}"),
    ("telegram.dog", r"(?:joinchat/|\+)[a-z0-9_-]{5,}"),
    ("discord.gg", r"[a-z0-9_-]{2,}"),
    ("discord.com", r"invite/[a-z0-9_-]{2,}"),
    ("discordapp.com", r"invite/[a-z0-9_-]{2,}"),
    ("signal.group", r"\#?[a-z0-9_+=-]{6,}"),
    ("invite.viber.com", r"[?a-z0-9][a-z0-9_=%&-]{3,}"),
    ("m.me", r"j/[a-z0-9_-]{4,}"),
    ("ig.me", r"j/[a-z0-9_-]{4,}"),
    ("line.me", r"(?:R/)?ti/g2?/[a-z0-9_-]{4,}"),
    ("join.skype.com", r"[a-z0-9_-]{6,}"),
    ("tg:", r"join\?invite=[a-z0-9_-]{5,}"),
];

static CHAT: LazyLock<Regex> = LazyLock::new(|| {
    let hosts: Vec<String> = HOSTS
        .iter()
        .map(|(host, path)| {
            let host = regex::escape(host).replace(r"\.", r" ?\. ?");
            format!(r"{host} ?/{{1,2}} ?{path}")
        })
        .collect();
    // ASCII only, which keeps the automaton small: the text is folded.
    let pattern = format!(r"(?i-u:{})", hosts.join("|"));
    Regex::new(&pattern).expect("the pattern is compiled by a test")
});

/// A room on Matrix: `matrix.to` (specification, "URIs"), the same path in a web client, and the `matrix:` scheme.
static MATRIX: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?i-u:matrix ?\. ?to/\#/|/\#/(?:room|join|invite)/)([\#!][^\s/?<>"')\]]+)([^\s<>"')\]]*)"#,
        r#"|(?i-u:matrix:(r|room|roomid)/)([^\s/?<>"')\]]+)([^\s<>"')\]]*)"#,
    ))
    .expect("the pattern is compiled by a test")
});

/// Finds invitations.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    let text = text.text();
    if !text.contains(['/', '%']) {
        return;
    }
    let text = refanged(text);
    for link in CHAT.find_iter(&text) {
        let in_another_name = link.start() > 0
            && matches!(text.as_bytes()[link.start() - 1], b'-' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9');
        if in_another_name {
            continue;
        }
        let canonical: String = link.as_str().split_whitespace().collect();
        out.push(Finding::certain(lower_host(&canonical), link.range()));
    }
    for found in MATRIX.captures_iter(&text) {
        let Some(whole) = found.get(0) else { continue };
        let part = |index| found.get(index).map_or("", |part| part.as_str());
        let (sigil, room, rest) = match part(3) {
            "" => ("", part(1), part(2)),
            kind if kind.eq_ignore_ascii_case("roomid") => ("!", part(4), part(5)),
            _ => ("#", part(4), part(5)),
        };
        let to_a_message = rest.starts_with("/$") || rest.starts_with("/e/");
        if !to_a_message {
            let room = room.trim_end_matches(['.', ',', ';', ':', '!']);
            out.push(Finding::certain(format!("{sigil}{room}"), whole.range()));
        }
    }
}

/// The host in small letters; what follows is a code in which case counts.
fn lower_host(link: &str) -> String {
    let at = link.find('/').unwrap_or(link.len());
    let (host, path) = link.split_at(at);
    format!("{}{path}", host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;

    #[test]
    fn invitations_to_chats_elsewhere_are_found() {
        for (text, canonical) in [
            (
                "https://chat.whatsapp.com/AbCdEfGh1234",
                "chat.whatsapp.com/AbCdEfGh1234",
            ),
            (
                "CHAT.WhatsApp.com/AbCdEfGh1234",
                "chat.whatsapp.com/AbCdEfGh1234",
            ),
            (
                "hxxps://chat[.]whatsapp[.]com/AbCdEfGh1234",
                "chat.whatsapp.com/AbCdEfGh1234",
            ),
            (
                "chat dot whatsapp dot com/AbCdEfGh1234",
                "chat.whatsapp.com/AbCdEfGh1234",
            ),
            (
                "chat . whatsapp . com / AbCdEfGh1234",
                "chat.whatsapp.com/AbCdEfGh1234",
            ),
            (
                "https://chat%2Ewhatsapp%2Ecom/AbCdEfGh1234",
                "chat.whatsapp.com/AbCdEfGh1234",
            ),
            (
                "https://сhаt.whаtsapp.com/AbCdEfGh1234",
                "chat.whatsapp.com/AbCdEfGh1234",
            ),
            ("https://t.me/joinchat/AAAAAE", "t.me/joinchat/AAAAAE"),
            ("t.me/+AbCdEf123", "t.me/+AbCdEf123"),
            ("https://t.me/%2BAbCdEf123", "t.me/+AbCdEf123"),
            ("tg://join?invite=AbCdEf", "tg://join?invite=AbCdEf"),
            ("discord.gg/abc", "discord.gg/abc"),
            ("discord (point) gg/abc", "discord.gg/abc"),
            ("https://discord.com/invite/abc", "discord.com/invite/abc"),
            ("https://signal.group/#CjQKIAbc", "signal.group/#CjQKIAbc"),
            (
                "https://invite.viber.com/?g2=AQAbc",
                "invite.viber.com/?g2=AQAbc",
            ),
            ("https://m.me/j/AbYxyz/", "m.me/j/AbYxyz"),
            ("https://line.me/R/ti/g/AbCd12", "line.me/R/ti/g/AbCd12"),
        ] {
            assert_eq!(canonicals(find, text), [canonical], "{text}");
        }
    }

    #[test]
    fn links_to_rooms_are_found() {
        for (text, canonical) in [
            (
                "https://matrix.to/#/#salon:ailleurs.example",
                "#salon:ailleurs.example",
            ),
            (
                "https://matrix.to/#/%23salon%3Aailleurs.example.",
                "#salon:ailleurs.example",
            ),
            (
                "https://matrix.to/#/!abc:ailleurs.example?via=ailleurs.example",
                "!abc:ailleurs.example",
            ),
            (
                "https://matrix.to/#/!abcdef?via=ailleurs.example",
                "!abcdef",
            ),
            (
                "matrix:r/salon:ailleurs.example?action=join",
                "#salon:ailleurs.example",
            ),
            (
                "matrix:roomid/abc:ailleurs.example?via=x",
                "!abc:ailleurs.example",
            ),
            (
                "https://app.element.io/#/room/#salon:ailleurs.example",
                "#salon:ailleurs.example",
            ),
        ] {
            assert_eq!(canonicals(find, text), [canonical], "{text}");
        }
    }

    #[test]
    fn links_to_people_messages_and_pages_are_let_through() {
        for text in [
            "https://matrix.to/#/@awa:example.org",
            "https://matrix.to/#/!abc:example.org/$event?via=example.org",
            "https://matrix.to/#/#salon:example.org/$event",
            "matrix:u/awa:example.org?action=chat",
            "matrix:roomid/abc:example.org/e/event",
            "https://t.me/nom_public",
            "https://www.has-sante.fr/jcms/p_123",
            "https://discord.com/safety",
            "chat.whatsapp.com",
            "pont.me/+abcdefgh",
            "12/8",
            "50 % des patients / jour",
            "#salon:example.org",
        ] {
            assert_eq!(canonicals(find, text), Vec::<String>::new(), "{text}");
        }
    }
}

//! Addresses of devices on the internet, IPv4 and IPv6: they lead to a person's line.
//!
//! Private, local and documentation ranges lead nowhere. Four small numbers are also how versions and chapters are counted:
//! they need a word that says what they are.

use core::net::{Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use super::Finding;
use crate::moderation::normalise::Folded;
use crate::moderation::text::{self, WordSet, word_set};

/// How far such words may stand, in bytes.
const NEAR: usize = 40;

static NETWORK: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "ip ips ipv4 ipv6 ping ssh dns vpn rdp serveur serveurs server host hote routeur router pare-feu firewall proxy \
         reseau network connexion connection login",
    )
});

static VERSION: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "v version versions ver build release firmware maj jour logiciel update article art chapitre paragraphe section \
         annexe chrome firefox windows android ios java pilote driver patch norme point partie figure tableau table oid lot",
    )
});

/// Finds addresses.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    let bytes = text.text().as_bytes();
    if text.digits() >= 4 && bytes.contains(&b'.') {
        for_each_run(
            bytes,
            |byte| byte.is_ascii_digit() || byte == b'.',
            |start, end| {
                out.extend(v4(text, start, end));
            },
        );
    }
    if text.digits() >= 2 && bytes.contains(&b':') {
        for_each_run(
            bytes,
            |byte| byte.is_ascii_hexdigit() || byte == b':',
            |start, end| {
                out.extend(v6(text, start, end));
            },
        );
    }
}

/// Calls `visit` with the ends of each longest run of bytes that belong.
fn for_each_run(bytes: &[u8], belongs: impl Fn(u8) -> bool, mut visit: impl FnMut(usize, usize)) {
    let mut start = None;
    for (at, byte) in bytes.iter().enumerate() {
        match (belongs(*byte), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                visit(from, at);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        visit(from, bytes.len());
    }
}

fn v4(text: &Folded<'_>, start: usize, end: usize) -> Option<Finding> {
    let run = &text.text()[start..end];
    let end = start + run.trim_end_matches('.').len();
    // The longest has 15 characters; a longer run is something else.
    let address: Ipv4Addr = (7..=15)
        .contains(&(end - start))
        .then(|| text.text()[start..end].parse().ok())??;
    if !leads_somewhere(address) || is_glued(text, start, end) {
        return None;
    }
    let small = address.octets().iter().all(|octet| *octet < 64);
    let named = names_network(text, start, end);
    let version =
        text::words(text, text::back(text, start, 24)..start).any(|word| VERSION.contains(word));
    let said =
        text::words(text, text::back(text, start, 16)..start).any(|word| word.starts_with("ip"));
    let meant = said || (!version && (named || !small));
    meant.then(|| Finding::certain(address.to_string(), start..end))
}

fn v6(text: &Folded<'_>, start: usize, end: usize) -> Option<Finding> {
    let run = &text.text()[start..end];
    let trimmed = run
        .strip_suffix(':')
        .filter(|rest| !rest.ends_with(':'))
        .unwrap_or(run);
    let end = start + trimmed.len();
    let address: Ipv6Addr = (6..=39)
        .contains(&trimmed.len())
        .then(|| trimmed.parse().ok())??;
    // Global unicast (RFC 4291) without the range for documentation (RFC 3849).
    let [first, second, ..] = address.segments();
    let global = (0x2000..=0x3fff).contains(&first) && !(first == 0x2001 && second == 0xdb8);
    (global && !is_glued(text, start, end))
        .then(|| Finding::certain(address.to_string(), start..end))
}

/// Whether the address is part of something longer: a name of a file, a version, an identifier.
fn is_glued(text: &Folded<'_>, start: usize, end: usize) -> bool {
    let bytes = text.text().as_bytes();
    let before = start.checked_sub(1).map(|at| bytes[at]);
    let after = bytes.get(end).copied();
    let joins = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    before.is_some_and(joins) || after.is_some_and(joins)
}

fn names_network(text: &Folded<'_>, start: usize, end: usize) -> bool {
    let before = text::words(text, text::back(text, start, NEAR)..start);
    let after = text::words(text, end..text::forth(text, end, NEAR));
    before.chain(after).any(|word| NETWORK.contains(word))
}

/// Whether an address is one of the public internet (IANA, special-purpose address registry).
fn leads_somewhere(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || first == 0
        || first >= 224
        || (first == 100 && (64..128).contains(&second))
        || (first == 198 && matches!(second, 18 | 19))
        || (first == 192 && second == 0);
    // Resolvers that everybody names.
    let resolver = matches!(
        address.octets(),
        [1, 1, 1, 1] | [1, 0, 0, 1] | [8, 8, 8, 8] | [8, 8, 4, 4] | [9, 9, 9, 9]
    );
    !special && !resolver
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;

    #[test]
    fn public_addresses_are_found() {
        for (text, canonical) in [
            ("mon IP est 90.12.34.56.", "90.12.34.56"),
            ("http://51.159.20.3/admin", "51.159.20.3"),
            ("IP: 2.3.4.5", "2.3.4.5"),
            ("connexion depuis 82.64.1.2:443", "82.64.1.2"),
            ("2a01:cb00:12::34", "2a01:cb00:12::34"),
            ("ipv6 : 2A01:E0A:1:2:3:4:5:6", "2a01:e0a:1:2:3:4:5:6"),
            ("2a01:cb00:12::34:", "2a01:cb00:12::34"),
        ] {
            assert_eq!(canonicals(find, text), [canonical], "{text}");
        }
    }

    #[test]
    fn local_addresses_versions_and_times_pass() {
        for text in [
            "imprimante 192.168.1.20, passerelle 10.0.0.1, 127.0.0.1, 172.16.3.4",
            "exemple 203.0.113.7 et 2001:db8::1 et fe80::1 et ::1",
            "version 90.12.34.56",
            "v90.12.34.56",
            "mise à jour 121.0.6167.85",
            "voir 1.2.3.4 Hygiène des mains",
            "le 12.05.24.10",
            "1.2.3.4.5",
            "logiciel-90.12.34.56",
            "TA 12.8.7",
            "12:30:45",
            "2.55.08.14",
            "1.2.250.1.213.1.4.8",
            "dns 8.8.8.8",
            "bed::face",
        ] {
            assert_eq!(canonicals(find, text), Vec::<String>::new(), "{text}");
        }
    }
}

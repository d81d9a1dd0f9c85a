//! Links: into domains that a rule denies, or, where it denies none, into every domain that it does not allow; and links that hide where
//! they lead.
//!
//! A denied domain counts wherever it stands, because clients make links of bare names. Without a list only what is plainly a link counts
//! (`https://…`, `www.…`, a path behind the name). A shortener counts with the path that is the link; its bare name is its home page.

use std::collections::HashSet;

use super::Finding;
use crate::moderation::{links::Host, normalise::Folded};

/// Links into some domains.
#[derive(Clone, Debug)]
pub struct Links {
    domains: HashSet<String>,
    /// Whether a path must follow.
    with_path: bool,
}

impl Links {
    /// Links into these domains and all under them; into any where there are none.
    pub fn new(domains: HashSet<String>) -> Self {
        Self {
            domains,
            with_path: false,
        }
    }

    /// Links by these shorteners.
    pub fn shortened(shorteners: HashSet<String>) -> Self {
        Self {
            domains: shorteners,
            with_path: true,
        }
    }

    /// Finds them; a host is its own canonical form.
    pub fn find(&self, text: &Folded<'_>, out: &mut Vec<Finding>) {
        let hosts = text.hosts().iter().filter(|host| self.counts(host));
        out.extend(hosts.map(|host| Finding::certain(host.name.clone(), host.span.clone())));
    }

    fn counts(&self, host: &Host) -> bool {
        if self.domains.is_empty() {
            return !self.with_path && (host.link || host.path);
        }
        (host.path || !self.with_path) && host.within(&self.domains).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;

    fn found(links: &Links, text: &str) -> Vec<String> {
        canonicals(|text, out| links.find(text, out), text)
    }

    #[test]
    fn a_denied_domain_is_found_with_everything_under_it() {
        let denied = Links::new(["evil.example".to_owned()].into());
        for text in [
            "https://evil.example",
            "voir evil.example",
            "hxxps://www.evil[.]example/x",
            "EVIL.Example/a?b",
            "ｅｖｉｌ．ｅｘａｍｐｌｅ",
        ] {
            assert_eq!(found(&denied, text).len(), 1, "{text}");
        }
        for text in ["https://good.example", "notevil.example", "a@evil.example"] {
            assert_eq!(found(&denied, text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn without_a_list_every_plain_link_is_found() {
        let all = Links::new(HashSet::new());
        assert_eq!(
            found(&all, "https://a.example et b.example/x"),
            ["a.example", "b.example"]
        );
        assert_eq!(found(&all, "c'est fini.Il dort"), Vec::<String>::new());
    }

    #[test]
    fn a_shortener_is_found_with_its_path() {
        let short = Links::shortened(["bit.ly".to_owned()].into());
        assert_eq!(found(&short, "https://bit.ly/3abc"), ["bit.ly"]);
        assert_eq!(found(&short, "bit[.]ly/3abc"), ["bit.ly"]);
        assert_eq!(found(&short, "évitez bit.ly"), Vec::<String>::new());
        assert_eq!(
            found(&Links::shortened(HashSet::new()), "https://a.example/b"),
            Vec::<String>::new()
        );
    }
}

//! What the join page sends: an account and a ticked box; and the language that its reader wants.

use ruma::{OwnedUserId, ServerName, UserId};

use crate::community::definition::Locale;

/// What was filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Form {
    /// The account, as it was typed.
    pub(crate) id: String,
    /// The box is ticked.
    pub(crate) read: bool,
}

impl Form {
    /// Reads `application/x-www-form-urlencoded`; what is not of the form is left aside.
    pub(crate) fn read(body: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in url::form_urlencoded::parse(body) {
            match &*name {
                "id" => value.trim().clone_into(&mut form.id),
                "read" => form.read = true,
                _ => {}
            }
        }
        form
    }

    /// The account that is meant, also without `@`, as a link, or by its name alone, which is then one of this homeserver. Names of accounts
    /// are in small letters; telephones begin with a large one.
    pub(crate) fn account(&self, server: &ServerName) -> Option<OwnedUserId> {
        let typed = self.id.trim();
        let linked = typed.strip_prefix("https://matrix.to/#/");
        let name = linked.map_or(typed, |it| it.split('?').next().unwrap_or_default());
        let name = name.strip_prefix('@').unwrap_or(name);
        let id = if name.contains(':') {
            format!("@{name}")
        } else {
            format!("@{name}:{server}")
        };
        let valid = |id: &str| {
            let user = UserId::parse(id).ok()?;
            let named = !user.localpart().is_empty() && user.validate_strict().is_ok();
            named.then_some(user)
        };
        valid(&id).or_else(|| valid(&id.to_lowercase()))
    }
}

/// The language that a reader wants: `lang` in the address, else what the browser prefers of those that there are.
pub(crate) fn wanted(query: &str, languages: &str) -> Option<Locale> {
    let chosen = url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "lang")
        .and_then(|(_, value)| named(&value));
    chosen.or_else(|| preferred(languages))
}

fn named(tag: &str) -> Option<Locale> {
    let tag = tag.trim();
    match tag
        .split('-')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
        .as_str()
    {
        "fr" => Some(Locale::Fr),
        "en" => Some(Locale::En),
        _ => None,
    }
}

/// `Accept-Language: de, fr;q=0.9, en;q=0.8` (RFC 9110, 12.5.4).
fn preferred(languages: &str) -> Option<Locale> {
    let offers = languages.split(',').filter_map(|part| {
        let (tag, parameters) = part.split_once(';').unwrap_or((part, ""));
        let weight = parameters.trim().strip_prefix("q=");
        let weight: f32 = weight.map_or(Some(1.0), |it| it.parse().ok())?;
        let locale = named(tag)?;
        (weight > 0.0).then_some((weight, locale))
    });
    let mut best: Option<(f32, Locale)> = None;
    for (weight, locale) in offers {
        if best.is_none_or(|(before, _)| weight > before) {
            best = Some((weight, locale));
        }
    }
    best.map(|(_, locale)| locale)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn account(id: &str) -> Option<String> {
        let form = Form {
            id: id.to_owned(),
            read: true,
        };
        let server = ServerName::parse("example.org").unwrap();
        form.account(&server).map(|user| user.to_string())
    }

    #[test]
    fn an_account_is_understood_as_people_write_it() {
        for typed in [
            "@camille:example.org",
            "camille:example.org",
            "@camille",
            "camille",
            " Camille ",
            "https://matrix.to/#/@camille:example.org",
        ] {
            assert_eq!(
                account(typed).as_deref(),
                Some("@camille:example.org"),
                "{typed}"
            );
        }
        for wrong in [
            "",
            "@",
            "@:example.org",
            "camille durand",
            "camille@example.org",
            "é",
            "@a:",
            "@a:b c",
        ] {
            assert_eq!(account(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_form_is_what_was_sent_and_nothing_else() {
        let form = Form::read(b"id=%40camille%3Aexample.org&read=1&role=owner&id=+");
        assert_eq!(
            (form.id.as_str(), form.read),
            ("", true),
            "the last one counts"
        );
        assert!(!Form::read(b"\xff%zz&&=&id=%ff").read);
    }

    #[test]
    fn the_address_then_the_browser_then_nobody_chooses_the_language() {
        for (query, languages, expected) in [
            ("lang=en", "fr", Some(Locale::En)),
            ("lang=de", "fr-CH, en;q=0.5", Some(Locale::Fr)),
            ("", "de, en;q=0.8, fr;q=0.9", Some(Locale::Fr)),
            ("", "en-GB,en;q=0.9,fr;q=0.9", Some(Locale::En)),
            ("", "fr;q=0, de", None),
            ("", "", None),
        ] {
            assert_eq!(wanted(query, languages), expected, "{query} {languages}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_sent_makes_it_panic(body in prop::collection::vec(any::<u8>(), 0..80), text in "\\PC{0,40}") {
            let _ = (Form::read(&body), wanted(&text, &text), account(&text));
        }
    }
}

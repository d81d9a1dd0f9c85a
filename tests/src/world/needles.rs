//! What Hygie may never print: its tokens, the database's password, what members wrote. Every world looks for them when it
//! ends in everything that its Hygie wrote, so that the whole suite is one test of it.

use super::World;

/// Shorter texts stand in logs by chance: a command's name, a room's.
const SHORTEST: usize = 8;

/// Something that must not be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle {
    what: &'static str,
    text: String,
}

impl Needle {
    /// `text`, which is `what` for those who read that it was found.
    pub fn new(what: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { what, text }
    }

    /// The words of a message, when they are long enough to be told from a log's own.
    pub fn message(body: &str) -> Option<Self> {
        let body = body.trim();
        (body.chars().count() >= SHORTEST).then(|| Self::new("what a member wrote", body))
    }
}

/// The needles in `haystack`, as they are or as they are escaped in JSON and in Rust's `Debug`: what each is, and the line that
/// it is in with the needle itself left out, for it must not be printed here either.
pub fn found(needles: &[Needle], haystack: &str) -> Vec<String> {
    let mut found = Vec::new();
    for needle in needles {
        let debug = format!("{:?}", needle.text);
        let json = serde_json::Value::from(needle.text.as_str()).to_string();
        let forms = [
            needle.text.as_str(),
            debug.trim_matches('"'),
            json.trim_matches('"'),
        ];
        let form = forms.into_iter().find(|form| haystack.contains(form));
        if let Some(form) = form {
            let line = haystack.replace(form, "[…]");
            let line = line.lines().find(|line| line.contains("[…]"));
            found.push(format!("{}: {}", needle.what, line.unwrap_or_default()));
        }
    }
    found
}

impl World {
    /// Everything that this world's Hygie may not print.
    fn needles(&mut self) -> Vec<Needle> {
        let mut needles = vec![
            Needle::new("the as_token", self.slot.as_token()),
            Needle::new("the hs_token", self.slot.hs_token()),
        ];
        let url = reqwest::Url::parse(&self.database).ok();
        if let Some(password) = url.as_ref().and_then(|url| url.password()) {
            needles.push(Needle::new("the database's password", password));
        }
        for member in self.members.get_mut().values() {
            needles.extend(
                member
                    .sent()
                    .iter()
                    .filter_map(|body| Needle::message(body)),
            );
        }
        needles
    }

    /// Panics when what Hygie wrote holds something that it may not print.
    pub(super) fn assert_nothing_secret_was_printed(&mut self) {
        let needles = self.needles();
        let printed = self.printed.get_mut();
        let printed = std::mem::take(printed.unwrap_or_else(std::sync::PoisonError::into_inner));
        let found = [found(&needles, &printed), found(&needles, &self.log())].concat();
        assert!(
            found.is_empty(),
            "Hygie printed what is secret ({}):\n{}",
            self.log_file().display(),
            found.join("\n")
        );
    }
}

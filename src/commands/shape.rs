//! What a community consists of, by command: making one, its groups and settings, rooms that existed before, new rooms for old ones,
//! archives and ends. One file per command; here is what several of them need.

pub(super) mod adopt;
pub(super) mod archive;
pub(super) mod close;
pub(super) mod create;
pub(super) mod group;
pub(super) mod set;
pub(super) mod upgrade;

use super::{
    context::{Answer, Context, Outcome, Refusal},
    words::unquoted,
};
use crate::{
    community::{
        definition::{Group, Invalid, Kind},
        record::Matter,
        snapshot::Community,
    },
    governance::deed::Opening,
    reply::Text,
};

/// The one community that a command is about; who belongs to several says which.
pub(super) fn one<'a>(context: &Context<'a>) -> Result<&'a Community, Refusal> {
    if context.community.is_some() {
        return context.community();
    }
    let own: Vec<_> = context.snapshot.communities_of(context.issuer()).collect();
    if own.is_empty() {
        return context.community();
    }
    let text = own
        .iter()
        .fold(Text::new("several-communities"), |text, it| {
            text.line("group-line")
                .with("name", it.definition.name.as_str())
                .code("id", &it.definition.id)
        });
    Err(Refusal::NotAllowed(text))
}

/// The group that is named, one that does not always exist.
fn ordinary(context: &Context, words: &str) -> Result<Group, Refusal> {
    if words.is_empty() {
        return Err(Text::new("group-missing").into());
    }
    let group = context.group(words)?;
    if group.kind.always_exists() {
        let text = Text::new("shape-always-there").with("group", group.name.as_str());
        return Err(Refusal::NotAllowed(text));
    }
    Ok(group)
}

/// Asks who gave the command whether they mean it: `line` is carried out once they say yes.
fn confirm(context: &Context, community: &Community, line: String, text: Text) -> Answer {
    let mut deed = context.deed(community);
    let opening = Opening {
        matter: Matter::Confirm { line: line.clone() },
        by: context.issuer().to_owned(),
        due: Some(context.now.plus(super::confirm::WAITS)),
        assignee: Some(context.issuer().to_owned()),
    };
    let Some(card) = deed.open_for_admins(opening, text) else {
        return Err(Refusal::NotAllowed(Text::new("shape-no-admins-room")));
    };
    let asked = Text::new("shape-confirm-asked")
        .code("words", line)
        .code("card", card);
    Ok(Outcome::of(deed.decision, asked))
}

/// What breaks a rule of the file, as an answer.
fn wrong(invalid: &Invalid) -> Text {
    Text::new("shape-wrong")
        .code("key", &invalid.path)
        .code("problem", &invalid.what)
}

/// Cuts `text` at the first of these phrases that stands in it as words of its own, outside of quotation marks.
fn cut<'a>(text: &'a str, phrases: &[&str]) -> Option<(&'a str, &'a str)> {
    let lower = text.to_ascii_lowercase();
    let mut closing = None;
    let mut after_space = true;
    for (at, letter) in text.char_indices() {
        if let Some(end) = closing {
            if letter == end {
                closing = None;
            }
        } else if after_space {
            let found = phrases.iter().find(|phrase| {
                lower[at..]
                    .strip_prefix(**phrase)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
            });
            if let Some(phrase) = found {
                let (before, rest) = text.split_at(at);
                return Some((before.trim(), rest[phrase.len()..].trim()));
            }
            closing = match letter {
                '"' => Some('"'),
                '«' => Some('»'),
                '“' => Some('”'),
                _ => None,
            }
            .filter(|end| text[at + letter.len_utf8()..].contains(*end));
        }
        after_space = letter.is_whitespace();
    }
    None
}

/// A name, in quotation marks or not, and what follows it when it has some.
fn named(text: &str) -> (&str, &str) {
    let closing = match text.chars().next() {
        Some('"') => '"',
        Some('«') => '»',
        Some('“') => '”',
        _ => return (text, ""),
    };
    let inside = text.char_indices().nth(1).map_or(text.len(), |(at, _)| at);
    match text[inside..].find(closing) {
        Some(length) => {
            let end = inside + length + closing.len_utf8();
            (unquoted(&text[..end]), text[end..].trim())
        }
        None => (unquoted(text), ""),
    }
}

/// The kind of group that a word names, in French or English, in small letters and without accents.
fn kind_called(word: &str) -> Option<Kind> {
    let word = super::words::fold(word).replace(' ', "-");
    let by_file = Kind::ALL.into_iter().find(|kind| kind.as_str() == word);
    by_file.or(match word.as_str() {
        "veille" | "veille-terrain" | "watch" => Some(Kind::FieldWatch),
        "soutien" | "entraide" => Some(Kind::Support),
        "soins" | "equipe-de-soins" => Some(Kind::CareTeam),
        "direction" | "encadrement" => Some(Kind::Leadership),
        "formation" => Some(Kind::Training),
        "convivialite" => Some(Kind::Social),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn phrases_are_found_outside_of_quotation_marks_only() {
        assert_eq!(
            cut("a \"B for C\" for D", &["for"]),
            Some(("a \"B for C\"", "D"))
        );
        assert_eq!(cut("formation", &["for"]), None);
        assert_eq!(cut("x Approuvé par Y", &["approuvé par"]), Some(("x", "Y")));
        assert_eq!(named("« Nord » veille"), ("Nord", "veille"));
        assert_eq!(named("Nord et Est"), ("Nord et Est", ""));
        assert_eq!(kind_called("Veille terrain"), Some(Kind::FieldWatch));
    }

    proptest! {
        #[test]
        fn cutting_never_panics(text in "\\PC{0,40}|((for|pour|«|»|\"|é|approuvé par) ?){0,9}") {
            let _ = (cut(&text, &["for", "approuvé par"]), named(&text), kind_called(&text));
        }
    }
}

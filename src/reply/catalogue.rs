//! The texts themselves: Fluent messages, one `.ftl` file per area and language, compiled into the program.
//!
//! Called by [`Text::render`](super::Text::render) only. In a message `**bold**`, `` `code` `` and lines that begin with
//! `- ` are all the Markdown there is, so that the plain form is the same message without its `**`.

use std::{borrow::Cow, sync::LazyLock};

use fluent_bundle::{
    FluentArgs, FluentError, FluentResource, FluentValue, concurrent::FluentBundle,
};
use unic_langid::LanguageIdentifier;

use super::{Argument, Locale, markdown};
use markdown::Form;

type Bundle = FluentBundle<FluentResource>;

macro_rules! areas {
    ($($area:literal),* $(,)?) => {
        [$((
            $area,
            include_str!(concat!("fr/", $area, ".ftl")),
            include_str!(concat!("en/", $area, ".ftl")),
        )),*]
    };
}

/// Every area: its name, its French and its English messages. A new `.ftl` file is a new word here.
const AREAS: [(&str, &str, &str); 22] = areas![
    "common",
    "commands",
    "governance",
    "safety",
    "sanctions",
    "pace",
    "moderation",
    "content",
    "announce",
    "cards",
    "roster",
    "admission",
    "conduct",
    "lists",
    "shape",
    "risks",
    "team",
    "tickets",
    "guard",
    "cases",
    "incident",
    "routes"
];

struct Catalogue {
    plain: Bundle,
    markdown: Bundle,
}

static FRENCH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(Locale::Fr).0);
static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(Locale::En).0);

impl Catalogue {
    /// Reads every area; what is wrong with the files is returned for the test, and left out otherwise.
    fn read(locale: Locale) -> (Self, Vec<String>) {
        let bundle = || {
            let language = match locale {
                Locale::Fr => "fr",
                Locale::En => "en",
            };
            let language: LanguageIdentifier = language.parse().expect("it is a language");
            let mut bundle = Bundle::new_concurrent(vec![language]);
            bundle.set_use_isolating(false);
            bundle
        };
        let mut catalogue = Self {
            plain: bundle(),
            markdown: bundle(),
        };
        let mut wrong = Vec::new();
        for (area, french, english) in AREAS {
            let source = match locale {
                Locale::Fr => french,
                Locale::En => english,
            };
            let mut add = |bundle: &mut Bundle, source: String| {
                let resource =
                    FluentResource::try_new(source).unwrap_or_else(|(resource, errors)| {
                        wrong.extend(errors.iter().map(|error| format!("{area}: {error}")));
                        resource
                    });
                if let Err(errors) = bundle.add_resource(resource) {
                    wrong.extend(errors.iter().map(|error| format!("{area}: {error}")));
                }
            };
            add(&mut catalogue.markdown, source.to_owned());
            add(&mut catalogue.plain, source.replace("**", ""));
        }
        (catalogue, wrong)
    }

    fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::Fr => &FRENCH,
            Locale::En => &ENGLISH,
        }
    }
}

/// Says the message `key` with these arguments. A key that does not exist is said as it is.
pub(super) fn say(locale: Locale, key: &str, args: &[(String, Argument)], form: Form) -> String {
    let (text, _errors) = format(locale, key, args, form);
    text
}

/// As [`say`], with what Fluent found wrong: an argument that was not given, for instance.
fn format(
    locale: Locale,
    key: &str,
    args: &[(String, Argument)],
    form: Form,
) -> (String, Vec<FluentError>) {
    let bundle = match form {
        Form::Plain => &Catalogue::of(locale).plain,
        Form::Markdown => &Catalogue::of(locale).markdown,
    };
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        return (key.to_owned(), Vec::new());
    };
    let args: FluentArgs = args
        .iter()
        .map(|(name, value)| (name.as_str(), written(locale, value, form)))
        .collect();
    let mut errors = Vec::new();
    let text = bundle
        .format_pattern(pattern, Some(&args), &mut errors)
        .into_owned();
    (text, errors)
}

/// An argument in a language and form.
fn written<'a>(locale: Locale, value: &'a Argument, form: Form) -> FluentValue<'a> {
    let text: Cow<'a, str> = match value {
        Argument::Number(number) => return FluentValue::from(*number),
        Argument::Plain(text) => markdown::text(text, form),
        Argument::Code(text) => markdown::code(text, form).into(),
        Argument::User(id) => markdown::user(id, form),
        Argument::Text(text) => {
            let lines = text
                .lines
                .iter()
                .map(|line| say(locale, &line.key, &line.args, form));
            lines.collect::<Vec<_>>().join("\n").into()
        }
    };
    FluentValue::String(text)
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        fs,
        path::{Path, PathBuf},
    };

    use fluent_syntax::ast::{
        CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement,
    };
    use regex::Regex;

    use super::*;
    use crate::reply::Text;

    type Names = BTreeSet<String>;

    fn in_pattern(pattern: &Pattern<&str>, names: &mut Names) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                in_expression(expression, names);
            }
        }
    }

    fn in_expression(expression: &Expression<&str>, names: &mut Names) {
        match expression {
            Expression::Inline(inline) => in_inline(inline, names),
            Expression::Select { selector, variants } => {
                in_inline(selector, names);
                for variant in variants {
                    in_pattern(&variant.value, names);
                }
            }
        }
    }

    fn in_inline(inline: &InlineExpression<&str>, names: &mut Names) {
        match inline {
            InlineExpression::VariableReference { id } => {
                names.insert(id.name.to_owned());
            }
            InlineExpression::FunctionReference {
                arguments: CallArguments { positional, .. },
                ..
            } => {
                for argument in positional {
                    in_inline(argument, names);
                }
            }
            InlineExpression::Placeable { expression } => in_expression(expression, names),
            _ => {}
        }
    }

    /// The messages of a source with the names of their arguments.
    fn messages(source: &str) -> BTreeMap<String, Names> {
        let resource = fluent_syntax::parser::parse(source).unwrap();
        let messages = resource.body.iter().filter_map(|entry| match entry {
            Entry::Message(message) => {
                let mut names = Names::new();
                in_pattern(message.value.as_ref().unwrap(), &mut names);
                Some((message.id.name.to_owned(), names))
            }
            _ => None,
        });
        messages.collect()
    }

    fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                rust_files(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }

    fn src() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
    }

    #[test]
    fn every_message_file_reads_without_an_error_and_no_key_is_there_twice() {
        for locale in [Locale::Fr, Locale::En] {
            assert_eq!(Catalogue::read(locale).1, Vec::<String>::new());
        }
    }

    #[test]
    fn both_languages_have_the_same_keys_with_the_same_arguments() {
        for (area, french, english) in AREAS {
            assert_eq!(messages(french), messages(english), "in {area}.ftl");
        }
    }

    #[test]
    fn every_message_file_of_the_folders_is_an_area() {
        let areas: BTreeSet<String> = AREAS
            .iter()
            .map(|(area, ..)| format!("{area}.ftl"))
            .collect();
        for language in ["fr", "en"] {
            let files = fs::read_dir(src().join("reply").join(language)).unwrap();
            let files: BTreeSet<String> = files
                .map(|it| it.unwrap().file_name().into_string().unwrap())
                .collect();
            assert_eq!(files, areas, "in {language}");
        }
    }

    #[test]
    fn every_key_that_the_program_says_exists() {
        let known: BTreeSet<String> = AREAS
            .iter()
            .flat_map(|(_, french, _)| messages(french).into_keys())
            .collect();
        let said = Regex::new(r#"(?:Text::new|\.line)\(\s*"([^"]*)""#).unwrap();
        let mut files = Vec::new();
        rust_files(&src(), &mut files);
        let mut found = 0;
        for file in files {
            let source = fs::read_to_string(&file).unwrap();
            let program = source
                .split("#[cfg(test)]\nmod tests {")
                .next()
                .unwrap_or_default();
            for said in said.captures_iter(program) {
                assert!(
                    known.contains(&said[1]),
                    "{} says the unknown key `{}`",
                    file.display(),
                    &said[1]
                );
                found += 1;
            }
        }
        assert!(
            found > 20,
            "the scan found only {found} keys: it looks for the wrong words"
        );
    }

    #[test]
    fn messages_use_only_the_markdown_that_the_plain_form_can_drop() {
        let link = Regex::new(r"\]\(|(^|[^*\n ])\*([^*\[]|$)|__").unwrap();
        for (area, french, english) in AREAS {
            for line in french
                .lines()
                .chain(english.lines())
                .filter(|line| !line.starts_with('#'))
            {
                assert!(!link.is_match(line), "{area}.ftl: {line}");
            }
        }
    }

    /// What a stranger may be called, or write.
    const HOSTILE: &str = "<b onclick=x>&\"'</b><script>x</script>\n# t\n- i\n> q\r\n\n@room **g** *i* `c` [l](https://evil.example) \
        <https://evil.example> ![p](mxc://s/1) https://matrix.to/#/@room:s { $x } {\"{\"} &lt;b&gt; \\ ~~s~~ |a|b| 1. x\t***\u{202e}\0\u{1b}[31m";

    /// The tags of HTML, and what is left of it.
    fn parted(html: &str) -> (Vec<&str>, String) {
        let mut tags = Vec::new();
        let mut text = String::new();
        for (at, part) in html.split('<').enumerate() {
            let (tag, after) = if at == 0 {
                ("", part)
            } else {
                part.split_once('>').unwrap()
            };
            tags.extend((at > 0).then_some(tag));
            text.push_str(after);
        }
        (tags, text)
    }

    #[test]
    fn words_from_outside_are_inert_in_every_message() {
        // Every way in which words come into a message, and the tags that it may add.
        type Way = fn(&str) -> Argument;
        let ways: [(Way, &[&str]); 4] = [
            (|words| Argument::Plain(words.to_owned()), &[]),
            (|words| Argument::Code(words.to_owned()), &["code", "/code"]),
            (|words| Argument::User(words.to_owned()), &[]),
            (
                |words| {
                    Text::new("group-line")
                        .with("name", words)
                        .code("id", words)
                        .into()
                },
                &["code", "/code"],
            ),
        ];
        let mut tried = 0;
        for (area, french, english) in AREAS {
            for (locale, source) in [(Locale::Fr, french), (Locale::En, english)] {
                for (key, names) in messages(source) {
                    for (way, more) in ways {
                        let with = |words: &str| {
                            let text = Text::new(&key);
                            names
                                .iter()
                                .fold(text, |text, name| text.with(name, way(words)))
                                .render(locale)
                        };
                        let (harmless, hostile) = (with("w"), with(HOSTILE));
                        let (known, _) = parted(&harmless.html);
                        let (tags, shown) = parted(&hostile.html);
                        let new: Vec<_> = tags
                            .iter()
                            .filter(|tag| !known.contains(tag) && !more.contains(tag))
                            .collect();
                        assert!(new.is_empty(), "{area}/{key}: {new:?} in {}", hostile.html);
                        assert!(
                            tags.len() <= known.len() + more.len(),
                            "{area}/{key}: {}",
                            hostile.html
                        );
                        assert_eq!(
                            hostile.body.lines().count(),
                            harmless.body.lines().count(),
                            "{area}/{key}"
                        );
                        for text in [&hostile.body, &shown] {
                            let stray = |it: char| it.is_control() && it != '\n';
                            assert!(!text.contains(stray), "{area}/{key}: {text:?}");
                        }
                        tried += 1;
                    }
                }
            }
        }
        assert!(tried > 1_000, "only {tried}");
    }

    #[test]
    fn a_missing_key_is_said_as_it_is_and_a_missing_argument_is_noticed() {
        assert_eq!(
            say(Locale::Fr, "no-such-key", &[], Form::Plain),
            "no-such-key"
        );
        let (_, errors) = format(Locale::En, "unknown-command", &[], Form::Plain);
        assert!(!errors.is_empty());
    }

    #[test]
    fn a_display_name_full_of_markdown_stays_text() {
        let name = "*x* <b> [a](https://evil) `c` \n# h &amp; ~~s~~ _u_ 1. \\";
        let rendered = Text::new("unknown-person")
            .with("person", name)
            .render(Locale::En);
        let flat = "*x* <b> [a](https://evil) `c` # h &amp; ~~s~~ _u_ 1. \\";
        assert!(rendered.body.contains(flat), "{}", rendered.body);
        let html = "*x* &lt;b&gt; [a](https://evil) `c` # h &amp;amp; ~~s~~ _u_ 1. \\";
        assert!(rendered.html.contains(html), "{}", rendered.html);
    }

    #[test]
    fn a_user_is_a_pill_and_bold_is_bold_in_html_only() {
        let user = Argument::User("@awa:example.org".to_owned());
        let text = Text::new("community-title")
            .with("name", "Nord")
            .line("community-owner")
            .with("person", user);
        let rendered = text.render(Locale::En);
        assert!(
            rendered.html.contains("<strong>Nord</strong>"),
            "{}",
            rendered.html
        );
        assert!(!rendered.body.contains('*'), "{}", rendered.body);
        let pill = r#"<a href="https://matrix.to/#/@awa:example.org">@awa:example.org</a>"#;
        assert!(rendered.html.contains(pill), "{}", rendered.html);
        assert!(rendered.body.contains("@awa:example.org") && !rendered.body.contains("matrix.to"));
    }

    #[test]
    fn a_text_inside_a_text_is_said_in_the_same_language_and_not_escaped_twice() {
        let inner = Text::new("role-owner");
        let rendered = Text::new("community-role")
            .with("role", inner)
            .render(Locale::Fr);
        assert!(rendered.body.contains("responsable"), "{}", rendered.body);
        assert!(!rendered.html.contains('\\'), "{}", rendered.html);
    }
}

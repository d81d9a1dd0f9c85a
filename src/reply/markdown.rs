//! From light Markdown to what Matrix clients show, and how a stranger's words are put into it without becoming Markdown.

use std::borrow::Cow;

use pulldown_cmark::{Event, Options, Parser, html};
use ruma::UserId;

/// For whom a message is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `body`: plain text.
    Plain,
    /// The source of `formatted_body`.
    Markdown,
}

/// HTML (`org.matrix.custom.html`) of Markdown; HTML in it becomes text, and a line break is kept.
pub(super) fn to_html(markdown: &str) -> String {
    let source = close_lists(markdown);
    let events = Parser::new_ext(&source, Options::empty()).map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        Event::SoftBreak => Event::HardBreak,
        other => other,
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    let out = out.trim();
    let inside = out
        .strip_prefix("<p>")
        .and_then(|out| out.strip_suffix("</p>"));
    inside
        .filter(|inside| !inside.contains("<p>"))
        .unwrap_or(out)
        .to_owned()
}

/// Ends a list where the next line is not of it: in Markdown that line would go on with the last item.
fn close_lists(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len() + 8);
    let mut in_list = false;
    for line in markdown.lines() {
        let item = line.starts_with("- ") || (in_list && line.starts_with("  "));
        if in_list && !item {
            out.push('\n');
        }
        in_list = item;
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// Words from outside: on one line, and never read as Markdown.
pub(super) fn text(words: &str, form: Form) -> Cow<'_, str> {
    match form {
        Form::Plain => on_one_line(words),
        Form::Markdown => {
            let words = on_one_line(words);
            let mut out = String::with_capacity(words.len());
            for character in words.chars() {
                if character.is_ascii_punctuation() {
                    out.push('\\');
                }
                out.push(character);
            }
            out.into()
        }
    }
}

/// Words shown as code; in Markdown the fence is longer than any run of backticks in them.
pub(super) fn code(words: &str, form: Form) -> String {
    let words = on_one_line(words);
    match form {
        Form::Plain => format!("`{words}`"),
        Form::Markdown => {
            let longest = words
                .split(|character| character != '`')
                .map(str::len)
                .max()
                .unwrap_or(0);
            let fence = "`".repeat(longest + 1);
            if longest == 0 {
                format!("{fence}{words}{fence}")
            } else {
                format!("{fence} {words} {fence}")
            }
        }
    }
}

/// The longest id there is, in bytes (specification, "Common Namespace").
const LONGEST_ID: usize = 255;

/// A user: the id, and in Markdown a link that clients show as a pill. What is too long for an id fills no screen.
pub(super) fn user(id: &str, form: Form) -> Cow<'_, str> {
    if id.len() > LONGEST_ID {
        let beginning = &id[..id.floor_char_boundary(LONGEST_ID)];
        return format!("{}…", text(beginning, form)).into();
    }
    match (form, UserId::parse(id)) {
        (Form::Markdown, Ok(user)) => {
            format!("[{}](<{}>)", text(id, Form::Markdown), user.matrix_to_uri()).into()
        }
        _ => text(id, form),
    }
}

/// On one line, and without the invisible characters that turn the direction of writing or hide letters: a stranger's name
/// must not look like something else.
fn on_one_line(words: &str) -> Cow<'_, str> {
    let breaks = |character: char| {
        character.is_control()
            || misleads(character)
            || matches!(character, '\u{2028}' | '\u{2029}')
    };
    if words.contains(breaks) || words.contains("  ") || words.trim() != words {
        let words = words.split(|character: char| character.is_whitespace() || breaks(character));
        words
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
            .into()
    } else {
        words.into()
    }
}

/// Marks of direction (bidirectional text), tags, and letters without width, other than the joiners that scripts and emoji need.
fn misleads(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_paragraph_has_no_paragraph_around_it_and_lines_stay_lines() {
        assert_eq!(to_html("Bonjour **toi**"), "Bonjour <strong>toi</strong>");
        assert_eq!(to_html("a\nb"), "a<br />\nb");
        assert_eq!(to_html("a\n\nb"), "<p>a</p>\n<p>b</p>");
    }

    #[test]
    fn html_in_the_source_is_shown_and_not_obeyed() {
        assert_eq!(
            to_html("<script>x</script> a <b>c</b>"),
            "&lt;script&gt;x&lt;/script&gt; a &lt;b&gt;c&lt;/b&gt;"
        );
        assert!(!to_html("<div>\n<img src=x>\n</div>").contains("<img"));
    }

    #[test]
    fn a_line_after_a_list_is_not_of_the_list() {
        assert_eq!(
            to_html("t\n- a\n- b\nafter"),
            "<p>t</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<p>after</p>"
        );
    }

    #[test]
    fn what_is_too_long_for_an_id_is_shortened_and_no_link() {
        let id = |length: usize| format!("@{}:s", "é".repeat((length - 3) / 2));
        let (longest, long) = (id(255), id(257));
        assert_eq!(user(&longest, Form::Plain), longest);
        for form in [Form::Markdown, Form::Plain] {
            let shown = user(&long, form);
            assert!(
                shown.ends_with('…') && !shown.contains("matrix.to"),
                "{shown}"
            );
        }
    }

    #[test]
    fn code_with_backticks_stays_code() {
        assert_eq!(
            to_html(&code("a`b``c", Form::Markdown)),
            "<code>a`b``c</code>"
        );
        assert_eq!(
            to_html(&code("!hygie help", Form::Markdown)),
            "<code>!hygie help</code>"
        );
    }

    #[test]
    fn a_strangers_name_cannot_turn_the_writing_around_or_break_the_line() {
        let name = "Samir\u{202e}nimda\u{2028}✅ Hygie\u{2066}\u{200b}\u{7}\u{feff}\u{2029}ok";
        for form in [Form::Plain, Form::Markdown] {
            let shown = to_html(&text(name, form));
            assert!(!shown.contains(misleads), "{shown:?}");
            assert!(
                !shown.contains(['\u{2028}', '\u{2029}', '\u{7}', '\n']),
                "{shown:?}"
            );
        }
        assert_eq!(
            text("می\u{200c}خواهم 👩\u{200d}⚕️", Form::Plain),
            "می\u{200c}خواهم 👩\u{200d}⚕️"
        );
    }

    #[test]
    fn a_strange_user_id_cannot_break_out_of_its_pill() {
        let html = to_html(&user("@a)](b>:example.org", Form::Markdown));
        assert!(
            html.matches("<a ").count() <= 1 && !html.contains("href=\"b"),
            "{html}"
        );
    }

    proptest! {
        #[test]
        fn words_from_outside_come_out_as_the_same_words(words in "[ -~éà\n\t]{0,40}") {
            let html = to_html(&format!("x {} y", text(&words, Form::Markdown)));
            let shown = html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
            let flat = format!("x {} y", text(&words, Form::Plain));
            prop_assert_eq!(shown, flat);
        }
    }
}

//! The text and the speaking attributes of a `formatted_body`.
//!
//! Called by [`extract`](super::extract). This is a tokenizer of our own and not `ruma::html`, because that one builds a
//! tree: 64 KiB of nested tags take it quadratic time and, when the tree is dropped, a stack as deep as the nesting.
//! Here every byte is looked at once. Nothing is displayed from the result, so leniency harms nobody: a tag that a
//! client would throw away is searched as well.

use std::borrow::Cow;

/// What stands in a piece of HTML.
#[derive(Debug, PartialEq, Eq)]
pub struct Extracted<'a> {
    /// The text with tags taken away: inline tags join, block tags end the line.
    pub text: Cow<'a, str>,
    /// The values of the attributes that carry text or a target, one a line.
    pub attributes: String,
}

/// Attributes of which a reader sees the value, or which a click follows.
const SPEAKING: [&str; 5] = ["href", "alt", "title", "data-mx-spoiler", "data-mx-maths"];

/// Takes text and attributes out of `html`, in one pass.
pub fn extract(html: &str) -> Extracted<'_> {
    let mut attributes = String::new();
    if !html.contains(['<', '&']) {
        return Extracted {
            text: Cow::Borrowed(html),
            attributes,
        };
    }
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        decode_into(&rest[..at], &mut text);
        rest = &rest[at + 1..];
        let Some(first) = rest.bytes().next() else {
            text.push('<');
            break;
        };
        match first {
            b'!' if rest.starts_with("!--") => rest = after_comment(&rest[3..]),
            b'/' if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) => {
                let name = name_of(&rest[1..]);
                interrupt(name, &mut text);
                // Browsers read attributes here too, and drop them; other readers end the tag at the first `>`, and show
                // what browsers take for a value.
                rest = attributes_of(&rest[1 + name.len()..], |_| true, &mut attributes);
            }
            // What browsers take for a comment.
            b'!' | b'?' | b'/' => rest = rest.split_once('>').map_or("", |(_, after)| after),
            b'a'..=b'z' | b'A'..=b'Z' => {
                let name = name_of(rest);
                interrupt(name, &mut text);
                rest = attributes_of(&rest[name.len()..], speaks, &mut attributes);
            }
            _ => text.push('<'),
        }
    }
    decode_into(rest, &mut text);
    Extracted {
        text: Cow::Owned(text),
        attributes,
    }
}

/// What follows a comment of which `rest` comes after the `<!--`. As browsers read it (HTML, "Comment start state"): `>` and
/// `->` end it at once, `-->` and `--!>` anywhere; what nothing ends goes to the end.
pub(crate) fn after_comment(rest: &str) -> &str {
    for ending in [">", "->"] {
        if let Some(after) = rest.strip_prefix(ending) {
            return after;
        }
    }
    let dashes = rest.match_indices("--").map(|(at, _)| at);
    // Three dashes hold two pairs.
    let pairs = dashes.flat_map(|at| [at, at + 1]);
    let mut ends = pairs.filter_map(|at| {
        let after = rest[at..].strip_prefix("--")?;
        after.strip_prefix('>').or_else(|| after.strip_prefix("!>"))
    });
    ends.next().unwrap_or("")
}

/// The name that a tag begins with.
pub(crate) fn name_of(tag: &str) -> &str {
    let end = tag
        .find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'))
        .unwrap_or(tag.len());
    &tag[..end]
}

/// A cell ends a word, any other block ends a line; inline tags, and unknown ones, which clients drop, interrupt nothing.
fn interrupt(name: &str, text: &mut String) {
    const BLOCKS: [&str; 21] = [
        "blockquote",
        "br",
        "caption",
        "details",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "mx-reply",
        "ol",
        "p",
        "pre",
        "summary",
        "table",
        "tr",
        "ul",
    ];
    let is = |known: &str| known.eq_ignore_ascii_case(name);
    if BLOCKS.into_iter().any(is) {
        text.push('\n');
    } else if is("td") || is("th") {
        text.push(' ');
    }
}

/// What stands next inside a tag.
pub(crate) enum Next<'a> {
    /// The tag ends, or the text does; this follows it.
    End(&'a str),
    /// An attribute with its value as it is written, and what follows it.
    Attribute(&'a str, Option<&'a str>, &'a str),
}

/// Reads the attribute at the start of `rest`, which is inside a tag.
pub(crate) fn next_attribute(rest: &str) -> Next<'_> {
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
    let Some(first) = rest.bytes().next() else {
        return Next::End("");
    };
    if first == b'>' {
        return Next::End(&rest[1..]);
    }
    // A leading "=" belongs to the name, so that each round takes at least one character.
    let end = rest
        .char_indices()
        .skip(1)
        .find(|(_, c)| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '='))
        .map_or(rest.len(), |(at, _)| at);
    let (name, after) = rest.split_at(end);
    let Some(value) = after.trim_ascii_start().strip_prefix('=') else {
        return Next::Attribute(name, None, after);
    };
    let value = value.trim_ascii_start();
    let (value, after) = match value.bytes().next() {
        Some(b'"') => value[1..].split_once('"').unwrap_or((&value[1..], "")),
        Some(b'\'') => value[1..].split_once('\'').unwrap_or((&value[1..], "")),
        _ => value.split_at(
            value
                .find(|c: char| c.is_ascii_whitespace() || c == '>')
                .unwrap_or(value.len()),
        ),
    };
    Next::Attribute(name, Some(value), after)
}

/// Whether a reader sees, or follows, the value of the attribute `name`.
fn speaks(name: &str) -> bool {
    let is = |known: &str| known.eq_ignore_ascii_case(name);
    SPEAKING.into_iter().any(is)
}

/// Reads attributes up to the tag's end, takes the values of those that are `wanted`, and returns what follows it.
fn attributes_of<'a>(mut rest: &'a str, wanted: fn(&str) -> bool, out: &mut String) -> &'a str {
    loop {
        let (name, value, after) = match next_attribute(rest) {
            Next::End(after) => return after,
            Next::Attribute(name, value, after) => (name, value, after),
        };
        if let Some(value) = value
            && wanted(name)
        {
            decode_into(value, out);
            out.push('\n');
        }
        rest = after;
    }
}

/// Appends `raw` with character references decoded as browsers do, also those without a semicolon.
fn decode_into(raw: &str, out: &mut String) {
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some((letters, after)) = reference(rest) {
            out.extend(letters.into_iter().flatten());
            rest = after;
        } else {
            out.push('&');
        }
    }
    out.push_str(rest);
}

/// The characters of the reference whose `&` stands before `rest`, and what follows it.
pub(crate) fn reference(rest: &str) -> Option<([Option<char>; 2], &str)> {
    match rest.strip_prefix('#') {
        Some(number) => numeric(number).map(|(letter, after)| ([Some(letter), None], after)),
        None => named(rest),
    }
}

/// The character of `49;` or `x31`, and what follows it.
fn numeric(number: &str) -> Option<(char, &str)> {
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16),
        None => (number, 10),
    };
    let end = digits
        .find(|c: char| !c.is_digit(radix))
        .unwrap_or(digits.len());
    if end == 0 {
        return None;
    }
    // As many zeros in front as one likes; what is no number of a character is shown as its replacement.
    let code = u32::from_str_radix(&digits[..end], radix).unwrap_or(u32::MAX);
    let letter = char::from_u32(code).filter(|letter| *letter != '\0');
    let after = &digits[end..];
    let after = after.strip_prefix(';').unwrap_or(after);
    Some((letter.unwrap_or(char::REPLACEMENT_CHARACTER), after))
}

/// The characters of `amp;`, or of the longest name without a semicolon that `rest` begins with, and what follows them.
fn named(rest: &str) -> Option<([Option<char>; 2], &str)> {
    /// The longest name there is, `CounterClockwiseContourIntegral;`.
    const LONGEST: usize = 32;
    let name = rest.bytes().take(LONGEST);
    let name = name.take_while(u8::is_ascii_alphanumeric).count();
    let whole = name + usize::from(rest[name..].starts_with(';'));
    (2..=whole.min(LONGEST)).rev().find_map(|end| {
        // The table has the beginnings of names too, as zeros.
        let (first, second) = *web_atoms::NAMED_ENTITIES.get(&rest[..end])?;
        let letter = |code| char::from_u32(code).filter(|letter| *letter != '\0');
        letter(first).map(|first| ([Some(first), letter(second)], &rest[end..]))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ruma::html::{Html, NodeData, NodeRef};

    use super::*;

    #[test]
    fn tags_inside_a_word_are_taken_away_and_blocks_end_the_line() {
        for (html, text) in [
            ("1<b></b>84", "184"),
            ("1<!-- 2 -->84", "184"),
            (
                "1<!-->8<!--->4<!-- --!>5<!---->6<!-- ---!>7<!-- --",
                "184567",
            ),
            ("06<span data-mx-color='#fff'>12</span>", "0612"),
            ("a<br>b<br/>c", "a\nb\nc"),
            (
                "<table><tr><td>1</td><td>2</td></tr></table>",
                "\n\n 1  2 \n\n",
            ),
            ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2"),
            ("a&nbsp;b&#64;c&#x2E;d&commat;e", "a\u{a0}b@c.d@e"),
            (
                "&unknown; &#xZZ; &#1114112; &",
                "&unknown; &#xZZ; \u{FFFD} &",
            ),
            ("jean&#64exemple&#x0000000000000002E;fr", "jean@exemple.fr"),
            (
                "06&nbsp39&MediumSpace;98&sup1;2&ampx&notit;",
                "06\u{a0}39\u{205f}98¹2&x¬it;",
            ),
            ("<unknown-tag>x</unknown-tag>", "x"),
            ("x<a", "x"),
            ("a</b x=\"><i y=\">06 39</i>\">12", "a06 39\">12"),
            ("a</>b</ c>d</1>e", "abde"),
            ("x<", "x<"),
            ("é<é", "é<é"),
        ] {
            assert_eq!(extract(html).text, text, "{html}");
        }
    }

    #[test]
    fn attributes_that_speak_are_kept() {
        let html = "<a href=\"https://a.example/?x=1&amp;y\" target=_blank>t</a>\
            <img src=mxc://s/i alt='l&apos;image' TITLE = titre><span data-mx-spoiler=\"raison\">s</span>";
        assert_eq!(
            extract(html).attributes,
            "https://a.example/?x=1&y\nl'image\ntitre\nraison\n"
        );
    }

    #[test]
    fn unclosed_things_end_with_the_text() {
        for html in [
            "<a href=\"x",
            "<a href='",
            "<a href=",
            "<a = = >",
            "<!--",
            "</",
            "<p/",
            "<a =",
        ] {
            let _ = extract(html);
        }
    }

    fn text_by_ruma(node: Option<NodeRef>, out: &mut String) {
        let mut next = node;
        while let Some(node) = next {
            if let NodeData::Text(text) = node.data() {
                out.push_str(&text.borrow());
            }
            text_by_ruma(node.first_child(), out);
            next = node.next_sibling();
        }
    }

    proptest! {
        #[test]
        fn inline_html_has_the_same_text_as_in_rumas_parser(
            parts in prop::collection::vec(("[a-z0-9 @.]{0,6}", "b|i|em|span|code|u", "&amp;|&#64;|&#x31;|"), 0..8)
        ) {
            let html = parts.iter().fold(String::new(), |html, (text, tag, reference)| {
                html + format!("{text}<{tag} title=\"x\">{text}</{tag}>{reference}").as_str()
            });
            let mut expected = String::new();
            text_by_ruma(Html::parse(&html).first_child(), &mut expected);
            prop_assert_eq!(extract(&html).text.into_owned(), expected);
        }

        #[test]
        fn arbitrary_html_never_panics(html in "(<|>|&|\"|'|=|/|!|-|#|a|1|é|\\PC){0,80}") {
            let _ = extract(&html);
        }
    }
}

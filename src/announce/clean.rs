//! The HTML of an announcement, made safe for its copies: what the Matrix specification allows (v1.15, "m.room.message
//! msgtypes"), and nothing else.
//!
//! Called for every copy. One pass over the tokens, no tree: 64 KiB of open tags make a parser's tree so deep that dropping
//! it overflows the stack, or so large that it fills the memory. And a list of what is allowed, attribute by attribute:
//! ruma 0.16 stops looking at the first attribute that it has no rule for, and lets `<a class="" href="javascript:…">` pass.
//! What comes out is well-formed, and cleaning it again changes nothing.

use crate::moderation::html::{Next, after_comment, name_of, next_attribute, reference};

/// The deepest nesting that the specification advises clients to show. Deeper tags are left out, their words stay.
const DEEPEST: usize = 100;

/// Allowed tags with their allowed attributes.
const ALLOWED: [(&str, &[&str]); 37] = [
    ("a", &["href", "target"]),
    ("b", &[]),
    ("blockquote", &[]),
    ("br", &[]),
    ("caption", &[]),
    ("code", &["class"]),
    ("del", &[]),
    ("details", &[]),
    ("div", &["data-mx-maths"]),
    ("em", &[]),
    ("h1", &[]),
    ("h2", &[]),
    ("h3", &[]),
    ("h4", &[]),
    ("h5", &[]),
    ("h6", &[]),
    ("hr", &[]),
    ("i", &[]),
    ("img", &["alt", "height", "src", "title", "width"]),
    ("li", &[]),
    ("ol", &["start"]),
    ("p", &[]),
    ("pre", &[]),
    ("s", &[]),
    (
        "span",
        &[
            "data-mx-bg-color",
            "data-mx-color",
            "data-mx-maths",
            "data-mx-spoiler",
        ],
    ),
    ("strong", &[]),
    ("sub", &[]),
    ("summary", &[]),
    ("sup", &[]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &[]),
    ("th", &[]),
    ("thead", &[]),
    ("tr", &[]),
    ("u", &[]),
    ("ul", &[]),
];

/// Tags that stand alone.
const VOID: [&str; 3] = ["br", "hr", "img"];
/// Where a link may lead; `matrix` is what clients write for people and rooms.
const SCHEMES: [&str; 6] = ["https", "http", "ftp", "mailto", "magnet", "matrix"];
/// Tags that go with everything in them: the quotation of a reply, and what is no text.
const QUOTATION: &str = "mx-reply";
const REMOVED: [&str; 2] = ["script", "style"];

/// The safe form of `html`.
pub(crate) fn clean(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut open: Vec<&'static str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        escape_into(&rest[..at], &mut out);
        rest = &rest[at + 1..];
        match rest.bytes().next() {
            Some(b'!') if rest.starts_with("!--") => rest = after_comment(&rest[3..]),
            Some(b'/') if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) => {
                let name = name_of(&rest[1..]);
                close(name, &mut open, &mut out);
                rest = Tag::read(name, &rest[1 + name.len()..]).1;
            }
            // What browsers take for a comment.
            Some(b'!' | b'?' | b'/') => rest = after(rest, '>'),
            Some(b'a'..=b'z' | b'A'..=b'Z') => {
                let name = name_of(rest);
                let (tag, next) = Tag::read(name, &rest[name.len()..]);
                rest = next;
                if name.eq_ignore_ascii_case(QUOTATION) {
                    rest = after_quotation(rest);
                } else if let Some(removed) = is_one_of(&REMOVED, name) {
                    rest = after_closing(rest, removed);
                } else if let Some(tag) = tag
                    && (open.len() < DEEPEST || VOID.contains(&tag.name))
                {
                    tag.write(&mut out);
                    if !VOID.contains(&tag.name) {
                        open.push(tag.name);
                    }
                }
            }
            _ => out.push_str("&lt;"),
        }
    }
    escape_into(rest, &mut out);
    while let Some(name) = open.pop() {
        write_end(name, &mut out);
    }
    out
}

/// A tag that may stay.
struct Tag<'a> {
    name: &'static str,
    attributes: Vec<(&'static str, &'a str)>,
}

impl<'a> Tag<'a> {
    /// Reads the attributes of the tag `name` from `rest` on: the tag, if it may stay, and what follows it.
    fn read(name: &str, mut rest: &'a str) -> (Option<Self>, &'a str) {
        let known = known(name);
        let mut attributes: Vec<(&'static str, &'a str)> = Vec::new();
        loop {
            match next_attribute(rest) {
                Next::End(after) => {
                    rest = after;
                    break;
                }
                Next::Attribute(name, value, after) => {
                    let allowed = known.and_then(|(_, allowed)| is_one_of(allowed, renamed(name)));
                    // The first of two counts, as in browsers.
                    if let Some(allowed) = allowed
                        && !attributes.iter().any(|(other, _)| *other == allowed)
                    {
                        attributes.push((allowed, value.unwrap_or_default()));
                    }
                    rest = after;
                }
            }
        }
        let has = |name, fits: fn(&str) -> bool| {
            attributes
                .iter()
                .any(|(it, value)| *it == name && fits(value))
        };
        let tag = known.map(|(name, _)| name).filter(|name| match *name {
            "a" => has("href", is_link),
            "img" => has("src", |value| has_scheme(value, "mxc")),
            _ => true,
        });
        attributes.retain(|(name, value)| *name != "class" || is_language(value));
        let tag = tag.map(|name| Self { name, attributes });
        (tag, rest)
    }

    fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape_value_into(value, out);
            out.push('"');
        }
        out.push('>');
    }
}

/// The tag of this name, if it may stay, under the name that it has today.
fn known(name: &str) -> Option<(&'static str, &'static [&'static str])> {
    let name = match name {
        _ if name.eq_ignore_ascii_case("font") => "span",
        _ if name.eq_ignore_ascii_case("strike") => "s",
        _ => name,
    };
    ALLOWED
        .into_iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
}

/// `<font color>` is `<span data-mx-color>` today.
fn renamed(attribute: &str) -> &str {
    if attribute.eq_ignore_ascii_case("color") {
        "data-mx-color"
    } else {
        attribute
    }
}

fn is_one_of(names: &[&'static str], name: &str) -> Option<&'static str> {
    let mut names = names.iter().copied();
    names.find(|known| known.eq_ignore_ascii_case(name))
}

/// The value as it is written: one whose scheme is spelt with references is none of ours.
fn has_scheme(value: &str, scheme: &str) -> bool {
    value.len() > scheme.len()
        && value.as_bytes()[scheme.len()] == b':'
        && value.as_bytes()[..scheme.len()].eq_ignore_ascii_case(scheme.as_bytes())
}

fn is_link(value: &str) -> bool {
    SCHEMES.into_iter().any(|scheme| has_scheme(value, scheme))
}

fn is_language(class: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '.' | '#');
    class.starts_with("language-") && class.chars().all(fits)
}

fn after(rest: &str, end: char) -> &str {
    rest.split_once(end).map_or("", |(_, after)| after)
}

/// What follows the end of a quotation, which no comment and no attribute holds; nothing when it has none.
fn after_quotation(mut rest: &str) -> &str {
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = after_comment(comment);
            continue;
        }
        let (tag, ends) = rest
            .strip_prefix('/')
            .map_or((rest, false), |tag| (tag, true));
        if tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let name = name_of(tag);
            rest = Tag::read(name, &tag[name.len()..]).1;
            if ends && name.eq_ignore_ascii_case(QUOTATION) {
                return rest;
            }
        }
    }
    ""
}

/// What follows `</name …>`; nothing when it is never closed.
fn after_closing<'a>(rest: &'a str, name: &str) -> &'a str {
    let closings = rest.match_indices("</").map(|(at, _)| &rest[at + 2..]);
    let mut own = closings.filter(|rest| name_of(rest).eq_ignore_ascii_case(name));
    own.next().map_or("", |rest| after(rest, '>'))
}

/// Closes the innermost open tag of this name with what is open in it; nothing when there is none.
fn close(name: &str, open: &mut Vec<&'static str>, out: &mut String) {
    let Some((name, _)) = known(name) else { return };
    if !open.contains(&name) {
        return;
    }
    while let Some(inner) = open.pop() {
        write_end(inner, out);
        if inner == name {
            return;
        }
    }
}

fn write_end(name: &str, out: &mut String) {
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// Appends text with its references decoded, and escaped again; control characters go.
fn escape_into(text: &str, out: &mut String) {
    escape(text, |_| true, out);
}

/// As [`escape_into`], for the value of an attribute: there `&copy=1` is no reference, only `&copy;` is.
fn escape_value_into(value: &str, out: &mut String) {
    escape(value, |reference| reference.ends_with(';'), out);
}

fn escape(text: &str, is_reference: fn(&str) -> bool, out: &mut String) {
    let mut letter_into = |letter: char| match letter {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '&' => out.push_str("&amp;"),
        '\n' | '\t' => out.push(letter),
        letter if letter.is_control() => {}
        letter => out.push(letter),
    };
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        rest[..at].chars().for_each(&mut letter_into);
        rest = &rest[at + 1..];
        let decoded =
            reference(rest).filter(|(_, after)| is_reference(&rest[..rest.len() - after.len()]));
        if let Some((letters, after)) = decoded {
            letters.into_iter().flatten().for_each(&mut letter_into);
            rest = after;
        } else {
            letter_into('&');
        }
    }
    rest.chars().for_each(letter_into);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_specification_allows_stays() {
        for html in [
            "Bonjour <b>à <em>tous</em></b> &amp; à toutes\u{a0}!<br>",
            "<ul><li>un</li><li>deux</li></ul><ol start=\"3\"><li>trois</li></ol>",
            "<a href=\"https://example.org/?a=1&amp;b=2\">ici</a> <a href=\"matrix:u/a:s\">a</a>",
            "<img alt=\"affiche\" src=\"mxc://s/1\" width=\"32\"><hr>",
            "<pre><code class=\"language-rust\">a &lt; b</code></pre>",
            "<span data-mx-spoiler=\"fin\">x</span><details><summary>y</summary>z</details>",
            "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>",
        ] {
            assert_eq!(clean(html), html);
        }
    }

    #[test]
    fn what_acts_or_calls_home_goes() {
        for (html, cleaned) in [
            ("<script>alert(1)</script>a<STYLE>x</style >b", "ab"),
            ("<b onclick=\"x()\" style='x'>a</b>", "<b>a</b>"),
            ("<a class=\"x\" href=\"javascript:x()\">a</a>", "a"),
            ("<a href=\"java&#115;cript:x()\">a</a>", "a"),
            ("<a href=\" javascript:x()\">a</a>", "a"),
            (
                "<a HREF=HTTPS://e href=javascript:x>a</a>",
                "<a href=\"HTTPS://e\">a</a>",
            ),
            ("<img alt=x src=\"https://spy.example/1\">", ""),
            ("<img src=mxc://s/1 onerror=x>", "<img src=\"mxc://s/1\">"),
            ("<iframe src=//e><svg><b>a</b>", "<b>a</b>"),
            ("<mx-reply>quoted</mx-reply>said", "said"),
            ("<mx-reply>never closed", ""),
            (
                "<mx-reply><b x='</mx-reply>'>a<!--</mx-reply>--></MX-reply y>b",
                "b",
            ),
            (
                "<font color=\"#f00\">a</font><strike>b</strike>",
                "<span data-mx-color=\"#f00\">a</span><s>b</s>",
            ),
            ("<code class=\"language-x evil\">a</code>", "<code>a</code>"),
            ("a<!-- b -->c<!-->d<?e?>f", "acdf"),
        ] {
            assert_eq!(clean(html), cleaned, "{html}");
        }
    }

    #[test]
    fn what_is_malformed_comes_out_well_formed() {
        for (html, cleaned) in [
            ("<b><i>a</b>b</i>", "<b><i>a</i></b>b"),
            ("a < b & c > d \"", "a &lt; b &amp; c &gt; d &quot;"),
            ("</b>a</nothing>", "a"),
            ("<b", "<b></b>"),
            ("a<", "a&lt;"),
            ("&copy &lt;&#x3c; &#x; &#1;", "© &lt;&lt; &amp;#x; "),
            (
                "<a href='https://e/?a=1&copy=2&amp;b'>",
                "<a href=\"https://e/?a=1&amp;copy=2&amp;b\"></a>",
            ),
            ("\0a\u{1b}[1m", "a[1m"),
        ] {
            assert_eq!(clean(html), cleaned, "{html}");
        }
    }

    #[test]
    fn a_well_of_tags_is_cut_at_the_depth_that_clients_show() {
        let cleaned = clean(&"<p><b title=1>".repeat(5_000));
        assert_eq!(
            cleaned.matches("<p>").count() + cleaned.matches("<b>").count(),
            DEEPEST
        );
        assert!(cleaned.len() < 1_000);
    }

    /// Why this is not left to ruma 0.16. When this fails, it may be.
    #[test]
    fn rumas_sanitiser_lets_a_script_pass_behind_another_attribute() {
        use ruma::html::{HtmlSanitizerMode, RemoveReplyFallback, sanitize_html};
        let html = "<a class=\"x\" href=\"javascript:x()\">a</a>";
        let theirs = sanitize_html(html, HtmlSanitizerMode::Compat, RemoveReplyFallback::Yes);
        assert!(theirs.contains("javascript:"), "{theirs}");
    }
}

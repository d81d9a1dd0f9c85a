//! A `formatted_body`: what the rules see of it, and what an announcement's copies make of it.

use std::collections::BTreeMap;

use hygie::fuzzing;
use ruma::html::{Html, NodeData, NodeRef};

/// The deepest nesting of what comes out, and the longest text that a parser which builds trees is given.
const DEEPEST: usize = 101;
const LONGEST: usize = 2_000;

/// Tags whose content is no HTML for some readers and HTML for others; clients throw them away.
const RAW: [&str; 14] = [
    "script",
    "style",
    "textarea",
    "title",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
    "svg",
    "math",
    "template",
    "select",
];

/// What comes out holds nothing but what the specification allows, does not grow, and stays as it is when it is cleaned again.
/// The rules see every letter and digit that a reader of the message, or of its copy, sees.
pub fn run(data: &[u8]) {
    let html = String::from_utf8_lossy(data);
    let (text, attributes) = fuzzing::seen_in_html(&html);
    // "&gt;" is the longest way of one byte, and a well of 100 tags is closed.
    assert!(
        text.len() <= 2 * html.len() + 8 * html.matches('<').count()
            && attributes.len() <= 2 * html.len()
    );
    let clean = fuzzing::clean_html(&html);
    assert!(
        clean.len() <= 6 * html.len() + 16 * DEEPEST,
        "{} of {}",
        clean.len(),
        html.len()
    );
    assert_eq!(fuzzing::clean_html(&clean), clean, "cleaned twice");
    if html.len() > LONGEST {
        return;
    }
    assert_safe(&clean);
    let lower = html.to_ascii_lowercase();
    if RAW.iter().any(|raw| lower.contains(&format!("<{raw}"))) {
        return;
    }
    let mut seen = letters(&text);
    for (letter, count) in letters(&attributes) {
        *seen.entry(letter).or_default() += count;
    }
    for shown in [&clean, &*html] {
        for (letter, count) in letters(&shown_by_a_client(shown)) {
            let known = seen.get(&letter).copied().unwrap_or_default();
            assert!(
                known >= count,
                "{letter:?}: {count} shown, {known} seen of {shown:?}"
            );
        }
    }
}

fn letters(text: &str) -> BTreeMap<char, usize> {
    let mut counts = BTreeMap::new();
    for letter in text.chars().filter(char::is_ascii_alphanumeric) {
        *counts.entry(letter).or_default() += 1;
    }
    counts
}

fn shown_by_a_client(html: &str) -> String {
    let mut text = String::new();
    walk(Html::parse(html).first_child(), 0, &mut |node, _| {
        if let NodeData::Text(words) = node.data() {
            text.push_str(&words.borrow());
        }
    });
    text
}

/// Whether a browser would find nothing in `html` that acts, calls home or breaks out.
///
/// # Panics
/// When it would.
pub fn assert_safe(html: &str) {
    walk(Html::parse(html).first_child(), 0, &mut |node, depth| {
        assert!(depth <= 2 * DEEPEST, "nested {depth} deep");
        let NodeData::Element(element) = node.data() else {
            return;
        };
        let name: &str = &element.name.local;
        for attribute in element.attrs.borrow().iter() {
            let value: &str = &attribute.value;
            let starts = |schemes: &[&str]| {
                schemes
                    .iter()
                    .any(|it| value.to_ascii_lowercase().starts_with(&format!("{it}:")))
            };
            let fits = match (name, &*attribute.name.local) {
                ("a", "href") => starts(&["https", "http", "ftp", "mailto", "magnet", "matrix"]),
                ("img", "src") => starts(&["mxc"]),
                ("a", "target")
                | ("img", "width" | "height" | "alt" | "title")
                | ("span" | "div", "data-mx-maths")
                | ("span", "data-mx-bg-color" | "data-mx-color" | "data-mx-spoiler")
                | ("ol", "start") => true,
                ("code", "class") => value.starts_with("language-"),
                _ => false,
            };
            assert!(
                fits,
                "{name} has {}={value:?} in {html:?}",
                &*attribute.name.local
            );
        }
        let allowed = [
            "a",
            "b",
            "blockquote",
            "br",
            "caption",
            "code",
            "del",
            "details",
            "div",
            "em",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "i",
            "img",
            "li",
            "ol",
            "p",
            "pre",
            "s",
            "span",
            "strong",
            "sub",
            "summary",
            "sup",
            "table",
            "tbody",
            "td",
            "th",
            "thead",
            "tr",
            "u",
            "ul",
        ];
        // The parser makes these two up around a table's rows.
        assert!(allowed.contains(&name), "{name} in {html:?}");
    });
}

/// Visits each node with its depth, without recursion.
fn walk(first: Option<NodeRef>, depth: usize, visit: &mut impl FnMut(&NodeRef, usize)) {
    let mut next: Vec<_> = first.map(|node| (node, depth)).into_iter().collect();
    while let Some((node, depth)) = next.pop() {
        visit(&node, depth);
        next.extend(node.next_sibling().map(|it| (it, depth)));
        next.extend(node.first_child().map(|it| (it, depth + 1)));
    }
}

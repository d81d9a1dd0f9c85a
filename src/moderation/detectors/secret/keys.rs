//! Keys and tokens that programs make, by their shape. Used by the detector of secrets.

use std::ops::Range;

use super::Finding;
use crate::moderation::normalise::Folded;
use crate::moderation::text;

/// A kind of key: how it begins, how many characters follow at least, and whether they are capitals and digits only.
struct Shape {
    prefix: &'static str,
    least: usize,
    capitals: bool,
}

const fn shape(prefix: &'static str, least: usize) -> Shape {
    Shape {
        prefix,
        least,
        capitals: false,
    }
}

const fn capitals(prefix: &'static str, least: usize) -> Shape {
    Shape {
        prefix,
        least,
        capitals: true,
    }
}

/// From the makers' documentation: AWS, GitHub, GitLab, Slack, Google, Stripe, npm, Hugging Face, `OpenAI`; access tokens of
/// Synapse and of the Matrix Authentication Service; JSON Web Tokens (RFC 7519).
const SHAPES: [Shape; 25] = [
    capitals("AKIA", 16),
    capitals("ASIA", 16),
    shape("ghp_", 36),
    shape("gho_", 36),
    shape("ghu_", 36),
    shape("ghs_", 36),
    shape("ghr_", 36),
    shape("github_pat_", 22),
    shape("glpat-", 20),
    shape("xoxb-", 10),
    shape("xoxp-", 10),
    shape("xoxa-", 10),
    shape("xoxs-", 10),
    shape("AIza", 35),
    shape("sk_live_", 16),
    shape("rk_live_", 16),
    shape("npm_", 36),
    shape("hf_", 30),
    shape("sk-", 32),
    shape("syt_", 20),
    shape("mct_", 20),
    shape("mat_", 20),
    shape("mcr_", 20),
    shape("mar_", 20),
    shape("eyJ", 30),
];

const PRIVATE_KEY: &str = "-----begin";
const BEARER: &str = "bearer ";
/// The shortest token after `Bearer`.
const LEAST_BEARER: usize = 20;

/// How these begin, in lower case; in the order that [`at`] knows them by.
pub const PREFIXES: [&str; 27] = [
    "akia",
    "asia",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xoxs-",
    "aiza",
    "sk_live_",
    "rk_live_",
    "npm_",
    "hf_",
    "sk-",
    "syt_",
    "mct_",
    "mat_",
    "mcr_",
    "mar_",
    "eyj",
    PRIVATE_KEY,
    BEARER,
];

/// The key that begins where a prefix was seen.
pub fn at(text: &str, prefix: Range<usize>) -> Option<Finding> {
    if text::glued_before(text, prefix.start) {
        return None;
    }
    let shown = &text[prefix.clone()];
    if shown.eq_ignore_ascii_case(PRIVATE_KEY) {
        let rest = text::after(text, prefix.end, 48);
        let named = rest.contains("PRIVATE KEY-----");
        let end = prefix.end + rest.len();
        return named.then(|| Finding::certain("private key", prefix.start..end));
    }
    let body: usize = text[prefix.end..]
        .bytes()
        .take_while(|byte| belongs(*byte))
        .count();
    let end = prefix.end + body;
    let token = &text[prefix.end..end];
    let digit = token.bytes().any(|byte| byte.is_ascii_digit());
    if shown.eq_ignore_ascii_case(BEARER) {
        return (body >= LEAST_BEARER && digit).then(|| Finding::certain(token, prefix.end..end));
    }
    let shape = SHAPES.iter().find(|shape| shape.prefix == shown)?;
    let all_capitals = token
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let fits = body >= shape.least
        && digit
        && (!shape.capitals || (body == shape.least && all_capitals))
        && (shape.prefix != "eyJ" || token.contains(".eyJ"));
    fits.then(|| Finding::certain(&text[prefix.start..end], prefix.start..end))
}

/// Characters of tokens (RFC 6750, section 2.1).
fn belongs(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=')
}

/// Recovery keys of Matrix: 48 characters in base 58 that begin with `Es`, in groups of four (specification, "Recovery key").
pub fn recovery(text: &Folded<'_>, out: &mut Vec<Finding>) {
    const GROUPS: usize = 12;
    let spans = text.words();
    let fours = |span: &Range<usize>| span.len() == 4 && is_base_58(&text.text()[span.clone()]);
    let mut at = 0;
    while at < spans.len() {
        let run = spans[at..].iter().take_while(|span| fours(span)).count();
        let whole = spans[at].len() == 4 * GROUPS && is_base_58(&text.text()[spans[at].clone()]);
        let length = if whole { 1 } else { run };
        let start = spans[at].start;
        if (whole || run == GROUPS) && text.text()[start..].starts_with("Es") {
            let span = start..spans[at + length - 1].end;
            let canonical: String = text.text()[span.clone()].split_whitespace().collect();
            out.push(Finding::certain(canonical, span));
        }
        at += length.max(1);
    }
}

fn is_base_58(part: &str) -> bool {
    part.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() && !matches!(byte, b'0' | b'O' | b'I' | b'l'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;
    use crate::moderation::detectors::secret::find;

    #[test]
    fn prefixes_are_those_of_the_shapes() {
        for (shape, prefix) in SHAPES.iter().zip(PREFIXES) {
            assert_eq!(shape.prefix.to_ascii_lowercase(), prefix);
        }
    }

    #[test]
    fn keys_are_found_by_their_shape() {
        let github = format!("ghp_{}", "a1B2".repeat(9));
        let keys = [
            "AKIA1234567890ABCDEF",
            github.as_str(),
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
            "xoxb-123456789012-abcdefghij",
            "syt_amVhbg_abcdefghij1234567890_0a1b2c",
        ];
        for key in keys {
            let text = format!("voici {key} merci");
            assert_eq!(canonicals(find, &text), [key], "{text}");
        }
        for text in [
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
            "Authorization: Bearer abcdef0123456789abcdef",
            "EsTj 3yST y93F SLpB jJsz eAXc YjGf cPRu 1Ui6 wGTp fQDg KpAk",
        ] {
            assert_eq!(canonicals(find, text).len(), 1, "{text}");
        }
    }

    #[test]
    fn what_only_begins_so_passes() {
        for text in [
            "AKIA",
            "akia1234567890abcdef",
            "bearer of good news and of everything",
            "-----BEGIN CERTIFICATE-----",
            "hf_insuffisance_cardiaque",
            "sk-",
            "tous ceux avec plus lits pour cela mais sans rien dire donc voir",
        ] {
            assert_eq!(canonicals(find, text), Vec::<String>::new(), "{text}");
        }
    }
}

//! Files of rules and lists: where a rule is for, and what is wrong in them.

use super::*;

#[test]
fn a_rule_speaks_from_so_many_findings_on_and_where_it_is_for() {
    let file = "version: 1\nrules:\n  - {id: p, detector: phone, action: redact, least: 2}\n  \
        - {id: w, detector: word, action: redact, words: [zinzolin], in: {kinds: [support], groups: [est]}}\n";
    let rules = RuleSet::from_yaml(&[(PathBuf::from("r.yaml"), file.to_owned())]).unwrap();
    let group = |id: &str| id.parse::<GroupId>().unwrap();
    let (est, ouest) = (group("est"), group("ouest"));
    let seen = |body: &str, spot: Spot<'_>| {
        let site = Site {
            layer: &Layer::default(),
            spot,
            now: Timestamp(0),
            lets_through: &|_, _| false,
        };
        rules
            .check_in("m.room.message", &text(body), &KEY, &site)
            .is_some()
    };
    let of = |id, kind| Spot::Group { id, kind };
    assert!(
        !seen("06 12 34 56 78 ou 06 12 34 56 78", Spot::Space),
        "the same twice is one"
    );
    assert!(seen("06 12 34 56 78 ou 06 12 34 56 79", Spot::Space));
    assert!(
        seen("zinzolin", of(&est, Kind::Discussion)) && seen("zinzolin", of(&ouest, Kind::Support))
    );
    assert!(!seen("zinzolin", of(&ouest, Kind::Discussion)) && !seen("zinzolin", Spot::Space));
}

fn refused(file: &str, line: u64, problem: &str) {
    let error = RuleSet::from_yaml(&[(PathBuf::from("r.yaml"), file.to_owned())]).expect_err(file);
    assert!(error.to_string().contains(problem), "{file}: {error}");
    assert_eq!(error.line, line, "{error}");
}

#[test]
fn what_a_rule_says_wrongly_has_its_line_and_a_remedy() {
    for (fields, problem) in [
        (
            "detector: link, action: redact, deny: ['https://a.example']",
            "is no domain",
        ),
        (
            "detector: nir, action: redact, deny: [a.example]",
            "does not look at links",
        ),
        (
            "detector: media, action: redact",
            "says no type and no size",
        ),
        (
            "detector: media, action: redact, types: [picture]",
            "is no type of file",
        ),
        (
            "detector: media, action: redact, max_size: '10'",
            "is no size",
        ),
        (
            "detector: nir, action: redact, max_size: 10 MB",
            "does not look at them",
        ),
        (
            "detector: nir, action: redact, least: 0",
            "is no number of findings",
        ),
        (
            "detector: nir, action: redact, in: {kinds: [suport]}",
            "Did you mean `support`",
        ),
        (
            "detector: nir, action: redact, in: {groups: [Est]}",
            "is no id of a group",
        ),
        (
            "detector: nir, action: redact, in: {group: [est]}",
            "Did you mean `groups`",
        ),
    ] {
        let file = format!("version: 1\nrules:\n  - {{id: a, {fields}}}\n");
        refused(&file, 3, problem);
    }
}

#[test]
fn what_a_list_says_wrongly_has_its_line_and_a_remedy() {
    let claim = |source: &str, rest: &str| {
        format!(
            "version: 1\nclaims:\n  - id: c\n    fact: {{fr: a, en: b}}\n    source: {source}\n    {rest}\n"
        )
    };
    let (good, dates) = (
        "https://a.example/",
        "date: 2026-11-23\n    review: 2027-01-01\n    ",
    );
    let said = |words: &str| format!("{dates}fr: [{words}]");
    assert!(RuleSet::from_yaml(&[(PathBuf::from("r.yaml"), claim(good, &said("vaccin")))]).is_ok());
    refused(&claim("a", &said("vaccin")), 5, "is no address of a page");
    refused(&claim(good, &said("'(a'")), 8, "parenthesis");
    refused(&claim(good, &said("")), 3, "no words and no domain");
    let no_day = "date: 2026-02-30\n    review: 2027-01-01\n    fr: [vaccin]";
    refused(&claim(good, no_day), 6, "is no day");
    let too_early = "date: 2027-11-23\n    review: 2027-01-01\n    fr: [vaccin]";
    refused(&claim(good, too_early), 7, "comes before");
    let odd = "version: 1\nshorteners: {source: a, date: 2026-01-01, domains: ['x y']}\n";
    refused(odd, 2, "is no domain");
}

fn one_word_rule(words: &str) -> Result<RuleSet, RulesError> {
    let text = format!(
        "version: 1\nrules:\n  - id: a\n    detector: word\n    action: redact\n    words: [{words}]\n"
    );
    RuleSet::from_yaml(&[(PathBuf::from("r.yaml"), text)])
}

#[test]
fn a_file_of_rules_that_would_cost_every_message_dear_is_refused_with_its_line() {
    let rule = |id: usize| format!("  - {{id: r{id}, detector: nir, action: nudge}}\n");
    let many = (0..101).fold("version: 1\nrules:\n".to_owned(), |text, id| {
        text + rule(id).as_str()
    });
    let allowed = "e@example.org, ".repeat(1_001);
    let allow = format!(
        "version: 1\nrules: [{{id: a, detector: email, action: nudge, allow: [{allowed}]}}]"
    );
    let bomb = "version: 1\na: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n\
        c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nrules: [*c, *c, *c, *c, *c, *c, *c, *c, *c]\n";
    for (text, problem) in [
        (
            many,
            "r.yaml, line 103, column 10: there are more than 100 rules",
        ),
        (allow, "rule `a` lists more than 1000 entries"),
        (
            bomb.to_owned(),
            "r.yaml, line 2, column 1: there is no key `a` here",
        ),
        (
            "x".repeat((1 << 20) + 1),
            "r.yaml: the file is larger than 1048576 bytes",
        ),
        ("[".repeat(10_000), "r.yaml, line 1"),
        (
            "version: 1\nrules: !include /etc/hostname\n".to_owned(),
            "r.yaml, line 2",
        ),
    ] {
        let error = RuleSet::from_yaml(&[(PathBuf::from("r.yaml"), text)]).unwrap_err();
        assert!(error.to_string().contains(problem), "{error}");
    }
    let error = one_word_rule(&"x".repeat(101)).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("line 6, column 13: a word has more than 100 characters"),
        "{error}"
    );
    let error = one_word_rule(&"x, ".repeat(1_001)).unwrap_err();
    assert!(
        error.to_string().contains("more than 1000 entries"),
        "{error}"
    );
    let patterns: Vec<_> = (1..=100).map(|length| "a".repeat(length)).collect();
    assert!(one_word_rule(&patterns.join(", ")).is_ok());
}

#[test]
fn a_word_is_a_word_and_no_pattern() {
    let rules = one_word_rule("\"(a+)+$\", \".*\"").unwrap();
    let seen = |body: &str| rules.check("m.room.message", &text(body), &KEY).is_some();
    assert!(seen("voici (a+)+$ !") && !seen(&"a".repeat(1_000)) && !seen("tout"));
}

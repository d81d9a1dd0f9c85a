//! The shape of the sources, read as text: who may depend on what, how long files are, what is not written at all.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use hygie_tests::process::target_folder;

/// The modules that decide: values in, values out.
const PURE: [&str; 9] = [
    "community",
    "governance",
    "moderation",
    "announce",
    "commands",
    "decide",
    "event",
    "action",
    "reply",
];
/// What a module that decides must not reach for: I/O, clocks, chance, the environment.
const IMPURE: [&str; 14] = [
    "tokio",
    "reqwest",
    "sqlx",
    "axum",
    "rand::",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "SystemTime",
    "Instant",
    "jiff::Timestamp::now",
    "Zoned::now",
    "tracing::",
];
/// Parts that only the outer modules may know.
const OUTER: [&str; 11] = [
    "store",
    "matrix",
    "executor",
    "dispatch",
    "appservice",
    "jobs",
    "web",
    "app",
    "cli",
    "guard",
    "shared",
];
/// More lines than this before the tests of a file is a stop; the aim is 400.
const MAX_LINES: usize = 600;

struct Source {
    path: String,
    /// Without its tests and without comments.
    code: String,
    text: String,
}

impl Source {
    /// The first part of the path below `src`, without `.rs`.
    fn module(&self) -> &str {
        let below = self.path.strip_prefix("src/").expect("below src");
        below
            .split('/')
            .next()
            .unwrap_or(below)
            .trim_end_matches(".rs")
    }
}

fn root() -> PathBuf {
    target_folder()
        .parent()
        .expect("target is in the workspace")
        .to_owned()
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the sources are readable") {
        let path = entry.expect("the sources are readable").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn sources(folders: &[&str]) -> Vec<Source> {
    let mut paths = Vec::new();
    for folder in folders {
        rust_files(&root().join(folder), &mut paths);
    }
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("the sources are UTF-8");
        let before_tests = text
            .split("\n#[cfg(test)]\n")
            .next()
            .unwrap_or_default()
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let path = path
            .strip_prefix(root())
            .expect("below the root")
            .display()
            .to_string();
        Source {
            path,
            code: before_tests.collect::<Vec<_>>().join("\n"),
            text,
        }
    };
    let sources: Vec<_> = paths.into_iter().map(read).collect();
    assert!(sources.len() > 10, "the sources are found");
    sources
}

/// A file that holds nothing but tests: its module, or the one above it, is declared under `#[cfg(test)]`.
fn is_test_module(source: &Source) -> bool {
    let mut above = Path::new(&source.path).ancestors();
    above.any(|path| path.file_stem().is_some() && is_declared_for_tests(path))
}

fn is_declared_for_tests(path: &Path) -> bool {
    let Some(parent) = path.parent().map(|it| it.with_extension("rs")) else {
        return false;
    };
    let name = path.file_stem().expect("a file").to_string_lossy();
    let declared = fs::read_to_string(root().join(parent)).unwrap_or_default();
    ["", "pub ", "pub(crate) "]
        .iter()
        .any(|public| declared.contains(&format!("#[cfg(test)]\n{public}mod {name};")))
}

/// Whether `code` names `word` where no longer name goes on.
fn names(code: &str, word: &str) -> bool {
    let part = |character: char| character.is_alphanumeric() || character == '_';
    code.match_indices(word).any(|(at, _)| {
        !code[..at].ends_with(part)
            && (word.ends_with(':') || !code[at + word.len()..].starts_with(part))
    })
}

/// Modules of the crate that `code` names: `crate::name`, also inside `use crate::{…}`.
fn crate_modules(code: &str) -> BTreeSet<String> {
    let mut modules = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let listed = match rest.strip_prefix('{') {
            None => rest.to_owned(),
            Some(list) => top_level(list),
        };
        for item in listed.split(',') {
            let name = item
                .trim()
                .split(|it: char| !(it.is_alphanumeric() || it == '_'))
                .next();
            modules.extend(name.filter(|name| !name.is_empty()).map(str::to_owned));
            if !rest.starts_with('{') {
                break;
            }
        }
    }
    modules
}

/// What stands in a list up to its closing brace, inner lists left out.
fn top_level(list: &str) -> String {
    let mut depth = 1;
    let mut kept = String::new();
    for character in list.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ if depth == 1 => kept.push(character),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    kept
}

#[test]
fn what_decides_knows_no_clock_no_io_and_no_chance() {
    let mut wrong = Vec::new();
    for source in sources(&["src"])
        .iter()
        .filter(|it| PURE.contains(&it.module()) && !is_test_module(it))
    {
        let here = &source.path;
        let impure = IMPURE.iter().filter(|word| names(&source.code, word));
        wrong.extend(impure.map(|word| format!("{here} reaches for {word}")));
        let modules = crate_modules(&source.code);
        let outer = OUTER.iter().filter(|outer| modules.contains(**outer));
        wrong.extend(outer.map(|outer| format!("{here} depends on crate::{outer}")));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn only_the_executor_its_maker_and_its_definition_name_the_writer() {
    only_these_name("Writer", &["executor", "matrix", "app"]);
}

#[test]
fn only_the_encryption_side_names_its_requests() {
    only_these_name("Keys", &["crypto", "matrix"]);
}

/// Only these modules name this type of `matrix`; the first of them does.
fn only_these_name(name: &str, allowed: &[&str]) {
    let named = sources(&["src"]);
    let named: Vec<_> = named
        .iter()
        .filter(|source| names(&source.code, name))
        .collect();
    assert!(
        named.iter().any(|source| source.module() == allowed[0]),
        "the reading works"
    );
    let wrong: Vec<_> = named
        .iter()
        .filter(|source| !allowed.contains(&source.module()))
        .map(|it| &it.path)
        .collect();
    assert_eq!(wrong, Vec::<&String>::new());
}

#[test]
fn the_web_and_the_appservice_never_call_the_homeserver() {
    let sources = sources(&["src"]);
    let outside = sources
        .iter()
        .filter(|source| ["web", "appservice", "dispatch", "guard"].contains(&source.module()));
    let wrong: Vec<_> = outside
        .filter(|source| crate_modules(&source.code).contains("matrix"))
        .map(|it| &it.path)
        .collect();
    assert_eq!(wrong, Vec::<&String>::new());
}

#[test]
fn only_the_connection_to_the_homeserver_reaches_out() {
    // Nothing else fetches anything, so no member can choose an address that Hygie asks.
    let wrong: Vec<_> = sources(&["src"])
        .into_iter()
        .filter(|source| source.module() != "matrix" && !is_test_module(source))
        // Takes connections, and opens none.
        .filter(|source| source.path != "src/app/connections.rs" || names(&source.code, "client"))
        .filter(|source| {
            ["reqwest", "hyper", "TcpStream", "UdpSocket", "lookup_host"]
                .iter()
                .any(|word| names(&source.code, word))
        })
        .map(|source| source.path)
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn files_are_short() {
    let length = |source: &Source| {
        let before = source
            .text
            .split("\n#[cfg(test)]\n")
            .next()
            .unwrap_or_default();
        before
            .lines()
            .filter(|line| !line.trim().is_empty())
            .count()
    };
    let sources = sources(&["src", "tests"]);
    let long: Vec<String> = sources
        .iter()
        .filter(|source| !is_test_module(source) && length(source) > MAX_LINES)
        .map(|source| format!("{}: {} lines", source.path, length(source)))
        .collect();
    assert_eq!(long, Vec::<String>::new(), "split them along what they do");
}

#[test]
fn every_file_says_what_it_is_and_none_hides_a_warning_or_an_unfinished_place() {
    let mut wrong = Vec::new();
    for source in sources(&["src", "tests"]) {
        let here = &source.path;
        if !source.text.starts_with("//!") {
            wrong.push(format!("{here} does not open with //!"));
        }
        if here.ends_with("/mod.rs") {
            wrong.push(format!("{here}: write it as the file beside its folder"));
        }
        // In two parts, so that this file does not find itself.
        for word in [
            concat!("#[al", "low("),
            concat!("#![al", "low("),
            concat!("to", "do!("),
            concat!("unimple", "mented!("),
            concat!("#[ig", "nore"),
            concat!("db", "g!("),
        ] {
            if source.text.contains(word) {
                wrong.push(format!("{here} has {word}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn code_that_runs_does_not_unwrap() {
    let sources = sources(&["src"]);
    let wrong: Vec<_> = sources
        .iter()
        .filter(|source| !is_test_module(source) && source.code.contains(".unwrap()"))
        .map(|source| &source.path)
        .collect();
    assert_eq!(
        wrong,
        Vec::<&String>::new(),
        "use expect(\"why it cannot fail\")"
    );
}

/// The tests that exist, as `module::name` by file and as plain names.
fn tests_that_exist() -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    for source in sources(&["src", "tests"]) {
        let stem = Path::new(&source.path)
            .file_stem()
            .expect("a file")
            .to_string_lossy()
            .into_owned();
        for (at, _) in source.text.match_indices("fn ") {
            let name: String = source.text[at + 3..]
                .chars()
                .take_while(|it| it.is_alphanumeric() || *it == '_')
                .collect();
            tests.insert(format!("{stem}::{name}"));
        }
    }
    tests
}

/// The tests that the tables of a document name and that do not exist.
fn unknown_tests(document: &str) -> Vec<String> {
    let table = fs::read_to_string(root().join(document)).expect("the document is there");
    let exist = tests_that_exist();
    let mut named = 0;
    let mut wrong = Vec::new();
    for word in table
        .lines()
        .filter(|line| line.starts_with('|'))
        .flat_map(|line| line.split('`').skip(1).step_by(2))
    {
        let path = |it: char| it.is_alphanumeric() || it == '_' || it == ':';
        if !word.contains("::") || !word.chars().all(path) {
            continue;
        }
        named += 1;
        let mut parts: Vec<&str> = word
            .rsplit("::")
            .filter(|part| !matches!(*part, "sqlite" | "postgres"))
            .collect();
        parts.truncate(2);
        parts.reverse();
        // A test within its file is `file::test`, also when it is written `file::tests::test`.
        let here = parts.join("::");
        let above = word.replace("tests::", "");
        if !exist.contains(&here) && !exist.contains(&above) {
            wrong.push(word.to_owned());
        }
    }
    assert!(named > 10, "{document} names the tests");
    wrong
}

#[test]
fn the_table_of_requirements_names_only_tests_that_exist() {
    assert_eq!(unknown_tests("docs/requirements.md"), Vec::<String>::new());
}

#[test]
fn the_threat_model_names_only_tests_that_exist() {
    assert_eq!(unknown_tests("docs/security.md"), Vec::<String>::new());
}

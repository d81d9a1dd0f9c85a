//! The folder of communities: every file read and checked, every mistake of every file reported at once.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use ruma::ServerName;

use super::{
    error::{ConfigError, Place, Problem},
    yaml::{self, Positions},
};
use crate::community::definition::{CommunityId, Definition, Invalid};

/// Reads the communities of `folder`, which live on the homeserver `server`.
pub(super) fn load(folder: &Path, server: &ServerName) -> Result<Vec<Definition>, ConfigError> {
    let files = yaml_files(folder).map_err(|error| {
        let what = format!(
            "the folder of communities cannot be read: {error}; make it, or correct `communities`"
        );
        ConfigError::from(Problem::new(Place::file(folder), what))
    })?;
    let mut communities = Vec::new();
    let mut problems = Vec::new();
    let mut owners_of_ids = BTreeMap::<CommunityId, PathBuf>::new();
    for file in files {
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) => {
                problems.push(Problem::new(
                    Place::file(&file),
                    format!("cannot be read: {error}"),
                ));
                continue;
            }
        };
        match read(&file, &text, server) {
            Err(found) => problems.extend(found),
            Ok(community) => {
                if let Some(first) = owners_of_ids.get(&community.id) {
                    let what = format!(
                        "the id `{}` is taken by {}; choose another",
                        community.id,
                        first.display()
                    );
                    problems.push(locate(
                        &file,
                        &Positions::of(&text),
                        Invalid::new("id", what),
                    ));
                } else {
                    owners_of_ids.insert(community.id.clone(), file);
                    communities.push(community);
                }
            }
        }
    }
    problems.extend(parents(&communities, &owners_of_ids));
    ConfigError::unless_empty(problems)?;
    Ok(communities)
}

/// A community is a part of one that exists, and never, however indirectly, of itself.
fn parents(communities: &[Definition], files: &BTreeMap<CommunityId, PathBuf>) -> Vec<Problem> {
    let above = |id: &CommunityId| {
        let community = communities.iter().find(|it| it.id == *id);
        community.and_then(|it| it.parent.as_ref())
    };
    let wrong = communities.iter().filter_map(|community| {
        let parent = community.parent.as_ref()?;
        let file = files.get(&community.id)?;
        // One whose file has another mistake is there.
        let what = if files.contains_key(parent) {
            let mut up = Some(parent);
            let steps = std::iter::from_fn(|| {
                let here = up?;
                up = above(here);
                Some(here)
            });
            let comes_again = steps.take(communities.len()).any(|it| *it == community.id);
            comes_again.then(|| {
                format!("`{parent}` is itself, directly or not, a part of `{}`; take one of the two out", community.id)
            })
        } else {
            let near = yaml::nearest(parent.as_str(), files.keys().map(CommunityId::as_str));
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            Some(format!("there is no community `{parent}`{near}"))
        }?;
        let text = std::fs::read_to_string(file).unwrap_or_default();
        Some(locate(file, &Positions::of(&text), Invalid::new("parent", what)))
    });
    wrong.collect()
}

/// Reads and checks the `text` of one community file.
pub(crate) fn read(
    file: &Path,
    text: &str,
    server: &ServerName,
) -> Result<Definition, Vec<Problem>> {
    let community: Definition = yaml::parse(file, text).map_err(|problem| vec![problem])?;
    let mut invalid = community.validate();
    invalid.extend(strangers(&community, server));
    if invalid.is_empty() {
        return Ok(community);
    }
    let positions = Positions::of(text);
    Err(invalid
        .into_iter()
        .map(|invalid| locate(file, &positions, invalid))
        .collect())
}

/// Users of other homeservers, who could never enter a community that does not federate.
fn strangers(community: &Definition, server: &ServerName) -> Vec<Invalid> {
    if community.federate {
        return Vec::new();
    }
    let strangers = community
        .named_users()
        .filter(|(_, user)| user.server_name() != server);
    strangers
        .map(|(path, user)| {
            let what = format!(
                "{user} is of another homeserver than {server} and can never enter; write `federate: true`, or name another account"
            );
            Invalid::new(path, what)
        })
        .collect()
}

fn locate(file: &Path, positions: &Positions, invalid: Invalid) -> Problem {
    let place = Place::File(file.to_owned(), positions.find(&invalid.path));
    Problem::new(place, invalid.what)
}

/// The visible `*.yaml` and `*.yml` files of `folder`, by name.
fn yaml_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let yaml = path
            .extension()
            .is_some_and(|extension| extension == "yaml" || extension == "yml");
        let hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if yaml && !hidden && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn community(id: &str) -> String {
        format!(
            "id: {id}\nname: Nord\npurpose: Aider\nlocale: fr\ntimezone: Europe/Paris\n\
             owners: [\"@samir:example.org\"]\ncode_of_conduct: {{version: 1, text: Respect}}\n"
        )
    }

    fn load_files(files: &[(&str, String)]) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let server = ServerName::parse("example.org").unwrap();
        let root = format!("{}/", folder.path().display());
        load(folder.path(), &server)
            .map(|all| {
                all.iter()
                    .map(|community| community.id.to_string())
                    .collect()
            })
            .map_err(|error| error.to_string().replace(&root, ""))
    }

    #[test]
    fn communities_come_in_the_order_of_their_files() {
        let files = [
            ("b.yaml", community("one")),
            ("a.yml", community("two")),
            (".c.yaml", "broken".to_owned()),
            ("notes.txt", "broken".to_owned()),
        ];
        assert_eq!(load_files(&files).unwrap(), ["two", "one"]);
    }

    #[test]
    fn every_mistake_of_every_file_is_reported_with_its_line() {
        let files = [
            (
                "a.yaml",
                community("a")
                    .replace("Aider", "''")
                    .replace("Paris", "Pari"),
            ),
            ("b.yaml", community("b").replace("owners", "owner")),
            ("c.yaml", community("c").replace("@samir:", "@samir")),
            (
                "d.yaml",
                community("d").replace("@samir:example", "@samir:elsewhere"),
            ),
            ("e.yaml", community("e")),
            ("f.yaml", community("e")),
        ];
        let errors = load_files(&files).unwrap_err();
        assert_eq!(
            errors.lines().collect::<Vec<_>>(),
            [
                "a.yaml:3:10: the purpose is empty; say in a sentence what the community is for",
                "a.yaml:5:11: there is no time zone `Europe/Pari`; did you mean `Europe/Paris`?",
                "b.yaml:6:1: unknown key `owner`; did you mean `owners`?",
                "c.yaml:6:10: `@samirexample.org` is not a Matrix user id; write it in quotes, like \"@name:example.org\"",
                "d.yaml:6:10: @samir:elsewhere.org is of another homeserver than example.org and can never enter; \
                 write `federate: true`, or name another account",
                "f.yaml:1:5: the id `e` is taken by e.yaml; choose another",
            ]
        );
    }

    #[test]
    fn the_example_communities_are_right_and_nothing_about_them_is_unwise() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/communities");
        let server = ServerName::parse("example.org").unwrap();
        let all = load(&folder, &server).unwrap();
        let ids: Vec<_> = all.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids, ["asc-nord", "covigie-carers", "hospital-rehab"]);
        for community in all {
            assert_eq!(community.warnings(), [], "{}", community.id);
        }
    }

    #[test]
    fn a_community_is_a_part_of_one_that_exists_and_never_of_itself() {
        let part = |id: &str, parent: &str| format!("{}parent: {parent}\n", community(id));
        let good = [
            ("a.yaml", community("a")),
            ("b.yaml", part("b", "a")),
            ("c.yaml", part("c", "b")),
        ];
        assert_eq!(load_files(&good).unwrap(), ["a", "b", "c"]);
        let circle = [
            ("a.yaml", part("a", "c")),
            ("b.yaml", part("b", "a")),
            ("c.yaml", part("c", "b")),
            ("d.yaml", part("d", "nowhere")),
        ];
        let errors = load_files(&circle).unwrap_err();
        let lines: Vec<_> = errors.lines().collect();
        assert_eq!(lines.len(), 4, "{lines:?}");
        assert!(
            lines[0].starts_with("a.yaml:8:9: `c` is itself"),
            "{}",
            lines[0]
        );
        assert_eq!(lines[3], "d.yaml:8:9: there is no community `nowhere`");
    }

    #[test]
    fn a_user_id_without_quotes_is_explained() {
        let text = community("a").replace("[\"@samir:example.org\"]", "[@samir:example.org]");
        let error = load_files(&[("a.yaml", text)]).unwrap_err();
        assert!(
            error.starts_with("a.yaml:6:10: ") && error.contains("quotes"),
            "{error}"
        );
    }

    #[test]
    fn a_value_of_the_wrong_shape_is_explained() {
        let single = community("a").replace("[\"@samir:example.org\"]", "\"@samir:example.org\"");
        let error = load_files(&[("a.yaml", single)]).unwrap_err();
        assert_eq!(
            error,
            "a.yaml:6:9: a list belongs here; write one `- item` a line, or [item, item]"
        );
        let list = community("a").replace("name: Nord", "name: [Nord]");
        let error = load_files(&[("a.yaml", list)]).unwrap_err();
        assert_eq!(
            error,
            "a.yaml:2:7: a single value belongs here, not a list or a mapping"
        );
    }

    #[test]
    fn lists_without_items_are_empty() {
        let text = community("a") + "admins:\ngroups:\n";
        assert_eq!(load_files(&[("a.yaml", text)]).unwrap(), ["a"]);
    }

    #[test]
    fn a_missing_folder_is_explained() {
        let server = ServerName::parse("example.org").unwrap();
        let error = load(Path::new("/nowhere/at/all"), &server)
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("/nowhere/at/all: the folder of communities"),
            "{error}"
        );
    }
}

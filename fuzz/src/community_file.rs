//! A community file.

use std::{path::Path, sync::LazyLock};

use hygie::{
    clock::Timestamp,
    community::{
        role::Role,
        snapshot::{OperatorCard, Snapshot},
    },
    config::Place,
    decide, fuzzing,
};
use ruma::{OwnedServerName, ServerName};

use super::community::user;

static SERVER: LazyLock<OwnedServerName> =
    LazyLock::new(|| ServerName::parse("example.org").expect("it is a server"));

/// What YAML ends lines with.
const BREAKS: [char; 2] = ['\n', '\r'];

/// A file is a community or has mistakes, each one line that names a line of the file. A community can be planned, and whoever
/// it names has the role that it names.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let definition = match fuzzing::community(Path::new("nord.yaml"), &text, &SERVER) {
        Ok(definition) => definition,
        Err(problems) => {
            assert!(!problems.is_empty(), "no mistake is named");
            for problem in problems {
                let said = problem.to_string();
                assert!(
                    said.starts_with("nord.yaml") && !said.contains('\n'),
                    "{said:?}"
                );
                if let Place::File(_, Some(position)) = problem.place {
                    let lines = text.matches(BREAKS).count() + 1;
                    assert!((1..=lines).contains(&position.line), "{said}");
                }
            }
            return;
        }
    };
    let id = definition.id.clone();
    let owners = definition.owners.clone();
    let mut snapshot = Snapshot::new(
        user("hygie"),
        OperatorCard::default(),
        [0; 32],
        vec![definition],
    );
    for owner in &owners {
        assert_eq!(snapshot.communities[&id].role(owner), Role::Owner);
    }
    let decision = decide::review(&snapshot, &id, Timestamp(1));
    for change in &decision.changes {
        snapshot.apply(change);
    }
}

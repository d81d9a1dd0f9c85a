//! The guard door: a line with the callback, then the body that the homeserver's module sends.

use std::sync::LazyLock;

use hygie::{
    community::{role::Role, snapshot::Snapshot},
    decide::guard::{self, Question},
    event::EventKind,
    guard::read,
    reply::Locale,
};

use super::{community, html};

static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(community::snapshot);

/// The same question has the same answer twice; the bot is never refused, nor a message of the team, nor anything that is not a community's; what is told says
/// nothing of what was found and is inert.
pub fn run(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n');
    let (callback, body) = data.split_at(end.unwrap_or(data.len()));
    let callback = String::from_utf8_lossy(callback);
    let body = body.strip_prefix(b"\n").unwrap_or_default();
    let question = match read(&callback, body) {
        Ok(Some(question)) => question,
        Ok(None) => return,
        Err(error) => {
            let error = error.to_string();
            assert!(error.len() < 1000, "{} bytes", error.len());
            return;
        }
    };
    let snapshot = &*SNAPSHOT;
    let objection = guard::objection(snapshot, &question);
    assert_eq!(objection, guard::objection(snapshot, &question));
    let Some(objection) = objection else { return };
    let asker = question.asker();
    assert_ne!(asker, snapshot.bot);
    let room = match &question {
        Question::Event(event) => Some(&event.room),
        Question::Invite { room, .. } | Question::Join { room, .. } => Some(room),
        Question::Alias { .. } => None,
    };
    if let Some(room) = room {
        assert!(snapshot.located(room).is_some(), "it is not ours");
    }
    if let Question::Event(event) = &question {
        let community = snapshot.communities.values().next().expect("there is one");
        let is_said = matches!(event.kind, EventKind::Content { .. });
        assert!(!is_said || community.highest_role(asker) < Role::Moderator);
        assert!(!matches!(event.kind, EventKind::Encrypted));
    }
    for locale in [Locale::Fr, Locale::En] {
        html::assert_safe(&objection.text.render(locale).html);
        assert!(objection.text.plain(locale).len() < 4000);
    }
}

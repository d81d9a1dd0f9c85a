//! How far the invitations of an import are. The admins are told at each quarter.

use std::fmt::Write as _;

use super::{planned_invitations, told};
use crate::{
    clock::Timestamp,
    community::{
        record::{Import, Record, RecordKind},
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    governance::deed::Deed,
    reply::Text,
};

/// At how many hundredths the admins are told.
const STEPS: [u8; 4] = [100, 75, 50, 25];

/// What is due by `now`. Asked every two seconds while an import is open: it counts, and goes through no list of people.
pub(super) fn due(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Vec<(String, Decision)> {
    if community.records.imports.is_empty() {
        return Vec::new();
    }
    let rooms = community.places.values();
    let rooms = rooms.filter_map(|room| snapshot.rooms.get(room));
    let left: usize = rooms.map(|room| room.under_way.len()).sum();
    let imports = community.records.imports.values();
    let due = imports.filter_map(|import| {
        let step = reached(import, left as u64)?;
        let mut cause = format!("import/{}", community.definition.id);
        let _ = write!(cause, "/{}/{}/{step}", import.id, import.at.0);
        let mut deed = Deed::new(snapshot, community, &cause, now);
        tell(&mut deed, import, step);
        Some((cause, deed.decision))
    });
    due.collect()
}

/// The step that is reached and was not told yet.
fn reached(import: &Import, left: u64) -> Option<u8> {
    let done = import.total.saturating_sub(left) * 100;
    let reached = STEPS
        .into_iter()
        .find(|step| done >= import.total * u64::from(*step));
    reached.filter(|step| *step > import.told)
}

fn tell(deed: &mut Deed, import: &Import, step: u8) {
    let total = i64::try_from(import.total).unwrap_or(i64::MAX);
    if step < 100 {
        let told = Import {
            told: step,
            ..import.clone()
        };
        deed.keep(Record::Import(told));
        let text = Text::new("roster-progress")
            .with("percent", i64::from(step))
            .with("total", total);
        return deed.tell_admins(text);
    }
    deed.forget(RecordKind::Import, import.id.0.clone());
    let text = Text::new("roster-invited").with("total", total);
    // What is still to be invited now could not be.
    let failed = planned_invitations(deed.snapshot, &deed.community.definition.id);
    let text = match failed {
        0 => text,
        failed => text
            .line("roster-not-invited")
            .with("count", told::number(failed)),
    };
    deed.tell_admins(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::community::{
        change::{Change, Membership},
        definition::CommunityId,
        record::CardId,
        snapshot::tests::{bot, settled},
    };

    fn due(snapshot: &Snapshot, id: &CommunityId, now: Timestamp) -> Vec<(String, Decision)> {
        crate::governance::roster::due(snapshot, &snapshot.communities[id], now)
    }

    fn import(total: u64, told: u8) -> Import {
        Import {
            id: CardId("abcde".to_owned()),
            by: bot(),
            at: Timestamp(1),
            total,
            told,
        }
    }

    #[test]
    fn every_quarter_is_reached_once() {
        for (left, told, expected) in [
            (8, 0, None),
            (7, 0, None),
            (6, 0, Some(25)),
            (6, 25, None),
            (3, 0, Some(50)),
            (2, 50, Some(75)),
            (1, 75, None),
            (0, 75, Some(100)),
            (20, 0, None),
        ] {
            assert_eq!(reached(&import(8, told), left), expected, "{left} {told}");
        }
    }

    #[test]
    fn an_import_is_told_by_quarters_and_then_forgotten() {
        let mut snapshot = settled();
        let id: CommunityId = "nord".parse().unwrap();
        let room = snapshot.communities[&id].places.values().next().unwrap();
        let room = room.clone();
        snapshot.apply(&Change::keep(&id, Record::Import(import(4, 0))));
        for nth in 0..4 {
            snapshot.apply(&Change::Invited {
                room: room.clone(),
                user: format!("@p{nth}:s").try_into().unwrap(),
            });
        }
        let mut told = Vec::new();
        for nth in 0..4 {
            assert_eq!(due(&snapshot, &id, Timestamp(5)), [], "nothing new");
            snapshot.apply(&Change::Member {
                room: room.clone(),
                user: format!("@p{nth}:s").try_into().unwrap(),
                membership: Membership::Invite,
                display_name: None,
            });
            let decisions = due(&snapshot, &id, Timestamp(5));
            assert_eq!(decisions.len(), 1);
            for (_, decision) in decisions {
                told.push(decision.actions.len());
                decision.changes.iter().for_each(|it| snapshot.apply(it));
            }
        }
        assert_eq!(told, [1, 1, 1, 1]);
        assert!(snapshot.communities[&id].records.imports.is_empty());
        assert_eq!(due(&snapshot, &id, Timestamp(6)), []);
    }
}

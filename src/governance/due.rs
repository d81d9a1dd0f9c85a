//! What is due by itself: asked for every community again and again, at short intervals. The cause of each is the same however often it
//! is asked, so that nothing happens twice.

use super::{
    admission, cases, conduct, held, incident, lists, own_message, pace, report, review, roster,
    routes, safeguards, sanctions, seats, shape, team, tickets, topics,
};
use crate::{
    clock::Timestamp,
    community::{definition::CommunityId, snapshot::Snapshot},
    decide::Decision,
};

/// What is due in a community by `now`, each with its cause.
#[must_use]
pub fn due(snapshot: &Snapshot, id: &CommunityId, now: Timestamp) -> Vec<(String, Decision)> {
    let Some(community) = snapshot.communities.get(id) else {
        return Vec::new();
    };
    [
        admission::due,
        conduct::due,
        seats::due,
        roster::due,
        tickets::due,
        team::due,
        safeguards::due,
        report::due,
        review::due,
        shape::due,
        sanctions::due,
        pace::due,
        held::due,
        own_message::due,
        cases::due,
        lists::due,
        incident::due,
        routes::due,
        topics::due,
    ]
    .into_iter()
    .flat_map(|matter| matter(snapshot, community, now))
    .collect()
}

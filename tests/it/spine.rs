//! What the tests of the spine share: a small community, people who are in it, and looking at its messages.

use std::{collections::BTreeMap, sync::Arc};

use hygie_tests::{members::Member, world::World};
use matrix_sdk::ruma::{OwnedRoomId, RoomId};

/// A number of a patient that the built-in rules take down (its key is right).
pub const LEAK: &str = "la patiente 2 69 05 49 588 157 80 est rentrée";

/// One discussion group, one owner.
pub const SMALL: &str = r#"
id: nord
name: Nord
purpose: S’entraider
locale: fr
timezone: Europe/Paris
owners: ["{samir}"]
pace: {flood: {messages: 0}}
code_of_conduct: {version: 1, text: "Respect"}
groups:
  - {id: est, name: "Est", kind: discussion, topic: "Est"}
"#;

/// The number of the line of `text` that holds `what`, as messages about files count: the first line is 1.
pub fn line_of(text: &str, what: &str) -> usize {
    let found = text.lines().position(|line| line.contains(what));
    found.expect("it is there") + 1
}

/// Four discussion groups, one owner.
pub const LARGE: &str = r#"
id: nord
name: Nord
purpose: S’entraider
locale: fr
timezone: Europe/Paris
owners: ["{samir}"]
pace: {flood: {messages: 0}}
code_of_conduct: {version: 1, text: "Respect"}
groups:
  - {id: est, name: "Est", kind: discussion, topic: "Est"}
  - {id: ouest, name: "Ouest", kind: discussion, topic: "Ouest"}
  - {id: sud, name: "Sud", kind: discussion, topic: "Sud"}
  - {id: centre, name: "Centre", kind: discussion, topic: "Centre"}
"#;

/// The owner of the community `nord`, in its space and in these groups.
pub async fn owner(world: &World, groups: &[&str]) -> Arc<Member> {
    let samir = world.member("samir").await;
    samir.accept_invite(&world.space("nord").await).await;
    for group in groups {
        samir.accept_invite(&world.room("nord", group).await).await;
    }
    samir
}

/// A member without a role, brought in by the owner: in the space and in these groups.
pub async fn newcomer(world: &World, owner: &Member, name: &str, groups: &[&str]) -> Arc<Member> {
    let member = world.member(name).await;
    let space = world.space("nord").await;
    owner
        .invite(&space, member.id())
        .await
        .expect("owners invite");
    member.accept_invite(&space).await;
    for group in groups {
        let room = world.room("nord", group).await;
        member.join(room.as_str()).await.expect("the space lets in");
    }
    member
}

/// How many copies of each announcement stand in a room, as this member sees it.
pub async fn copies(member: &Member, room: &RoomId) -> BTreeMap<String, usize> {
    let mut copies = BTreeMap::new();
    for event in member.timeline(room).await {
        if let Some(source) = event["content"]["org.hygie.relay"].as_str() {
            *copies.entry(source.to_owned()).or_default() += 1;
        }
    }
    copies
}

/// The sum of a metric, as it is written: `counted(…) == "4"`.
pub async fn counted(world: &World, name: &str, labels: &str) -> String {
    world.metric(name, labels).await.to_string()
}

/// The rooms of groups, by their ids.
pub async fn rooms(world: &World, groups: &[&str]) -> Vec<OwnedRoomId> {
    let mut rooms = Vec::new();
    for group in groups {
        rooms.push(world.room("nord", group).await);
    }
    rooms
}

//! The community comes into being and people arrive: first the owner, then the team, then the members.

use futures_util::future::join_all;
use serde_json::json;

use super::{
    cast::{CAST, Person, person},
    stage::{Place, Stage},
};

/// Samir accepts his invitations and finds space and rooms as the file declares them.
pub async fn owner_arrives(stage: &mut Stage) {
    let community = stage.community.clone();
    stage.act(&format!(
        "Hygie has made the community «{}» from its file",
        community.name
    ));
    stage.step("Samir is invited to the space and enters it");
    let space = stage.resolve("samir", None).await;
    stage.who("samir").accept_invite(&space).await;
    stage.space = Some(space);
    stage.seen("Samir accepts the invitation to the space");

    stage.step("Samir is invited to every room and enters it");
    let groups = community.group_list();
    let rooms = join_all(groups.iter().map(|group| async {
        let room = stage.resolve("samir", Some(group.id.as_str())).await;
        stage.who("samir").accept_invite(&room).await;
        room
    }))
    .await;
    let places = groups.into_iter().zip(rooms);
    stage.places = places.map(|(group, room)| Place { group, room }).collect();
    stage.seen(&format!(
        "Samir accepts the invitations to {} rooms",
        stage.places.len()
    ));

    join_all(stage.places.iter().map(|place| as_declared(stage, place))).await;
    let names = stage.places.iter().map(|place| place.group.name.as_str());
    stage.seen(&format!(
        "the rooms are as declared: {}",
        names.collect::<Vec<_>>().join(", ")
    ));
}

/// Name, topic, join rule, room version, links and powers of a room are as the file declares.
async fn as_declared(stage: &Stage, place: &Place) {
    let samir = stage.who("samir");
    let (group, room) = (&place.group, &place.room);
    stage.step(&format!("{} is as declared", group.name));
    let content = async |event_type: &str, key: &str| {
        let found = samir.get_state(room, event_type, key).await;
        found.unwrap_or_default()
    };
    assert_eq!(content("m.room.name", "").await["name"], group.name);
    if !group.topic.is_empty() {
        let topic = content("m.room.topic", "").await["topic"].clone();
        let topic = topic.as_str().unwrap_or_default();
        // In an encrypted group a line follows on who reads there.
        assert!(topic.starts_with(&group.topic) && (group.encryption || topic == group.topic));
    }
    let encryption = content("m.room.encryption", "").await;
    assert_eq!(encryption["algorithm"].is_string(), group.encryption);
    let rule = if group.id.as_str() == "admins" {
        "invite"
    } else {
        "restricted"
    };
    assert_eq!(
        content("m.room.join_rules", "").await["join_rule"],
        rule,
        "the join rule of {}",
        group.name
    );
    let creation = content("m.room.create", "").await;
    assert_eq!(creation["room_version"], "12");
    assert_eq!(creation["m.federate"], false);
    let levels = content("m.room.power_levels", "").await;
    assert_eq!(
        levels["users"][samir.id().as_str()],
        100,
        "Samir's power in {}",
        group.name
    );
    let via = json!([stage.setting.server_name]);
    assert_eq!(
        content("m.space.parent", stage.space().as_str()).await["via"],
        via
    );
    let child = samir
        .get_state(stage.space(), "m.space.child", room.as_str())
        .await;
    assert_eq!(child.unwrap_or_default()["via"], via);
}

/// The team accepts its invitations.
pub async fn team_arrives(stage: &Stage) {
    stage.act("The team arrives");
    let team = CAST
        .iter()
        .filter(|person| person.role != "member" && person.name != "samir");
    join_all(team.map(|person| team_member_arrives(stage, person))).await;
}

async fn team_member_arrives(stage: &Stage, person: &Person) {
    let member = stage.who(person.name);
    stage.step("the team is invited and enters");
    member.accept_invite(stage.space()).await;
    for group in ["announcements"].iter().chain(person.groups) {
        member.accept_invite(stage.room(group)).await;
    }
    let names: Vec<_> = person
        .groups
        .iter()
        .map(|group| stage.name_of(group))
        .collect();
    stage.seen(&format!(
        "{} ({}) is in: {}",
        person.display_name,
        person.role,
        names.join(", ")
    ));
}

/// Samir invites the members to the space; from there they enter the groups by themselves, but not the admins' room.
pub async fn members_arrive(stage: &Stage) {
    stage.act("Samir invites three members to the space, and nothing else");
    let members = || CAST.iter().filter(|person| person.role == "member");
    stage.step("Samir invites members to the space");
    for person in members() {
        let invited = stage
            .who("samir")
            .invite(stage.space(), stage.who(person.name).id())
            .await;
        invited.unwrap_or_else(|refusal| panic!("inviting {}: {refusal:?}", person.name));
    }
    join_all(members().map(|person| async {
        stage.step("members enter the space and its groups");
        let member = stage.who(person.name);
        member.accept_invite(stage.space()).await;
        for group in ["announcements"].iter().chain(person.groups) {
            let joined = member.join(stage.room(group).as_str()).await;
            joined.unwrap_or_else(|refusal| {
                panic!("{} enters {group}: {refusal:?}", person.display_name)
            });
        }
        stage.seen(&format!(
            "{} is in the space and joined {} groups",
            person.display_name,
            person.groups.len()
        ));
    }))
    .await;

    stage.step("the admins' room is closed to members");
    let refused = stage.who("luc").join(stage.room("admins").as_str()).await;
    assert_eq!(refused.map_err(|refusal| refusal.status), Err(403));
    stage.seen(&format!(
        "{} is refused in {}",
        person("luc").display_name,
        stage.name_of("admins")
    ));
    stage.step("members cannot write announcements");
    let refused = stage
        .who("luc")
        .send_raw(
            stage.room("announcements"),
            "m.room.message",
            json!({"msgtype": "m.text", "body": "Bonjour"}),
        )
        .await;
    assert_eq!(refused.map_err(|refusal| refusal.status), Err(403));
    stage.seen(&format!(
        "{} may read but not write in {}",
        person("luc").display_name,
        stage.name_of("announcements")
    ));
}

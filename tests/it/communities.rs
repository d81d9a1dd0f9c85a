//! The community that the tests play in: Samir and Ines own it, Lea is admin, Zoe moderates it, Awa moderates the group
//! `secteur-est`, and whoever else is asked for is a plain member.

use std::sync::Arc;

use hygie::fault;
use hygie_tests::{
    members::Member,
    synapse::SERVER_NAME,
    wait::wait_until,
    world::{Database, Options, World},
};
use matrix_sdk::ruma::{EventId, OwnedRoomId, OwnedUserId, RoomId, api::client::room::create_room};
use serde_json::Value;

/// Its file. Members of tests write faster than people: only the tests of the pace measure it.
pub const NORD: &str = r#"
id: nord
name: Nord
purpose: S’entraider
locale: fr
timezone: Europe/Paris
owners: ["{samir}", "{ines}"]
admins: ["{lea}"]
moderators: ["{zoe}"]
pace: {flood: {messages: 0}}
code_of_conduct: {version: 1, text: "Respect"}
groups:
  - {id: secteur-est, name: "Secteur Est", kind: discussion, topic: "Est", moderators: ["{awa}"]}
  - {id: secteur-ouest, name: "Secteur Ouest", kind: discussion, topic: "Ouest"}
"#;

/// A patient's number: right shape, right key.
pub const NIR: &str = "2 69 05 49 588 157 80";

const DAY_MS: i64 = 24 * 3_600_000;

/// A world with the community, its rooms made and nothing left to do. Samir is in every room.
pub struct Nord {
    pub world: World,
    pub space: OwnedRoomId,
    pub announcements: OwnedRoomId,
    pub admins: OwnedRoomId,
    pub est: OwnedRoomId,
    pub ouest: OwnedRoomId,
    pub samir: Arc<Member>,
}

impl Nord {
    /// The community of [`NORD`].
    pub async fn start(database: Database) -> Self {
        Self::with(database, NORD, Options::default()).await
    }

    /// A community whose file, like [`NORD`], has the id `nord`, the two groups and Samir.
    pub async fn with(database: Database, file: &str, options: Options) -> Self {
        Self::in_world(World::start(database, &[file], options).await).await
    }

    /// The community in a world whose Hygie makes it.
    pub async fn in_world(world: World) -> Self {
        let samir = world.member("samir").await;
        let nord = Self {
            space: world.space("nord").await,
            announcements: world.room("nord", "announcements").await,
            admins: world.room("nord", "admins").await,
            est: world.room("nord", "secteur-est").await,
            ouest: world.room("nord", "secteur-ouest").await,
            samir,
            world,
        };
        for room in nord.rooms() {
            nord.samir.accept_invite(room).await;
        }
        nord.quiet().await;
        nord
    }

    /// Every room of the community, the space first.
    pub fn rooms(&self) -> [&OwnedRoomId; 5] {
        [
            &self.space,
            &self.announcements,
            &self.admins,
            &self.est,
            &self.ouest,
        ]
    }

    /// Somebody whom the file names, in these rooms: the invitations that Hygie sent are accepted.
    pub async fn invited(&self, name: &str, rooms: &[&OwnedRoomId]) -> Arc<Member> {
        let member = self.world.member(name).await;
        for room in rooms {
            member.accept_invite(room).await;
        }
        member
    }

    /// A plain member, whom Samir invites to the space, in these rooms.
    pub async fn member(&self, name: &str, rooms: &[&OwnedRoomId]) -> Arc<Member> {
        let member = self.world.member(name).await;
        let asked = self.samir.invite(&self.space, member.id()).await;
        asked.expect("an owner may invite");
        member.accept_invite(&self.space).await;
        for room in rooms {
            let joined = member.join(room.as_str()).await;
            joined.expect("who is in the space may join its groups");
        }
        member
    }

    /// The bot's Matrix id.
    pub fn bot(&self) -> OwnedUserId {
        self.world.bot_id()
    }

    /// `!hygie LINE`, with the name that the bot has here.
    pub fn line(&self, line: &str) -> String {
        format!("!{} {line}", self.world.slot.bot)
    }

    /// Says `!hygie LINE` in a room and gives the body of the answer to it there.
    pub async fn command(&self, who: &Member, room: &RoomId, line: &str) -> String {
        let asked = who.send_text(room, &self.line(line)).await;
        self.answer(who, room, &asked).await
    }

    /// The body of the bot's answer to a message, in its room.
    pub async fn answer(&self, who: &Member, room: &RoomId, asked: &EventId) -> String {
        let bot = self.bot();
        let answer = who
            .wait_for_event(room, "the answer to its command", |event| {
                event["sender"] == bot.as_str()
                    && event["content"]["m.relates_to"]["m.in_reply_to"]["event_id"]
                        == asked.as_str()
            })
            .await;
        assert_eq!(answer["content"]["msgtype"], "m.notice");
        body(&answer)
    }

    /// What the bot has said in the admins room that holds these words.
    pub async fn told(&self, words: &str) -> Value {
        let bot = self.bot();
        self.samir
            .wait_for_event(&self.admins, words, |event| {
                event["sender"] == bot.as_str() && body(event).contains(words)
            })
            .await
    }

    /// Waits until Hygie has decided everything that reached it and done everything that it decided.
    pub async fn quiet(&self) {
        quiet(&self.world).await;
    }

    /// The clock is wrong by so many days from now on, in a world [`with_clock`].
    pub fn jump(&self, days: i64) {
        // In one step: half a number must not be read.
        self.world.write("clock.new", &(days * DAY_MS).to_string());
        let folder = self.world.folder();
        std::fs::rename(folder.join("clock.new"), folder.join("clock"))
            .expect("it was just written");
    }
}

/// A world whose clock can be made to jump.
pub fn with_clock() -> Options {
    Options {
        env: vec![(fault::CLOCK_VARIABLE.to_owned(), "clock".to_owned())],
        ..Options::default()
    }
}

/// Waits until Hygie has decided everything that reached it and done everything that it decided.
pub async fn quiet(world: &World) {
    let left = "SELECT (SELECT count(*) FROM inbox WHERE done_at IS NULL) \
                + (SELECT count(*) FROM outbox WHERE state = 'waiting')";
    wait_until("inbox and outbox to be empty", async || {
        (world.sql_count(left).await == 0).then_some(())
    })
    .await;
}

/// The body of a message.
pub fn body(event: &Value) -> String {
    event["content"]["body"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// A member opens an unencrypted direct message with the bot, which comes and greets.
pub async fn direct_with_bot(member: &Member, bot: &OwnedUserId) -> OwnedRoomId {
    let mut request = create_room::v3::Request::new();
    request.invite = vec![bot.clone()];
    request.is_direct = true;
    request.preset = Some(create_room::v3::RoomPreset::TrustedPrivateChat);
    let made = member.client().send(request).await;
    let room = made.expect("a member may open a room").room_id;
    member
        .wait_message_in(&room, |body| body.contains("Hygie"))
        .await;
    room
}

/// What the homeserver answers to a GET of the bot itself.
pub async fn as_bot(world: &World, path: &str) -> Value {
    let and = if path.contains('?') { '&' } else { '?' };
    let url = format!(
        "{}/_matrix/client/v3/{path}{and}user_id={}",
        world.synapse.url(),
        world.bot_id()
    );
    let request = reqwest::Client::new()
        .get(url)
        .bearer_auth(world.slot.as_token());
    let answer = request.send().await.expect("the homeserver answers");
    answer.json().await.expect("the homeserver gives JSON")
}

/// The rooms that the bot is in.
pub async fn rooms_of_the_bot(world: &World) -> Vec<String> {
    let answer = as_bot(world, "joined_rooms").await;
    let rooms = answer["joined_rooms"].as_array().expect("the bot exists");
    let rooms = rooms.iter().filter_map(Value::as_str);
    rooms.map(str::to_owned).collect()
}

/// The alias that Hygie gives a place: `group` is empty for the space.
pub fn alias(world: &World, group: &str) -> String {
    let end = if group.is_empty() {
        String::new()
    } else {
        format!("_{group}")
    };
    format!("#_{}_nord{end}:{SERVER_NAME}", world.slot.bot)
}

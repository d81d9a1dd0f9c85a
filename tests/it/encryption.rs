//! Encrypted rooms: Hygie reads what members write there and says everything encrypted, with an identity that survives.

use std::sync::Arc;

use hygie::fault;
use hygie_tests::{
    members::Member,
    on_both,
    proxy::{Fault, Passed},
    wait::wait_until,
    world::{Database, Options},
};
use matrix_sdk::ruma::{
    OwnedEventId, OwnedRoomId, RoomId,
    api::client::room::create_room,
    events::{
        AnyInitialStateEvent, InitialStateEvent, room::encryption::RoomEncryptionEventContent,
    },
    serde::Raw,
};
use serde_json::{Value, json};

use crate::communities::{NIR, Nord, body};

/// The community whose group `secteur-est` is encrypted.
const NORD_ENCRYPTED: &str = r#"
id: nord
name: Nord
purpose: S’entraider
locale: fr
timezone: Europe/Paris
owners: ["{samir}", "{ines}"]
code_of_conduct: {version: 1, text: "Respect"}
groups:
  - {id: secteur-est, name: "Secteur Est", kind: discussion, topic: "Est", encryption: true}
  - {id: secteur-ouest, name: "Secteur Ouest", kind: discussion, topic: "Ouest"}
"#;

fn encrypting() -> Options {
    Options {
        encryption: true,
        ..Options::default()
    }
}

async fn nord(database: Database) -> Nord {
    Nord::with(database, NORD_ENCRYPTED, encrypting()).await
}

/// An event as the homeserver stores it: encrypted or not.
async fn stored(nord: &Nord, room: &RoomId, event: &str) -> Value {
    crate::communities::as_bot(&nord.world, &format!("rooms/{room}/event/{event}")).await
}

/// Asserts that the bot's message went over the homeserver encrypted.
async fn assert_encrypted(nord: &Nord, room: &RoomId, event: &Value) {
    let id = event["event_id"].as_str().expect("it is an event");
    let stored = stored(nord, room, id).await;
    assert_eq!(stored["type"], "m.room.encrypted");
}

/// A member opens an encrypted direct message with the bot, as Element does.
async fn encrypted_direct(member: &Member, nord: &Nord) -> OwnedRoomId {
    let mut request = create_room::v3::Request::new();
    request.invite = vec![nord.bot()];
    request.is_direct = true;
    request.preset = Some(create_room::v3::RoomPreset::TrustedPrivateChat);
    let encryption = InitialStateEvent::with_empty_state_key(
        RoomEncryptionEventContent::with_recommended_defaults(),
    );
    let encryption: Raw<AnyInitialStateEvent> =
        Raw::new(&encryption).expect("it is JSON").cast_unchecked();
    request.initial_state = vec![encryption];
    let made = member.client().send(request).await;
    let room = made.expect("a member may open a room").room_id;
    member
        .wait_message_in(&room, |body| body.contains("Hygie"))
        .await;
    room
}

on_both! {
    async fn a_leak_in_an_encrypted_group_is_taken_down_and_explained_in_an_encrypted_conversation(database) {
        let nord = nord(database).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let harmless = luc.send_text(&nord.est, "Bonjour Zinzolin").await;
        let leak = luc.send_text(&nord.est, &format!("Zinzolin {NIR}")).await;
        let caption = json!({
            "msgtype": "m.image", "body": format!("Zinzolin {NIR}"), "filename": "photo.jpg",
            "file": {"url": "mxc://hygie.test/photo", "key": {"kty": "oct", "key_ops": ["encrypt", "decrypt"], "alg": "A256CTR", "k": "aWF6-32KGYaC3A_FEUCk1Bt0JA37zP0wrStgmdCaW-0", "ext": true},
                "iv": "w+sE15fzSc0AAAAAAAAAAA", "hashes": {"sha256": "fdSLu/YkRx3Wyh3KQabP3rd6+SFiKg5lsJZQHtkSAYA"}, "v": "v2"},
        });
        let caption = luc.send_raw(&nord.est, "m.room.message", caption).await.expect("a member may write");
        let edit = luc.edit(&nord.est, &harmless, &format!("Zinzolin {NIR}")).await;
        for event in [&leak, &caption, &edit] {
            let fetched = nord.samir.wait_redacted(&nord.est, event).await;
            assert_eq!(fetched["type"], "m.room.encrypted");
            let reason = &fetched["unsigned"]["redacted_because"]["content"]["reason"];
            assert_eq!(reason, "Règle de la communauté : numéro de sécurité sociale");
        }
        nord.quiet().await;
        let direct = luc.direct_message_from(&nord.bot()).await;
        let explanation = luc.wait_message_in(&direct, |body| body.contains("Secteur Est")).await;
        assert_encrypted(&nord, &direct, &explanation).await;
        assert_eq!(body(&nord.samir.fetch(&nord.est, &harmless).await), "Bonjour Zinzolin");
        let kept = format!("{} {}", nord.world.database_dump().await, nord.world.log());
        assert!(!kept.contains("Zinzolin") && !kept.contains("588 157"));
    }

    async fn commands_work_in_an_encrypted_conversation_that_a_member_opened(database) {
        let nord = nord(database).await;
        let luc = nord.member("luc", &[]).await;
        let room = encrypted_direct(&luc, &nord).await;
        let asked = luc.send_text(&room, "confidentialité").await;
        let bot = nord.bot();
        let answer = luc.wait_for_event(&room, "the answer", |event| {
            event["sender"] == bot.as_str()
                && event["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == asked.as_str()
        }).await;
        assert!(body(&answer).contains("Test operator"), "{}", body(&answer));
        assert_encrypted(&nord, &room, &answer).await;
    }

    async fn kill_9_and_a_restart_keep_the_identity_and_lose_no_message(database) {
        let mut nord = nord(database).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let identity = identity(&nord, &luc).await;
        nord.world.kill9().await;
        let while_down = luc.send_text(&nord.est, NIR).await;
        nord.world.restart().await;
        nord.samir.wait_redacted(&nord.est, &while_down).await;
        assert_eq!(nord.world.stop().await, 0);
        luc.client().get_room(&nord.est).expect("he is there").discard_room_key().await.expect("it can be");
        let with_a_new_key = luc.send_text(&nord.est, NIR).await;
        nord.world.restart().await;
        nord.samir.wait_redacted(&nord.est, &with_a_new_key).await;
        assert_eq!(super::encryption::identity(&nord, &luc).await, identity);
    }
}

/// The bot's public master key and its devices, as a member's client sees them.
async fn identity(nord: &Nord, member: &Member) -> (String, Vec<String>) {
    let encryption = member.client().encryption();
    let bot = nord.bot();
    let seen = encryption.request_user_identity(&bot).await;
    let seen = seen
        .expect("the homeserver answers")
        .expect("the bot has an identity");
    let key = seen
        .master_key()
        .get_first_key()
        .expect("it has a key")
        .to_base64();
    let devices = encryption
        .get_user_devices(&bot)
        .await
        .expect("the store answers");
    let mut devices: Vec<_> = devices
        .devices()
        .map(|it| it.device_id().to_string())
        .collect();
    devices.sort();
    (key, devices)
}

/// The first member of a group writes what only devices that have the key can read, and these are them.
async fn say_in_group(nord: &Nord, words: &str) {
    let asked = nord.samir.send_text(&nord.announcements, words).await;
    nord.samir.fetch(&nord.announcements, &asked).await;
}

#[tokio::test]
async fn two_members_see_that_the_bots_device_is_signed_by_its_owner() {
    let nord = nord(Database::Sqlite).await;
    for name in ["luc", "mia"] {
        let member = nord.member(name, &[&nord.est]).await;
        let (_, devices) = identity(&nord, &member).await;
        assert_eq!(devices.len(), 1, "{devices:?}");
        let encryption = member.client().encryption();
        let device = encryption
            .get_device(&nord.bot(), devices[0].as_str().into())
            .await
            .expect("the store answers")
            .expect("it exists");
        assert!(device.is_cross_signed_by_owner());
    }
}

#[tokio::test]
async fn a_new_device_reads_the_next_message_and_who_left_does_not() {
    let nord = nord(Database::Sqlite).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let mia = nord.member("mia", &[&nord.est]).await;
    say_in_group(&nord, "Réunion").await;
    let first = luc
        .wait_message_in(&nord.est, |body| body.contains("Réunion"))
        .await;
    assert_encrypted(&nord, &nord.est, &first).await;
    mia.wait_message_in(&nord.est, |body| body.contains("Réunion"))
        .await;

    let second_phone = nord.world.another_device("luc").await;
    mia.leave(&nord.est).await.expect("she may leave");
    wait_until("her to be seen to leave", async || {
        let left = nord.samir.members_of(&nord.est, "leave").await;
        left.contains(&mia.id().to_owned()).then_some(())
    })
    .await;
    say_in_group(&nord, "Changement de salle").await;
    for phone in [&*luc, &second_phone] {
        phone
            .wait_message_in(&nord.est, |body| body.contains("Changement"))
            .await;
    }
    let copy = nord
        .samir
        .wait_message_in(&nord.est, |body| body.contains("Changement"))
        .await;
    let sealed = stored(&nord, &nord.est, copy["event_id"].as_str().expect("an id")).await;
    let session = sealed["content"]["session_id"].as_str().expect("a session");
    assert!(luc.has_key_of(&nord.est, session).await);
    assert!(!mia.has_key_of(&nord.est, session).await, "she left before");
}

#[tokio::test]
async fn a_message_whose_key_comes_late_is_told_of_and_then_taken_down() {
    let options = Options {
        proxy: true,
        env: vec![("HYGIE_ENCRYPTION__TELL_AFTER".to_owned(), "1s".to_owned())],
        ..encrypting()
    };
    let nord = Nord::with(Database::Sqlite, NORD_ENCRYPTED, options).await;
    let syncs = |passed: &Passed| passed.path.contains("simplified_msc3575");
    nord.world
        .proxy()
        .fail(usize::MAX, Fault::Status(502), syncs);
    // The sync under way still answers, when somebody comes; from then on no keys come.
    let before = nord.world.proxy().count(syncs);
    let luc = nord.member("luc", &[&nord.est]).await;
    nord.world
        .proxy()
        .wait_count("a sync that fails", before + 1, syncs)
        .await;
    let leak: OwnedEventId = luc.send_text(&nord.est, NIR).await;
    let told = nord
        .samir
        .wait_message_in(&nord.admins, |body| body.contains("chiffrés"))
        .await;
    assert!(body(&told).contains("Secteur Est") && body(&told).contains(luc.id().as_str()));
    let waiting = "SELECT count(*) FROM inbox WHERE done_at IS NULL AND session IS NOT NULL";
    assert_eq!(nord.world.sql_count(waiting).await, 1);
    nord.world.proxy().heal();
    nord.samir.wait_redacted(&nord.est, &leak).await;
    nord.quiet().await;
}

#[tokio::test]
async fn a_lost_folder_is_recovered_with_the_recovery_key_and_the_identity_stays() {
    let mut nord = nord(Database::Sqlite).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let leak = luc.send_text(&nord.est, NIR).await;
    nord.samir.wait_redacted(&nord.est, &leak).await;
    let (master, devices) = identity(&nord, &luc).await;
    wait_until("everything to be published", async || {
        let status = nord.world.hygie(&["crypto", "status"]).await;
        status.status.success().then_some(())
    })
    .await;
    nord.world.stop().await;
    std::fs::remove_dir_all(nord.world.folder().join("crypto")).expect("it is there");
    // Without its keys Hygie would answer in the clear.
    nord.world.launch().await;
    assert_ne!(nord.world.wait_ended().await, 0);
    assert!(nord.world.log().contains("hygie crypto recover"));
    nord.world.write("recovery", nord.world.recovery_key());
    // The example of the specification.
    nord.world.write(
        "wrong",
        "EsTj 3yST y93F SLpB jJsz eAXc 2XzA ygD3 w69H fGaN TKBj jXEd",
    );
    let refused = nord
        .world
        .hygie(&["crypto", "recover", "--recovery-key-file", "wrong"])
        .await;
    assert!(!refused.status.success());
    assert!(!nord.world.folder().join("crypto").exists());
    let recovered = nord
        .world
        .hygie(&["crypto", "recover", "--recovery-key-file", "recovery"])
        .await;
    let printed = String::from_utf8_lossy(&recovered.stdout).into_owned();
    assert!(printed.contains("the bot's identity is back"), "{printed}");
    let while_down = luc.send_text(&nord.est, NIR).await;
    nord.world.restart().await;
    // Its key was in no backup and went to the device that is gone: the next message has it.
    drop(while_down);
    let (master_now, _) = identity(&nord, &luc).await;
    assert_eq!(master_now, master);
    wait_until("the old device to go", async || {
        let (_, now) = identity(&nord, &luc).await;
        (now.len() == 1 && now != devices).then_some(())
    })
    .await;
    let next = luc.send_text(&nord.est, NIR).await;
    nord.samir.wait_redacted(&nord.est, &next).await;
}

#[tokio::test]
async fn an_export_brings_everything_back_and_opens_with_its_passphrase_only() {
    let mut nord = nord(Database::Sqlite).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let before = identity(&nord, &luc).await;
    nord.world.write("passphrase", "une phrase bien longue\n");
    nord.world.write("other", "une autre phrase bien longue\n");
    let export = [
        "crypto",
        "export",
        "keys.json",
        "--passphrase-file",
        "passphrase",
    ];
    assert!(nord.world.hygie(&export).await.status.success());
    let again = nord.world.hygie(&export).await;
    assert!(
        String::from_utf8_lossy(&again.stderr).contains("exists"),
        "nothing is replaced"
    );
    nord.world.stop().await;
    let folder = nord.world.folder().to_owned();
    std::fs::remove_dir_all(folder.join("crypto")).expect("it is there");
    std::fs::remove_file(folder.join("crypto.key")).expect("it is there");
    let import = |passphrase| {
        [
            "crypto",
            "import",
            "keys.json",
            "--passphrase-file",
            passphrase,
        ]
    };
    let wrong = nord.world.hygie(&import("other")).await;
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("does not open with this passphrase"));
    assert!(!folder.join("crypto").exists() && !folder.join("crypto.key").exists());
    assert!(
        nord.world
            .hygie(&import("passphrase"))
            .await
            .status
            .success()
    );
    nord.world.restart().await;
    let leak = luc.send_text(&nord.est, NIR).await;
    nord.samir.wait_redacted(&nord.est, &leak).await;
    assert_eq!(identity(&nord, &luc).await, before);
}

#[tokio::test]
async fn a_reset_gives_a_new_identity_and_removes_the_old_device() {
    let mut nord = nord(Database::Sqlite).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let (master, devices) = identity(&nord, &luc).await;
    nord.world.stop().await;
    let unsure = nord.world.hygie(&["crypto", "reset"]).await;
    assert!(String::from_utf8_lossy(&unsure.stderr).contains("--yes"));
    let reset = nord.world.hygie(&["crypto", "reset", "--yes"]).await;
    assert!(
        reset.status.success(),
        "{}",
        String::from_utf8_lossy(&reset.stderr)
    );
    nord.world.restart().await;
    wait_until("the new identity", async || {
        let (now, with) = identity(&nord, &luc).await;
        (now != master && with.len() == 1 && with != devices).then_some(())
    })
    .await;
    let leak = luc.send_text(&nord.est, NIR).await;
    nord.samir.wait_redacted(&nord.est, &leak).await;
}

/// The recovery key that a command printed.
fn recovery_key(printed: &std::process::Output) -> String {
    let text = String::from_utf8_lossy(&printed.stdout).into_owned();
    let problem = String::from_utf8_lossy(&printed.stderr);
    let key = text.lines().find(|line| line.starts_with("    "));
    key.unwrap_or_else(|| panic!("no recovery key: {problem}"))
        .trim()
        .to_owned()
}

#[tokio::test]
async fn killed_while_it_publishes_a_new_identity_it_finishes_that_and_the_recovery_key_fits() {
    let mut nord = nord(Database::Sqlite).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let points = [
        "crypto.device_published",
        "crypto.identity_published",
        "crypto.secret_stored:2",
        "crypto.backup_created",
    ];
    for point in points {
        let (master, _) = identity(&nord, &luc).await;
        nord.world.stop().await;
        let reset = nord.world.hygie(&["crypto", "reset", "--yes"]).await;
        let key = recovery_key(&reset);
        nord.world.set_env(fault::POINT_VARIABLE, Some(point));
        nord.world.launch().await;
        nord.world.wait_ended().await;
        nord.world.set_env(fault::POINT_VARIABLE, None);
        nord.world.restart().await;
        wait_until("the new identity, alone", async || {
            let (now, with) = identity(&nord, &luc).await;
            (now != master && with.len() == 1).then_some(())
        })
        .await;
        wait_until("everything to be published", async || {
            let status = nord.world.hygie(&["crypto", "status"]).await;
            status.status.success().then_some(())
        })
        .await;
        let leak = luc.send_text(&nord.est, NIR).await;
        nord.samir.wait_redacted(&nord.est, &leak).await;
        let (master, _) = identity(&nord, &luc).await;
        nord.world.stop().await;
        std::fs::remove_dir_all(nord.world.folder().join("crypto")).expect("it is there");
        nord.world.write("recovery", &key);
        let recover = ["crypto", "recover", "--recovery-key-file", "recovery"];
        let recovered = nord.world.hygie(&recover).await;
        let problem = String::from_utf8_lossy(&recovered.stderr).into_owned();
        assert!(recovered.status.success(), "{point}: {problem}");
        nord.world.restart().await;
        assert_eq!(identity(&nord, &luc).await.0, master, "{point}");
    }
}

#[tokio::test]
async fn a_key_backup_that_somebody_deleted_is_made_anew_and_keys_come_in_all_the_same() {
    let nord = nord(Database::Sqlite).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let leak = luc.send_text(&nord.est, NIR).await;
    nord.samir.wait_redacted(&nord.est, &leak).await;
    let version = async || {
        let latest = crate::communities::as_bot(&nord.world, "room_keys/version").await;
        latest["version"].as_str().map(str::to_owned)
    };
    let first = version().await.expect("there is a backup");
    let bot = nord.bot();
    let url = format!(
        "{}/_matrix/client/v3/room_keys/version/{first}?user_id={bot}",
        nord.world.synapse.url()
    );
    let delete = reqwest::Client::new().delete(url);
    let deleted = delete.bearer_auth(nord.world.slot.as_token()).send().await;
    assert!(deleted.expect("it answers").status().is_success());
    let room = luc.client().get_room(&nord.est).expect("he is there");
    room.discard_room_key().await.expect("it can be");
    let with_a_new_key = luc.send_text(&nord.est, NIR).await;
    nord.samir.wait_redacted(&nord.est, &with_a_new_key).await;
    wait_until("another backup", async || {
        version().await.filter(|now| *now != first)
    })
    .await;
}

#[tokio::test]
async fn encryption_comes_with_the_file_and_does_not_go_with_it() {
    let plain = NORD_ENCRYPTED.replace(", encryption: true", "");
    let nord = Nord::with(Database::Sqlite, &plain, encrypting()).await;
    let encryption = async || {
        let path = format!("rooms/{}/state/m.room.encryption", nord.est);
        crate::communities::as_bot(&nord.world, &path).await["algorithm"].clone()
    };
    assert_eq!(encryption().await, Value::Null);
    nord.world.write("communities/nord.yaml", NORD_ENCRYPTED);
    nord.world.sighup();
    wait_until("encryption to be on", async || {
        (encryption().await == "m.megolm.v1.aes-sha2").then_some(())
    })
    .await;
    let topic = async || {
        let topic = nord.samir.get_state(&nord.est, "m.room.topic", "").await;
        topic.and_then(|topic| Some(topic["topic"].as_str()?.to_owned()))
    };
    wait_until("the topic to say so", async || {
        let topic = topic().await?;
        (topic.starts_with("Est — 🔒") && topic.contains("confidentialité")).then_some(())
    })
    .await;
    nord.world.write("communities/nord.yaml", &plain);
    nord.world.sighup();
    wait_until("the topic to be as before", async || {
        (topic().await? == "Est").then_some(())
    })
    .await;
    assert_eq!(encryption().await, "m.megolm.v1.aes-sha2");
    let said: Arc<Member> = nord.member("luc", &[&nord.est]).await;
    let leak = said.send_text(&nord.est, NIR).await;
    nord.samir.wait_redacted(&nord.est, &leak).await;
}

#[tokio::test]
async fn announcements_leave_an_encrypted_room_only_when_the_file_says_so() {
    let with = |more: &str| {
        let announcements = format!(
            "  - {{id: announcements, name: Annonces, kind: announcements, encryption: true{more}}}\n  - {{id: secteur-est"
        );
        NORD_ENCRYPTED.replacen("  - {id: secteur-est", &announcements, 1)
    };
    let nord = Nord::with(Database::Sqlite, &with(""), encrypting()).await;
    nord.samir
        .send_text(&nord.announcements, "Première annonce")
        .await;
    nord.samir
        .wait_message_in(&nord.est, |body| body.contains("Première annonce"))
        .await;
    let told = nord
        .samir
        .wait_message_in(&nord.admins, |body| body.contains("n’a pas été copiée"))
        .await;
    assert!(body(&told).contains("Secteur Ouest") && !body(&told).contains("Secteur Est"));
    nord.world
        .write("communities/nord.yaml", &with(", relay_to_plain: true"));
    nord.world.sighup();
    nord.world
        .wait_log("the configuration was read again")
        .await;
    for words in ["Deuxième annonce", "Troisième annonce"] {
        nord.samir.send_text(&nord.announcements, words).await;
        nord.samir
            .wait_message_in(&nord.ouest, |body| body.contains(words))
            .await;
    }
    nord.quiet().await;
    let ouest = nord.samir.bodies(&nord.ouest).await;
    assert!(
        !ouest.iter().any(|body| body.contains("Première")),
        "{}",
        ouest.len()
    );
    let admins = nord.samir.bodies(&nord.admins).await;
    let in_clear = admins
        .iter()
        .filter(|body| body.contains("relay_to_plain`) : elle"))
        .count();
    assert_eq!(in_clear, 1, "told once");
}

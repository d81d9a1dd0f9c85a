//! What follows for who breaks rules again and again, and what admins decide about somebody.

use hygie::fault;
use hygie_tests::{
    on_both,
    wait::wait_until,
    world::{Options, World},
};

use crate::{
    communities::{NORD, Nord, body, with_clock},
    team::card,
};

const INSULT: &str = "tu es un connard";

/// [`NORD`] with these sanctions.
fn with(sanctions: &str) -> String {
    NORD.replace(
        "code_of_conduct:",
        &format!("sanctions: {{{sanctions}}}\ncode_of_conduct:"),
    )
}

on_both! {
    async fn who_goes_on_is_warned_then_may_not_write_and_then_is_out_for_a_time_over_restarts(database) {
        let ladder = "ladder: [{points: 3, step: warn}, {points: 5, step: mute, for: 12h}, {points: 8, step: remove, for: 12h}]";
        let mut nord = Nord::in_world(World::start(database, &[&with(ladder)], with_clock()).await).await;
        let luc = nord.member("luc", &[&nord.est, &nord.ouest]).await;
        let first = luc.send_text(&nord.est, INSULT).await;
        nord.samir.wait_redacted(&nord.est, &first).await;
        let direct = luc.direct_message_from(&nord.bot()).await;
        luc.wait_message_in(&direct, |body| body.contains("avertissement") && body.contains("recours ")).await;
        nord.quiet().await;

        nord.jump(1);
        let second = luc.send_text(&nord.est, INSULT).await;
        nord.samir.wait_redacted(&nord.est, &second).await;
        luc.wait_message_in(&direct, |body| body.contains("pas écrire")).await;
        nord.quiet().await;
        let refused = luc.send_raw(&nord.ouest, "m.room.message", serde_json::json!({"msgtype": "m.text", "body": "un"})).await;
        assert!(refused.is_err(), "kept from writing everywhere");
        nord.world.kill9().await;
        nord.jump(2);
        nord.world.restart().await;
        nord.told("peut de nouveau écrire").await;
        nord.quiet().await;

        let third = luc.send_text(&nord.ouest, INSULT).await;
        nord.samir.wait_redacted(&nord.ouest, &third).await;
        luc.wait_message_in(&direct, |body| body.contains("ne faites plus partie")).await;
        nord.quiet().await;
        let refused = luc.join(nord.est.as_str()).await;
        assert!(refused.is_err(), "kept out");
        nord.world.kill9().await;
        nord.jump(3);
        nord.world.restart().await;
        for room in [&nord.space, &nord.est, &nord.ouest] {
            luc.accept_invite(room).await;
        }
        nord.quiet().await;
        let now = luc.send_text(&nord.est, "bonjour").await;
        nord.quiet().await;
        assert_eq!(body(&nord.samir.fetch(&nord.est, &now).await), "bonjour");
    }
}

on_both! {
    async fn a_ban_waits_for_an_admins_yes_and_takes_down_what_was_written_in_every_room(database) {
        let nord = Nord::with(database, &with("ladder: [{points: 3, step: ban}]"), Options::default()).await;
        let luc = nord.member("luc", &[&nord.est, &nord.ouest]).await;
        let mia = nord.member("mia", &[&nord.est]).await;
        let mut written = Vec::new();
        for room in [&nord.est, &nord.ouest] {
            for number in 0..3 {
                written.push((room, luc.send_text(room, &format!("avant {number}")).await));
            }
        }
        let of_mia = mia.send_text(&nord.est, "je reste").await;
        let insult = luc.send_text(&nord.est, INSULT).await;
        nord.samir.wait_redacted(&nord.est, &insult).await;
        let card = card(&nord.samir, &nord.admins, "un bannissement").await;
        nord.quiet().await;
        assert!(!body(&nord.samir.fetch(&nord.est, &written[0].1).await).is_empty(), "nothing before the yes");
        nord.samir.react(&nord.admins, &card, "✅").await;
        for (room, message) in &written {
            nord.samir.wait_redacted(room, message).await;
        }
        nord.quiet().await;
        assert_eq!(body(&nord.samir.fetch(&nord.est, &of_mia).await), "je reste");
        assert!(luc.join(nord.est.as_str()).await.is_err(), "kept out");
        let ended = nord.command(&nord.samir, &nord.admins, &format!("débannir {}", luc.id())).await;
        assert!(ended.contains("n’est plus exclu"), "{ended}");
    }
}

on_both! {
    async fn a_ban_by_command_takes_down_what_was_written_over_a_crash_in_the_middle(database) {
        let mut nord = Nord::with(database, NORD, Options::default()).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let mut written = Vec::new();
        for number in 0..30 {
            written.push(luc.send_text(&nord.est, &format!("message {number} de ce jour")).await);
        }
        nord.quiet().await;
        nord.world.set_env(fault::POINT_VARIABLE, Some("executor.cleaning_up:5"));
        nord.world.restart().await;
        nord.samir.send_text(&nord.admins, &nord.line(&format!("bannir {}", luc.id()))).await;
        nord.world.wait_ended().await;
        nord.world.set_env(fault::POINT_VARIABLE, None);
        nord.world.launch().await;
        for message in &written {
            nord.samir.wait_redacted(&nord.est, message).await;
        }
        nord.quiet().await;
        wait_until("the ban", async || luc.join(nord.est.as_str()).await.is_err().then_some(())).await;
    }
}

//! A dry run: the plan and the would-be actions are said, and nothing reaches the homeserver that could change it.

use hygie_tests::{
    on_both,
    wait::wait_until,
    world::{Database, Options, World},
};
use reqwest::Method;
use serde_json::json;

use crate::spine::{LEAK, SMALL, newcomer, owner};

fn dry() -> Options {
    Options {
        proxy: true,
        serve: vec!["--dry-run".to_owned()],
        ..Options::default()
    }
}

/// Waits until the log says `words`.
async fn logged(world: &World, words: &str) {
    wait_until(&format!("the log to say {words:?}"), async || {
        world.log().contains(words).then_some(())
    })
    .await;
}

on_both! {
    async fn a_dry_run_says_what_it_would_do_and_asks_only(database) {
        let mut world = World::start(database, &[SMALL], dry()).await;
        logged(&world, "dry run: would create the room of nord space").await;
        let asked = world.proxy().passed();
        assert!(!asked.is_empty(), "it looks at the homeserver");
        let other: Vec<_> = asked.iter().filter(|it| it.method != Method::GET).collect();
        assert_eq!(other, Vec::<&hygie_tests::proxy::Passed>::new());
        assert!(world.resolve(&format!("#_{}_nord:hygie.test", world.slot.bot)).await.is_none());
        assert_eq!(world.stop().await, 0);
    }

    async fn a_dry_run_beside_living_rooms_changes_nothing_and_the_next_real_run_does_it(database) {
        let mut world = World::start(database, &[SMALL], Options { proxy: true, ..Options::default() }).await;
        let samir = owner(&world, &["est", "announcements"]).await;
        let room = world.room("nord", "est").await;
        let luc = newcomer(&world, &samir, "luc", &["est"]).await;
        world.set_serve(&["--dry-run"]);
        // One more group and one more owner: to be created and invited by the real run that comes after the dry one.
        let ines = world.member("ines").await;
        let more = format!("owners: [\"{}\", \"{}\"]", world.id_of("samir"), ines.id());
        let text = SMALL.replace("owners: [\"{samir}\"]", &more) + "  - {id: ouest, name: \"Ouest\", kind: discussion, topic: \"Ouest\"}\n";
        world.write("communities/nord.yaml", &text);
        world.restart().await;
        let before = world.proxy().passed().len();
        let leak = luc.send_text(&room, LEAK).await;
        let announcements = world.room("nord", "announcements").await;
        samir.send_text(&announcements, "Réunion demain").await;
        for words in [format!("would redact {leak}"), "would create the room of nord ouest".to_owned(), "would copy $".to_owned(), format!("would invite {}", ines.id())] {
            logged(&world, &words).await;
        }
        let other: Vec<_> = world.proxy().passed().split_off(before).into_iter().filter(|it| it.method != Method::GET).collect();
        assert_eq!(other, Vec::<hygie_tests::proxy::Passed>::new());
        assert_eq!(luc.fetch(&room, &leak).await["content"]["body"], json!(LEAK), "it still stands");

        world.set_serve(&[]);
        world.restart().await;
        world.room("nord", "ouest").await;
        ines.accept_invite(&world.space("nord").await).await;
        assert_eq!(luc.fetch(&room, &leak).await["content"]["body"], json!(LEAK), "what is long ago is not done late");
    }
}

#[tokio::test]
async fn plan_and_dry_apply_print_the_plan_and_write_nothing() {
    let options = Options {
        proxy: true,
        ..Options::default()
    };
    let mut world = World::start(Database::Sqlite, &[], options).await;
    world.member("samir").await;
    world.write("communities/nord.yaml", SMALL);
    world.stop().await;
    let before = world.proxy().passed().len();
    let mut printed = Vec::new();
    for arguments in [&["plan"][..], &["apply", "--dry-run"]] {
        let output = world.hygie(arguments).await;
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        printed.push(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    assert_eq!(printed[0], printed[1]);
    assert!(
        printed[0].starts_with("nord: Nord (4 to change)\n  + "),
        "{}",
        printed[0]
    );
    let other: Vec<_> = world
        .proxy()
        .passed()
        .split_off(before)
        .into_iter()
        .filter(|it| it.method != Method::GET)
        .collect();
    assert_eq!(other, Vec::<hygie_tests::proxy::Passed>::new());
    assert!(
        world
            .resolve(&format!("#_{}_nord:hygie.test", world.slot.bot))
            .await
            .is_none()
    );

    let applied = world.hygie(&["apply"]).await;
    assert!(
        applied.status.success(),
        "{}",
        String::from_utf8_lossy(&applied.stderr)
    );
    world.room("nord", "est").await;
    let again = world.hygie(&["plan"]).await;
    assert!(String::from_utf8_lossy(&again.stdout).ends_with("Everything is as the files say.\n"));
}

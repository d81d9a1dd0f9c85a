//! People talk, and some of it must not stay: each leak goes in a moment, with a kind word to its author.
//!
//! All numbers and addresses are made up: a social security number is computed with its key, telephone numbers are from
//! the range that the French regulator keeps for fiction (06 39 98), addresses are in `example.org`.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use hygie_tests::members::Member;
use matrix_sdk::ruma::{EventId, OwnedEventId};

use super::stage::{Stage, milliseconds};

/// What the table calls the way from a leak to its end.
const LEAK: &str = "leak sent → taken down, as another member sees it";
const TOLD: &str = "leak sent → its author reads why, in private";
const ENCRYPTED: &str = "leak in an encrypted group → taken down, as another sees it";
const ADMINS: &str = "leak sent → the line in the admins’ room";

/// How many leaks are sent for the table alone.
const SERIES: usize = 12;
/// How many of them in the encrypted group.
const ENCRYPTED_SERIES: u64 = 8;

/// A message and the group that it is in.
pub type Said = (&'static str, OwnedEventId);

/// A made-up social security number with a right key: a woman, born in May of `year` in the Nord.
pub fn number(year: u64, order: u64) -> String {
    let number = 2_000_000_000_000 + year * 10_000_000_000 + 559_350_000 + order;
    let key = 97 - number % 97;
    let digits = number.to_string();
    let part = |from: usize, to: usize| &digits[from..to];
    format!(
        "{} {} {} {} {} {} {key:02}",
        part(0, 1),
        part(1, 3),
        part(3, 5),
        part(5, 7),
        part(7, 10),
        part(10, 13)
    )
}

/// Messages that everybody may read: they pass, digits and all.
pub async fn people_talk(stage: &Stage) -> Vec<Said> {
    stage.act("People talk");
    let mut said = Vec::new();
    for (name, group, body) in [
        (
            "awa",
            "secteur-est",
            "Bonjour à toutes et à tous ! La tournée de demain commence à 8 h 30.",
        ),
        (
            "luc",
            "secteur-est",
            "Merci Awa. J’ai fait 12 visites aujourd’hui, dont 3 avec une tension au-dessus de 14/9.",
        ),
        (
            "nadia",
            "entraide",
            "Comment expliquez-vous le vaccin contre la grippe à une famille qui hésite ?",
        ),
        (
            "fatou",
            "entraide",
            "Je commence par écouter. En cas de détresse, je rappelle le 3114, jour et nuit.",
        ),
    ] {
        stage.step(&format!("{name} writes in {group} and the others read it"));
        let event = stage.write(name, group, body).await;
        let reader = if name == "fatou" { "luc" } else { "fatou" };
        let read = |it: &str| it == body;
        stage
            .who(reader)
            .wait_message_in(stage.room(group), read)
            .await;
        said.push((group, event));
    }
    stage.seen("everybody reads them");
    said
}

/// What its author and the admins had read before a leak, so that what follows from it is known as new.
struct Before {
    author: &'static str,
    known: BTreeSet<String>,
}

/// What followed from a leak.
struct After {
    gone: Duration,
    told: String,
    line: String,
}

impl Before {
    fn a_leak_of(author: &'static str, stage: &Stage) -> Self {
        let seen = [stage.who(author).seen(), stage.who("samir").seen()];
        let ids = seen
            .iter()
            .flatten()
            .filter_map(|seen| seen.event["event_id"].as_str());
        let known = ids.map(str::to_owned).collect();
        Self { author, known }
    }

    /// Waits until the leak is taken down for Fatou, explained to its author in private, and told to the admins.
    async fn follow(&self, stage: &Stage, group: &str, leak: &EventId, start: Instant) -> After {
        let author = stage.who(self.author);
        let gone = stage.redacted("fatou", stage.room(group), leak, start);
        let told = async {
            author.direct_message_from(&stage.bot).await;
            let what = format!("{} to read why in private", self.author);
            let ours = |room: &str| stage.places.iter().any(|place| place.room == room);
            let told = self
                .wait_new(stage, author, &what, |room| !ours(room))
                .await;
            (told, start.elapsed())
        };
        let line = async {
            let admins = stage.room("admins").as_str();
            let what = "the admins to read of it";
            let samir = stage.who("samir");
            let line = self
                .wait_new(stage, samir, what, |room| room == admins)
                .await;
            (line, start.elapsed())
        };
        let (gone, (told, told_after), (line, line_after)) = tokio::join!(gone, told, line);
        stage.measured(LEAK, gone);
        stage.measured(TOLD, told_after);
        stage.measured(ADMINS, line_after);
        After { gone, told, line }
    }

    async fn wait_new(
        &self,
        stage: &Stage,
        reader: &Member,
        what: &str,
        place: impl Fn(&str) -> bool,
    ) -> String {
        reader
            .wait_seen(what, |seen| {
                let it = &seen.event;
                let new = it["event_id"]
                    .as_str()
                    .is_some_and(|id| !self.known.contains(id));
                let said = it["type"] == "m.room.message" && it["sender"] == stage.bot.as_str();
                let body = it["content"]["body"].as_str()?;
                (new && said && place(&seen.room)).then(|| body.to_owned())
            })
            .await
    }
}

/// Luc leaks a patient's number: it goes, he learns why, the admins learn that it happened and not what it said.
pub async fn a_number_is_leaked(stage: &Stage) {
    stage.act("Luc leaks a patient’s social security number (made up)");
    let secret = number(85, 123);
    stage
        .step("the leaked number is taken down, Luc learns why in private, the admins learn of it");
    let before = Before::a_leak_of("luc", stage);
    let start = Instant::now();
    let body = format!("Madame D. n’a plus de droits, son numéro est {secret}");
    let event = stage.write("luc", "secteur-est", &body).await;
    let After { gone, told, line } = before.follow(stage, "secteur-est", &event, start).await;
    stage.seen(&format!(
        "Fatou saw it taken down {} after Luc pressed enter",
        milliseconds(gone)
    ));
    let group = stage.name_of("secteur-est");
    stage.step("Luc's explanation names the group and does not repeat the number");
    assert!(told.contains(group), "the explanation names the group");
    assert_clean(&told, &secret);
    stage.seen("Luc, and nobody else, reads from Hygie:");
    stage.quote(&told);
    stage.step("the admins' line says who and where, and does not repeat the number");
    assert!(
        line.contains(group) && line.to_lowercase().contains("luc"),
        "the line says who and where"
    );
    assert_clean(&line, &secret);
    stage.seen("The admins read, without the number:");
    stage.quote(&line);
}

/// An address slipped in by an edit, and a telephone number with invisible characters.
pub async fn other_disguises(stage: &Stage) {
    stage.act("Disguises do not help");
    let (room, nadia) = (stage.room("entraide"), stage.who("nadia"));
    stage.step("an address in an edit is taken down");
    let event = stage
        .write("nadia", "entraide", "Qui peut joindre la famille ?")
        .await;
    let before = Before::a_leak_of("nadia", stage);
    let body = "Qui peut joindre la famille ? marie.durand@example.org";
    stage.tell(&format!("Nadia edits it: « {body} »"));
    let start = Instant::now();
    let edit = nadia.edit(room, &event, body).await;
    let after = before.follow(stage, "entraide", &edit, start).await;
    stage.seen(&format!(
        "the edit is taken down after {}; the message as it was stays",
        milliseconds(after.gone)
    ));
    let kept = stage.who("fatou").fetch(room, &event).await;
    assert_eq!(kept["content"]["body"], "Qui peut joindre la famille ?");

    stage.step("a telephone number with zero-width characters is taken down");
    let hidden = "06 39 98 12 34"
        .chars()
        .flat_map(|digit| [digit, '\u{200b}'])
        .collect::<String>();
    let before = Before::a_leak_of("nadia", stage);
    let start = Instant::now();
    let event = stage
        .write("nadia", "entraide", &format!("Appelez-la au {hidden}"))
        .await;
    let after = before.follow(stage, "entraide", &event, start).await;
    stage.seen(&format!(
        "the number, spelled with invisible characters, is taken down after {}",
        milliseconds(after.gone)
    ));
}

/// Leaks in the encrypted group: Hygie reads them, the homeserver does not.
pub async fn encrypted_leaks(stage: &Stage) {
    let group = "equipe-soins";
    stage.act(&format!(
        "«{}» is encrypted from end to end; Fatou leaks there too",
        stage.name_of(group)
    ));
    for at in 0..ENCRYPTED_SERIES {
        stage.step("a leak in the encrypted group is taken down");
        let body = format!("Pour le suivi : {}", number(70 + at, 300 + at));
        let start = Instant::now();
        let event = if at == 0 {
            stage.write("fatou", group, &body).await
        } else {
            stage.who("fatou").send_text(stage.room(group), &body).await
        };
        let gone = stage
            .redacted("claire", stage.room(group), &event, start)
            .await;
        stage.measured(ENCRYPTED, gone);
        if at == 0 {
            let kept = stage.who("claire").fetch(stage.room(group), &event).await;
            assert_eq!(kept["type"], "m.room.encrypted", "the group is encrypted");
            stage.seen(&format!(
                "Claire saw it taken down {} after Fatou pressed enter; the homeserver never had its words",
                milliseconds(gone)
            ));
        }
    }
    stage.seen(&format!("{ENCRYPTED_SERIES} leaks there are taken down"));
}

/// Leaks of every kind, one after the other, for the table.
pub async fn many_leaks(stage: &Stage) {
    stage.act(&format!(
        "{SERIES} more leaks of all kinds, one after the other, for the table"
    ));
    for at in 0..SERIES {
        let order = u64::try_from(at).expect("few");
        let body = match at % 4 {
            0 => format!("Dossier de {}", number(60 + order, 200 + order)),
            1 => format!("Écrire à patient{at}.martin@example.org"),
            2 => format!("Son portable : 06 39 98 10 {:02}", 10 + at),
            _ => "Virement sur FR76 3000 6000 0112 3456 7890 189".to_owned(),
        };
        let (name, group) = if at % 2 == 0 {
            ("luc", "secteur-ouest")
        } else {
            ("nadia", "secteur-est")
        };
        stage.step(&format!("leak {} of {SERIES} is taken down", at + 1));
        let before = Before::a_leak_of(name, stage);
        let start = Instant::now();
        let event = stage.who(name).send_text(stage.room(group), &body).await;
        before.follow(stage, group, &event, start).await;
    }
    stage.seen(&format!("all {SERIES} are taken down and explained"));
}

/// What broke no rule is still there.
pub async fn clean_messages_stay(stage: &Stage, clean: &[Said]) {
    stage.step("clean messages stay");
    for (group, event) in clean {
        let kept = stage.who("fatou").fetch(stage.room(group), event).await;
        assert!(
            kept["content"]["body"].is_string(),
            "a clean message in {group} was taken down"
        );
    }
    stage.seen("the clean messages are all still there");
}

/// Panics when `text` gives away the `secret`, with or without its spaces.
pub fn assert_clean(text: &str, secret: &str) {
    let digits = |text: &str| text.replace(|it: char| !it.is_ascii_digit(), "");
    assert!(
        !text.contains(secret) && !digits(text).contains(&digits(secret)),
        "the number is repeated"
    );
}

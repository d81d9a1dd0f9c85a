//! Micro benches, `cargo bench --bench micro`: reading a transaction, deciding, the rules, the store.

use std::{hint::black_box, time::Duration};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hygie::{
    clock::Timestamp,
    decide,
    event::Event,
    moderation::RuleSet,
    store::{Incoming, Store},
};
use hygie_benches::world::World;
use hygie_servers::{postgres, process::temporary_folder};
use serde::Deserialize;
use serde_json::{json, value::RawValue};
use tokio::runtime::Runtime;

/// Events in a transaction.
const BATCH: usize = 100;
const CLEAN: &str = "J'ai terminé la tournée du matin : 12 visites, 3 orientations, aucun refus. On en reparle vendredi.";
const LEAK: &str = "Mme Durand demande qu'on la rappelle au 06 12 34 56 78, merci";
/// The same leak in the letters that people hide behind.
const HIDDEN: &str =
    "Ｍｍｅ Ｄｕｒａｎｄ : ０６ １２ ３４ ５６ ７８, m\u{200b}e\u{200b}r\u{200b}c\u{200b}i";

/// What care teams write all day: the messages that the rules read most.
const ORDINARY: [&str; 16] = [
    CLEAN,
    "Bonjour à toutes et tous, réunion jeudi 14/11 à 14 h 30, salle 204. Qui peut venir ?",
    "Merci beaucoup !",
    "ok pour moi 👍",
    "La patiente de la chambre 12 va mieux, merci à toute l'équipe pour hier soir.",
    "TA 12/8, FC 72, SpO2 98 %, T° 37,2, glycémie 1,05 g/L",
    "Paracétamol 1 g x 3/j, amoxicilline 500 mg 1-0-1 pendant 7 jours, à revoir lundi",
    "Quelqu'un a la date de la prochaine formation vaccination ? Je la cherche depuis ce matin.",
    "J'ai 10 min de retard, désolée. Commencez sans moi.",
    "On a reçu le matériel ? Il manquait deux lits et le lève-personne la dernière fois…",
    "Le protocole est là : https://www.has-sante.fr/jcms/c_2038393/fr/guide",
    "Mme D., 78 ans, chute à domicile, pas de perte de connaissance, retour prévu demain",
    "Je ne sais pas si on doit la rappeler. Qu'en pensez-vous ? Elle avait l'air fatiguée, et son mari aussi.",
    "The patient in room 12 is better, thanks to the whole team. See you on Thursday at 2 pm.",
    "Can somebody take my shift on Friday night? I can do Sunday instead.",
    "Point du jour : 3 entrées, 2 sorties, un transfert en attente ; la pharmacie livre à 16 h.",
];

#[derive(Deserialize)]
struct Transaction<'a> {
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
}

fn message(number: usize, body: &str) -> String {
    let world = World::SMALL;
    let room = number % world.rooms();
    json!({
        "type": "m.room.message", "event_id": format!("$event{number}"), "room_id": world.room(room),
        "sender": world.member(room, number % world.members), "origin_server_ts": 1_790_000_000_000_i64,
        "content": {"msgtype": "m.text", "body": body, "m.mentions": {}}, "unsigned": {"age": 23}, "age": 23,
    })
    .to_string()
}

fn parse(criterion: &mut Criterion) {
    let events: Vec<_> = (0..BATCH).map(|number| message(number, CLEAN)).collect();
    let body = format!(r#"{{"events":[{}]}}"#, events.join(","));
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Elements(BATCH as u64));
    group.bench_function("a transaction of 100 events", |bencher| {
        bencher.iter(|| {
            let transaction: Transaction<'_> = serde_json::from_str(&body).expect("JSON");
            let events = transaction.events.iter();
            let events: Vec<_> = events.map(|event| Event::parse(event.get())).collect();
            black_box(events)
        });
    });
    group.finish();
}

fn decide(criterion: &mut Criterion) {
    RuleSet::shared_builtin().warm_up();
    let mut group = criterion.benchmark_group("decide");
    for (size, world) in [
        ("10 rooms", World::SMALL),
        ("1,000 rooms", World::one(1000, 10)),
    ] {
        let snapshot = world.settled();
        for (name, body) in [("a clean message", CLEAN), ("a leak", LEAK)] {
            let event = Event::parse(&message(0, body)).expect("an event");
            group.bench_function(format!("{name}, {size}"), |bencher| {
                bencher.iter(|| decide::decide(&snapshot, black_box(&event), Timestamp(9)));
            });
        }
    }
    group.finish();
}

fn rules(criterion: &mut Criterion) {
    let rules = RuleSet::builtin();
    rules.warm_up();
    let mut group = criterion.benchmark_group("rules");
    let ordinary = ORDINARY.map(|body| json!({"msgtype": "m.text", "body": body}));
    group.throughput(Throughput::Elements(ORDINARY.len() as u64));
    group.bench_function("16 ordinary messages", |bencher| {
        bencher.iter(|| {
            for content in &ordinary {
                black_box(rules.check("m.room.message", black_box(content), &[7; 32]));
            }
        });
    });
    for times in [1, 4, 16, 48] {
        let body: String = ORDINARY
            .iter()
            .cycle()
            .flat_map(|it| [it, "\n"])
            .take(times * 32)
            .collect();
        let content = json!({"msgtype": "m.text", "body": &body});
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function(
            format!("{times} × 16 ordinary messages in one"),
            |bencher| {
                bencher.iter(|| rules.check("m.room.message", black_box(&content), &[7; 32]));
            },
        );
    }
    let long = CLEAN.repeat(600);
    for (name, body) in [
        ("a clean message", CLEAN),
        ("a leak", LEAK),
        ("a hidden leak", HIDDEN),
        ("a clean message of 60 KB", &long),
    ] {
        let content = json!({"msgtype": "m.text", "body": body});
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| rules.check("m.room.message", black_box(&content), &[7; 32]));
        });
    }
    group.finish();
}

fn store(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime starts");
    let folder = temporary_folder("micro");
    let file = format!("sqlite:{}", folder.join("hygie.db").display());
    let sqlite = runtime.block_on(Store::open(&file));
    in_store(criterion, &runtime, "SQLite", &sqlite.expect("it opens"));
    if postgres::available() {
        let opened = runtime.block_on(async {
            let url = postgres::create_durable_database().await;
            Store::open(&url).await
        });
        in_store(
            criterion,
            &runtime,
            "PostgreSQL",
            &opened.expect("it opens"),
        );
    }
    let _gone = std::fs::remove_dir_all(folder);
}

fn in_store(criterion: &mut Criterion, runtime: &Runtime, engine: &str, store: &Store) {
    let mut group = criterion.benchmark_group("store");
    group.throughput(Throughput::Elements(BATCH as u64));
    let mut number = 0;
    group.bench_function(
        format!("accept and settle 100 events, {engine}"),
        |bencher| {
            bencher.iter(|| {
                number += 1;
                runtime.block_on(accept_and_settle(store, number));
            });
        },
    );
    group.finish();
}

/// One transaction into the inbox, and its events decided: two commits.
async fn accept_and_settle(store: &Store, number: usize) {
    let events: Vec<_> = (number * BATCH..(number + 1) * BATCH)
        .map(|number| (format!("$event{number}"), message(number, CLEAN)))
        .collect();
    let incoming: Vec<_> = events
        .iter()
        .map(|(id, payload)| Incoming {
            event_id: id,
            room_id: "!c0-g0:bench.test",
            payload: Some(payload),
            session: None,
        })
        .collect();
    let now = Timestamp(9);
    let accepted = store
        .accept(&format!("txn{number}"), &incoming, &[], now)
        .await;
    let sequence = accepted.expect("the store takes events");
    let mut tx = store.begin().await.expect("a transaction");
    let open: Vec<_> = sequence.into_iter().flatten().collect();
    tx.finish_events(&open, now)
        .await
        .expect("they are decided");
    tx.commit().await.expect("a commit");
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3))
        .sample_size(30);
    targets = parse, decide, rules, store
}
criterion_main!(benches);

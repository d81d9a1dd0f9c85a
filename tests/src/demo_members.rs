//! The members of the demo: a health community comes to life before one's eyes, on a real Synapse with a real Hygie.
//!
//! `deploy/demo` starts this program twice: `demo-members accounts STAGE` registers the people before Hygie starts,
//! `demo-members scene STAGE` plays the scene and writes `demo.json` beside STAGE. STAGE is a JSON file, a
//! [`demo::stage::Setting`]. Every step is seen from a member's client; the first that is not ends the program with
//! code 1 and its name.

mod demo {
    pub mod arrival;
    pub mod cast;
    pub mod commands;
    pub mod door;
    pub mod leaks;
    pub mod news;
    pub mod report;
    pub mod stage;
}

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use demo::{
    cast::CAST,
    stage::{Setting, Stage},
};
use hygie_tests::synapse::register_account;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [part, file] = arguments.as_slice() else {
        return usage();
    };
    let setting = Setting::read(Path::new(file));
    demo::stage::report_failures_by_step();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    match part.as_str() {
        "accounts" => runtime.block_on(register(&setting)),
        "scene" => {
            let out = PathBuf::from(file).with_file_name("demo.json");
            runtime.block_on(Box::pin(play(setting, &out)));
        }
        _ => return usage(),
    }
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("demo-members <accounts|scene> STAGE.json; it is started by deploy/demo");
    ExitCode::from(2)
}

async fn register(setting: &Setting) {
    for person in CAST {
        register_account(
            &setting.homeserver_url,
            &setting.registration_shared_secret,
            person.name,
            &setting.password,
        )
        .await;
    }
}

async fn play(setting: Setting, out: &Path) {
    let mut stage = Stage::enter(setting).await;
    demo::arrival::owner_arrives(&mut stage).await;
    demo::arrival::team_arrives(&stage).await;
    demo::arrival::members_arrive(&stage).await;
    let clean = demo::leaks::people_talk(&stage).await;
    if stage.setting.is_guarded() {
        demo::door::leaks_are_refused(&stage).await;
    } else {
        demo::leaks::a_number_is_leaked(&stage).await;
        demo::leaks::other_disguises(&stage).await;
        demo::leaks::many_leaks(&stage).await;
    }
    demo::leaks::encrypted_leaks(&stage).await;
    demo::leaks::clean_messages_stay(&stage, &clean).await;
    demo::news::announcements(&stage).await;
    demo::news::drift_is_put_back(&stage).await;
    demo::commands::help(&stage).await;
    demo::commands::mute(&stage).await;
    demo::commands::lockdown(&stage).await;
    demo::report::print_latencies(&stage);
    demo::report::write(&stage, out);
    stage.end();
}

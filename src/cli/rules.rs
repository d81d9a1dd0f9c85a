//! `hygie rules eval`: how well the rules do on texts of which it is known what stands in them. `hygie rules test`: see `rules/test.rs`.

mod test;

use std::{
    io::Read,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};

use crate::{
    app,
    moderation::{
        RuleSet,
        eval::{Labelled, Report},
    },
};

/// What to do with the rules.
#[derive(Debug, Subcommand)]
pub enum Rules {
    /// Measure the rules on labelled texts: precision, recall, and what each text would get.
    Eval(Eval),
    /// Say of each text or event what the rules would do, without repeating it. Ends with 2 when they would do something.
    Test(test::Test),
}

/// What to measure on.
#[derive(Debug, Args)]
pub struct Eval {
    /// A line of JSON for each text: `{"text", "lang", "spans": [{"start", "end", "kind"}]}`, places in Unicode scalar values; `-` for the
    /// standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

/// The rules are those of the configuration; where there is none, the built-in ones.
pub(super) fn run(config: &Path, command: &Rules) -> anyhow::Result<ExitCode> {
    let rules = if config.exists() {
        app::load_rules(&super::load_config(config)?)?
    } else {
        RuleSet::builtin()
    };
    let Eval { file, json } = match command {
        Rules::Eval(eval) => eval,
        Rules::Test(test) => return test::run(&rules, test),
    };
    let texts = labelled(file)?;
    let report = rules.evaluate(texts.iter());
    if *json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print(&report);
    }
    Ok(ExitCode::SUCCESS)
}

/// A file, or the standard input.
fn read(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        let read = std::io::stdin().read_to_string(&mut text);
        read.context("reading the standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))
}

fn labelled(file: &Path) -> anyhow::Result<Vec<Labelled>> {
    let name = file.display();
    let text = read(file)?;
    let lines = text.lines().enumerate();
    let mut texts = Vec::new();
    for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        match Labelled::read(line) {
            Ok(labelled) => texts.push(labelled),
            Err(mistake) => bail!("{name}, line {}: {mistake}", number + 1),
        }
    }
    if texts.is_empty() {
        bail!("{name} has no line: write one for each text");
    }
    Ok(texts)
}

fn print(report: &Report) {
    println!("kind          support     tp     fp     fn  precision  recall  nudged");
    let share = |it: Option<f64>| it.map_or_else(|| "–".to_owned(), |it| format!("{it:.4}"));
    for it in &report.kinds {
        println!(
            "{:12} {:8} {:6} {:6} {:6} {:>10} {:>7} {:7}",
            it.kind,
            it.support,
            it.tp,
            it.fp,
            it.missed,
            share(it.precision),
            share(it.recall),
            it.nudged
        );
    }
    let actions = &report.actions;
    println!(
        "texts: redact {}, alert {}, nudge {}, none {}",
        actions.redact, actions.alert, actions.nudge, actions.none
    );
}

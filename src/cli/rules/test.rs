//! `hygie rules test FILE`: what the rules would do with each line of a file. A text is not repeated unless `--show` asks for it: what is tried
//! are real messages, and terminals and build logs keep what they show.

use std::{path::PathBuf, process::ExitCode};

use anyhow::bail;
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    clock::{Clock, SystemClock},
    community::definition::{GroupId, Kind},
    moderation::{Layer, RuleSet, Site, Spot, Verdict},
};

/// Ends the program when a rule would do something.
const FOUND: u8 = 2;

/// What to try.
#[derive(Debug, Args)]
pub struct Test {
    /// A text a line; or a line of JSON for each: `{"text": …}`, an event (`{"type", "content"}`) or its content. `-` for the standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Show the texts too.
    #[arg(long)]
    show: bool,
    /// As in a group of this kind (`support`, `care-team`, …). Without it rules for some groups speak as well.
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<Kind>,
    /// As in this group of the community's file.
    #[arg(long, value_name = "ID", requires = "kind")]
    group: Option<GroupId>,
}

fn kind(word: &str) -> Result<Kind, String> {
    let known = Kind::ALL.into_iter().find(|kind| kind.as_str() == word);
    known.ok_or_else(|| {
        let names = Kind::ALL.map(Kind::as_str).join(", ");
        format!("use one of: {names}")
    })
}

/// A line of JSON.
#[derive(Deserialize)]
struct Written {
    text: Option<String>,
    #[serde(rename = "type")]
    event_type: Option<String>,
    content: Option<Value>,
}

pub(super) fn run(rules: &RuleSet, asked: &Test) -> anyhow::Result<ExitCode> {
    let text = super::read(&asked.file)?;
    let nowhere: GroupId = "a-group".parse().expect("it is an id");
    let spot = match asked.kind {
        Some(kind) => Spot::Group {
            id: asked.group.as_ref().unwrap_or(&nowhere),
            kind,
        },
        None => Spot::Anywhere,
    };
    let site = Site {
        layer: &Layer::default(),
        spot,
        now: SystemClock.now(),
        lets_through: &|_, _| false,
    };
    let lines = text.lines().enumerate();
    let (mut looked_at, mut touched) = (0, 0);
    for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let number = number + 1;
        let (event_type, content) = match parse(line) {
            Ok(parsed) => parsed,
            Err(problem) => bail!("{}, line {number}: {problem}", asked.file.display()),
        };
        // The hashes are not shown: any key will do.
        let verdict = rules.check_in(&event_type, &content, &[0; 32], &site);
        looked_at += 1;
        touched += usize::from(verdict.is_some());
        println!("line {number}: {}", said(verdict.as_ref()));
        if asked.show {
            println!("    {}", line.trim());
        }
    }
    if looked_at == 0 {
        bail!(
            "{} has no line: write one for each text",
            asked.file.display()
        );
    }
    println!("{touched} of {looked_at} would be touched.");
    Ok(if touched == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FOUND)
    })
}

/// The event that a line means.
fn parse(line: &str) -> Result<(String, Value), String> {
    let line = line.trim();
    let message = |body: &str| json!({"msgtype": "m.text", "body": body});
    if !line.starts_with('{') {
        return Ok(("m.room.message".to_owned(), message(line)));
    }
    // The mistake is named without what stands there.
    let place = |error: serde_json::Error| format!("no JSON at column {}", error.column());
    let value: Value = serde_json::from_str(line).map_err(place)?;
    let form = "write `text`, or `type` and `content`, or the content of a message";
    let written = Written::deserialize(&value).map_err(|_| form.to_owned())?;
    let event_type = written
        .event_type
        .unwrap_or_else(|| "m.room.message".to_owned());
    match (written.text, written.content) {
        (Some(text), None) => Ok((event_type, message(&text))),
        (None, Some(content)) => Ok((event_type, content)),
        (None, None) if value.get("body").is_some() => Ok((event_type, value)),
        _ => Err(form.to_owned()),
    }
}

fn said(verdict: Option<&Verdict>) -> String {
    let Some(verdict) = verdict else {
        return "nothing".to_owned();
    };
    let hits = verdict.hits.iter();
    let hits = hits.map(|hit| {
        let kind = hit.kind.text_key().trim_start_matches("rule-");
        format!("{} ({kind} in {})", hit.rule, hit.place)
    });
    let hits: Vec<_> = hits.collect();
    let claim = verdict.claim.as_ref();
    let source = claim.map_or_else(String::new, |it| format!("; see {}", it.source));
    format!("{}: {}{source}", verdict.action.name(), hits.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_text_an_event_or_a_content() {
        let text = |body: &str| {
            (
                "m.room.message".to_owned(),
                json!({"msgtype": "m.text", "body": body}),
            )
        };
        assert_eq!(parse(" bonjour "), Ok(text("bonjour")));
        assert_eq!(
            parse(r#"{"text": "a", "lang": "fr", "spans": []}"#),
            Ok(text("a"))
        );
        let topic = r#"{"type": "m.room.topic", "content": {"topic": "a"}}"#;
        assert_eq!(
            parse(topic),
            Ok(("m.room.topic".to_owned(), json!({"topic": "a"})))
        );
        let content = r#"{"msgtype": "m.text", "body": "a"}"#;
        assert_eq!(parse(content), Ok(text("a")));
        for wrong in [
            "{",
            "{}",
            r#"{"text": "a", "content": {}}"#,
            r#"{"text": 3}"#,
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_verdict_is_said_without_the_text() {
        let rules = RuleSet::shared_builtin();
        let of = |body: &str| {
            let (event_type, content) = parse(body).unwrap();
            said(rules.check(&event_type, &content, &[0; 32]).as_ref())
        };
        assert_eq!(
            of("appelez le 06 12 34 56 78"),
            "redact: phone-number (phone in body)"
        );
        assert_eq!(of("bonjour"), "nothing");
        assert!(of("les vaccins causent l'autisme").contains("; see https://www.who.int/"));
    }
}

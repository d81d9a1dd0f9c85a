//! Saying in a group how things stand in an incident: the words are read from the spokesperson's command and stand nowhere else.

use serde_json::{Value, json};

use super::pass_on::escaped;
use crate::{
    action::{Action, ActionId, Effect},
    announce,
    commands::{self, Setting},
    community::definition::Locale,
    executor::perform::{Attempt, Performer},
    fault,
    matrix::MatrixError,
    reply::{Argument, Text, moment},
    store::Outcome,
};

impl Performer {
    pub(super) async fn post_status(&self, action: &Action) -> Result<Attempt, MatrixError> {
        const GONE: &str = "the command was taken down";
        let Effect::PostStatus {
            room,
            source_room,
            source,
            number,
            at,
            locale,
        } = &action.effect
        else {
            return Ok(Attempt::ended(Outcome::Dropped("it posts nothing")));
        };
        let seen = self.read(source_room, source).await?;
        let Some(seen) = seen.filter(|seen| !seen.redacted) else {
            return Ok(Attempt::ended(Outcome::Dropped(GONE)));
        };
        let (line, timezone) = {
            let snapshot = self.shared.snapshot();
            let community = action.community.as_ref();
            let community = community.and_then(|id| snapshot.communities.get(id));
            let timezone = community.map(|it| it.definition.timezone.clone());
            let line = commands::addressed(&snapshot, &Setting::Direct, &seen.content);
            (line.unwrap_or_default(), timezone.unwrap_or_default())
        };
        let (Some(words), Some(author)) = (commands::incident::words(&line), seen.sender) else {
            return Ok(Attempt::ended(Outcome::Dropped(GONE)));
        };
        let title = Text::new("incident-status-title")
            .with("number", i64::from(*number))
            .with("person", Argument::User(author.to_string()))
            .with("at", moment(*at, &timezone));
        self.send(
            room,
            &action.id,
            &content(&action.id, &title, words, *locale),
        )
        .await?;
        fault::point("executor.status_posted");
        Ok(Attempt::done())
    }
}

/// Who says it and when, and what. It mentions nobody.
fn content(id: &ActionId, title: &Text, words: &str, locale: Locale) -> Value {
    let title = title.render(locale);
    let html = announce::clean::clean(&escaped(words)).replace('\n', "<br>");
    json!({
        "msgtype": "m.notice",
        "body": format!("{}\n{words}", title.body),
        "format": "org.matrix.custom.html",
        "formatted_body": format!("{}<blockquote>{html}</blockquote>", title.html),
        "m.mentions": {}, announce::ACTION_KEY: id.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    #[test]
    fn a_status_says_who_and_when_and_rings_for_nobody() {
        let title = Text::new("incident-status-title")
            .with("number", 2)
            .with("person", Argument::User("@lea:s".to_owned()))
            .with("at", moment(Timestamp(1_767_225_600_000), "Europe/Paris"));
        let words = "@room <b>tout</b> va bien\nmerci";
        let content = content(&ActionId("id".to_owned()), &title, words, Locale::Fr);
        let body = content["body"].as_str().unwrap();
        for part in ["n° 2", "@lea:s", "1er janvier à 01 h 00", words] {
            assert!(body.contains(part), "{part} in {body}");
        }
        let html = content["formatted_body"].as_str().unwrap();
        assert!(
            html.contains("&lt;b&gt;tout&lt;/b&gt; va bien<br>merci"),
            "{html}"
        );
        assert_eq!(content["m.mentions"], json!({}));
    }
}

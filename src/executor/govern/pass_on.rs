//! Passing on what somebody wrote to the bot in private: the words are read from their message and stand nowhere else.

use ruma::{EventId, RoomId};
use serde_json::{Value, json};

use crate::{
    action::{Action, ActionId, Recipient},
    announce,
    commands::{self, Setting},
    community::definition::Locale,
    executor::perform::{Attempt, Performer},
    matrix::MatrixError,
    reply::{Argument, Text},
    store::Outcome,
};

impl Performer {
    pub(super) async fn pass_on(
        &self,
        action: &Action,
        to: &Recipient,
        (source_room, source): (&RoomId, &EventId),
        locale: Locale,
    ) -> Result<Attempt, MatrixError> {
        const GONE: &str = "the message was taken down";
        let seen = self.read(source_room, source).await?;
        let Some(seen) = seen.filter(|seen| !seen.redacted) else {
            return Ok(Attempt::ended(Outcome::Dropped(GONE)));
        };
        let line = commands::addressed(&self.shared.snapshot(), &Setting::Direct, &seen.content);
        let line = line.unwrap_or_default();
        let (Some(words), Some(author)) = (commands::contact::words(&line), seen.sender) else {
            return Ok(Attempt::ended(Outcome::Dropped(GONE)));
        };
        let name = {
            let snapshot = self.shared.snapshot();
            let community = action.community.as_ref();
            let community = community.and_then(|id| snapshot.communities.get(id));
            community.map_or_else(String::new, |it| it.definition.name.clone())
        };
        let title = Text::new("passed-on")
            .with("person", Argument::User(author.to_string()))
            .with("community", name);
        let content = content(&action.id, &title, words, locale);
        Ok(match self.deliver(&action.id, to, &content).await? {
            Ok(said) => Attempt::learned_done(said.changes),
            Err(learned) => learned,
        })
    }
}

/// A title, what was written, and how one answers. It mentions nobody.
fn content(id: &ActionId, title: &Text, words: &str, locale: Locale) -> Value {
    let (title, end) = (
        title.render(locale),
        Text::new("passed-on-answer").render(locale),
    );
    let quoted: Vec<String> = words.lines().map(|line| format!("> {line}")).collect();
    let html = announce::clean::clean(&escaped(words)).replace('\n', "<br>");
    json!({
        "msgtype": "m.notice",
        "body": format!("{}\n{}\n\n{}", title.body, quoted.join("\n"), end.body),
        "format": "org.matrix.custom.html",
        "formatted_body": format!("{}<blockquote>{html}</blockquote>{}", title.html, end.html),
        "m.mentions": {}, announce::ACTION_KEY: id.to_string(),
    })
}

/// As HTML that shows it as it is.
pub(super) fn escaped(words: &str) -> String {
    words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_as_they_are_and_ring_for_nobody() {
        let title = Text::new("passed-on")
            .with("person", Argument::User("@luc:s".to_owned()))
            .with("community", "Nord");
        let words = "@room <b>bonjour</b>\n& merci";
        let content = content(&ActionId("id".to_owned()), &title, words, Locale::Fr);
        let text = |key: &str| content[key].as_str().unwrap().to_owned();
        assert!(text("body").contains("> @room <b>bonjour</b>\n> & merci"));
        let html = text("formatted_body");
        assert!(
            html.contains(
                "<blockquote>@room &lt;b&gt;bonjour&lt;/b&gt;<br>&amp; merci</blockquote>"
            ),
            "{html}"
        );
        assert_eq!(content["m.mentions"], json!({}));
    }
}

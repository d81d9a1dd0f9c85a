//! Pictures that wait for a moderator: a copy for the team, then the original is taken down; and back again with the name of who sent it.

use ruma::OwnedEventId;
use serde_json::{Value, json};

use crate::{
    action::{Action, Effect},
    announce,
    community::{change::Change, record::Record},
    executor::{
        notice,
        perform::{Attempt, Performer},
    },
    fault, governance,
    matrix::MatrixError,
    reply::{Argument, Locale, Text},
    store::Outcome,
};

impl Performer {
    pub(super) async fn hold(&self, action: &Action) -> Result<Attempt, MatrixError> {
        let Effect::Hold {
            room,
            source_room,
            source,
            card,
            locale,
        } = &action.effect
        else {
            return Ok(Attempt::ended(Outcome::Dropped("it holds nothing")));
        };
        let Some(seen) = self.read(source_room, source).await? else {
            let problem = notice::NO_SUCH_MESSAGE.to_owned();
            return Ok(Attempt::ended(Outcome::Dead(problem)));
        };
        let shown = if seen.redacted {
            // By us, before a crash, or by who sent it.
            self.shown_before(room, action).await?
        } else {
            let Some(mut copy) = picture(&seen.content) else {
                return Ok(Attempt::ended(Outcome::Dropped("it is no picture")));
            };
            copy[announce::ACTION_KEY] = action.id.to_string().into();
            Some(self.send(room, &action.id, &copy).await?)
        };
        fault::point("executor.picture_shown");
        let reason = Text::new("held-reason").plain(*locale);
        if !seen.redacted {
            self.writer
                .redact(source_room, source, &action.id, &reason)
                .await?;
        }
        Ok(Attempt::learned_done(self.noted(action, card, room, shown)))
    }

    /// The copy that an earlier try has sent, if it stands among the last messages of the team's room.
    async fn shown_before(
        &self,
        room: &ruma::RoomId,
        action: &Action,
    ) -> Result<Option<OwnedEventId>, MatrixError> {
        let latest = self.reader.latest(room).await?;
        let mut own = latest.iter().filter(|event| {
            event["content"][announce::ACTION_KEY] == action.id.to_string().as_str()
        });
        Ok(own.find_map(|event| event["event_id"].as_str()?.try_into().ok()))
    }

    fn noted(
        &self,
        action: &Action,
        card: &crate::community::record::CardId,
        room: &ruma::OwnedRoomId,
        shown: Option<OwnedEventId>,
    ) -> Vec<Change> {
        let snapshot = self.shared.snapshot();
        let community = action.community.as_ref();
        let community = community.and_then(|id| snapshot.communities.get(id));
        let Some((community, shown)) = community.zip(shown) else {
            return Vec::new();
        };
        let Some(card) = community.records.cards.get(card) else {
            return Vec::new();
        };
        let held = governance::held::shown(card, room.clone(), shown);
        vec![Change::keep(&community.definition.id, Record::Held(held))]
    }

    pub(super) async fn release(&self, action: &Action) -> Result<Attempt, MatrixError> {
        let Effect::Release {
            room,
            source_room,
            source,
            author,
            locale,
        } = &action.effect
        else {
            return Ok(Attempt::ended(Outcome::Dropped("it releases nothing")));
        };
        let Some(seen) = self.read(source_room, source).await? else {
            let problem = notice::NO_SUCH_MESSAGE.to_owned();
            return Ok(Attempt::ended(Outcome::Dead(problem)));
        };
        let Some(mut posted) = picture(&seen.content).filter(|_| !seen.redacted) else {
            return Ok(Attempt::ended(Outcome::Dropped(
                "it was taken down already",
            )));
        };
        attribute(&mut posted, author.as_str(), *locale);
        posted[announce::ACTION_KEY] = action.id.to_string().into();
        self.send(room, &action.id, &posted).await?;
        let reason = Text::new("card-closed-reason").plain(*locale);
        self.redact(source_room, source, &action.id, &reason).await
    }
}

/// What makes a picture, and nothing else of the message; a caption with it. It mentions nobody.
fn picture(content: &Value) -> Option<Value> {
    let mut copy = json!({"m.mentions": {}});
    let kept = ["msgtype", "body", "filename", "url", "file", "info"];
    for field in kept {
        if let Some(value) = content.get(field) {
            copy[field] = value.clone();
        }
    }
    (copy.get("url").is_some() || copy.get("file").is_some()).then_some(copy)
}

/// Says in the caption who sent it; what they said with it stands after that.
fn attribute(content: &mut Value, author: &str, locale: Locale) {
    let text = |content: &Value, field: &str| {
        let text = content.get(field).and_then(Value::as_str);
        text.map(str::to_owned)
    };
    let body = text(content, "body").unwrap_or_default();
    let name = text(content, "filename");
    let caption = name
        .as_ref()
        .filter(|name| **name != body)
        .map(|_| body.clone());
    let title = Text::new("held-caption")
        .with("person", Argument::User(author.to_owned()))
        .render(locale);
    let (plain, html) = match caption {
        Some(caption) => (
            format!("{} {caption}", title.body),
            format!("{} {}", title.html, super::pass_on::escaped(&caption)),
        ),
        None => (title.body, title.html),
    };
    content["filename"] = name.unwrap_or(body).into();
    content["body"] = plain.into();
    content["format"] = "org.matrix.custom.html".into();
    content["formatted_body"] = html.into();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_goes_with_its_caption_and_the_name_of_who_sent_it_and_nothing_else() {
        let content = json!({
            "msgtype": "m.image", "body": "notre <b>sortie</b>", "filename": "a.png", "url": "mxc://s/a", "info": {"w": 1},
            "m.mentions": {"room": true}, "m.relates_to": {"event_id": "$e"}, "formatted_body": "<script>",
        });
        let mut posted = picture(&content).unwrap();
        attribute(&mut posted, "@luc:s", Locale::Fr);
        assert_eq!(posted["filename"], "a.png");
        assert_eq!(posted["m.mentions"], json!({}));
        assert!(posted.get("m.relates_to").is_none());
        let (body, html) = (
            posted["body"].as_str().unwrap(),
            posted["formatted_body"].as_str().unwrap(),
        );
        assert!(
            body.contains("@luc:s") && body.contains("notre <b>sortie</b>"),
            "{body}"
        );
        assert!(
            html.contains("&lt;b&gt;sortie") && !html.contains("script"),
            "{html}"
        );
        let mut bare =
            picture(&json!({"msgtype": "m.image", "body": "a.png", "url": "mxc://s/a"})).unwrap();
        attribute(&mut bare, "@luc:s", Locale::En);
        assert_eq!(bare["filename"], "a.png");
        assert!(picture(&json!({"msgtype": "m.text", "body": "a"})).is_none());
    }
}

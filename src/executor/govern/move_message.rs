//! Moving a message: a copy where it belongs, its author told, then the message taken down. In this order, each with an identity of its own:
//! whatever a crash leaves undone is done by the next try, and nothing is taken down of which there is no copy.

use ruma::{EventId, OwnedUserId, RoomId};
use serde_json::{Value, json};

use super::pass_on::escaped;
use crate::{
    action::{Action, ActionId, Effect, Recipient},
    announce,
    community::definition::Locale,
    executor::{
        notice,
        perform::{Attempt, Performer},
    },
    fault,
    matrix::{MatrixError, Seen},
    reply::{Argument, Text},
    store::Outcome,
};

/// What is said of it.
struct Words {
    not_text: &'static str,
    told: &'static str,
    reason: &'static str,
}

const MOVED: Words = Words {
    not_text: "move-not-text",
    told: "moved-told",
    reason: "moved-reason",
};
const VEILED: Words = Words {
    not_text: "spoiler-not-text",
    told: "spoiler-told",
    reason: "spoiler-reason",
};

/// The names of the groups between which a message moves.
struct Names {
    from: String,
    to: String,
}

impl Performer {
    pub(super) async fn move_message(&self, action: &Action) -> Result<Attempt, MatrixError> {
        let Effect::Move {
            room,
            source_room,
            source,
            untouchable,
            only,
            veiled,
            by,
            reason,
            locale,
        } = &action.effect
        else {
            return Ok(Attempt::ended(Outcome::Dropped("it moves nothing")));
        };
        let Some(seen) = self.read(source_room, source).await? else {
            let problem = notice::NO_SUCH_MESSAGE.to_owned();
            return Ok(Attempt::ended(Outcome::Dead(problem)));
        };
        if seen.redacted {
            // By us, before a crash, or by somebody else.
            return Ok(Attempt::ended(Outcome::Dropped(
                "it was taken down already",
            )));
        }
        let Some(author) = seen.sender.clone().filter(|it| !untouchable.contains(it)) else {
            let problem = notice::PROTECTED_SENDER.to_owned();
            return Ok(Attempt::ended(Outcome::Dead(problem)));
        };
        if only.as_ref().is_some_and(|it| *it != author) {
            let text = Text::new("spoiler-not-yours");
            return self
                .tell_author(&derived(&action.id, "refused"), by, &text)
                .await;
        }
        let names = Names {
            from: self.name_of(source_room),
            to: self.name_of(room),
        };
        let id = &action.id;
        let content = self.as_edited(source_room, source, seen).await?;
        let words = if *veiled { VEILED } else { MOVED };
        let veil = veiled.then_some(reason.as_deref().unwrap_or_default());
        let Some(copy) = copy(&content, &author, &names, (id, veil), *locale) else {
            let text = Text::new(words.not_text).with("to", names.to.as_str());
            return self.tell_author(&derived(id, "refused"), by, &text).await;
        };
        self.send(room, id, &copy).await?;
        fault::point("executor.message_copied");
        let told = Text::new(words.told)
            .with("from", names.from.as_str())
            .with("to", names.to.as_str());
        if let Attempt::Learned(changes) = self
            .tell_author(&derived(id, "told"), &author, &told)
            .await?
        {
            return Ok(Attempt::Learned(changes));
        }
        fault::point("executor.author_told");
        let text = Text::new(words.reason).with("to", names.to.as_str());
        let text = match reason {
            Some(reason) => text.line("reason").with("reason", reason.as_str()),
            None => text,
        };
        let text = text.plain(*locale);
        self.redact_edits(source_room, source, id, &text).await?;
        // Another transaction than the copy's: in one room a homeserver takes the second for a repetition of the first.
        let id = derived(id, "redact");
        self.redact(source_room, source, &id, &text).await
    }

    /// Tells somebody; that they cannot be written to stops nothing.
    async fn tell_author(
        &self,
        id: &ActionId,
        person: &OwnedUserId,
        text: &Text,
    ) -> Result<Attempt, MatrixError> {
        let locale = self.shared.snapshot().locale_of(person);
        let to = Recipient::Person(person.clone());
        match self.say(id, &to, text, locale, None).await {
            Err(MatrixError::Refused { .. }) => Ok(Attempt::done()),
            told => told,
        }
    }

    fn name_of(&self, room: &RoomId) -> String {
        let snapshot = self.shared.snapshot();
        let known = snapshot.located(room);
        known.map_or_else(String::new, |(community, room)| {
            community.name_of(&room.place).to_owned()
        })
    }

    /// The content of a message after its newest edit.
    async fn as_edited(
        &self,
        room: &RoomId,
        event: &EventId,
        seen: Seen,
    ) -> Result<Value, MatrixError> {
        // The newest comes first.
        let edits = self.reader.edits(room, event).await?;
        let Some(newest) = edits.first() else {
            return Ok(seen.content);
        };
        let edit = self.read(room, newest).await?;
        let edit = edit.filter(|edit| !edit.redacted && edit.sender == seen.sender);
        let new = edit.and_then(|edit| edit.content.get("m.new_content").cloned());
        Ok(new.unwrap_or(seen.content))
    }
}

fn derived(id: &ActionId, what: &str) -> ActionId {
    ActionId::derive(&format!("{id}/{what}"), 0)
}

/// The copy: who wrote it and where, then their words. Only words are copied: a picture's address would outlive it. It mentions nobody.
fn copy(
    content: &Value,
    author: &OwnedUserId,
    names: &Names,
    (id, veil): (&ActionId, Option<&str>),
    locale: Locale,
) -> Option<Value> {
    let text = |field: &str| content.get(field).and_then(Value::as_str);
    let kind = text("msgtype").filter(|kind| matches!(*kind, "m.text" | "m.notice" | "m.emote"))?;
    let body = text("body").filter(|body| !body.trim().is_empty())?;
    let title = Text::new(if veil.is_some() {
        "spoiler-title"
    } else {
        "moved-title"
    })
    .with("person", Argument::User(author.to_string()))
    .with("from", names.from.as_str())
    .render(locale);
    let html = match text("formatted_body") {
        Some(html) => announce::clean::clean(html),
        None => escaped(body).replace('\n', "<br>"),
    };
    // Clients without veils show what it is about, and no more (client-server API, "Spoiler messages").
    let (body, html) = match veil {
        Some(subject) => {
            let shown = match subject {
                "" => Text::new("spoiler-shown"),
                subject => Text::new("spoiler-shown-about").with("subject", subject),
            };
            let shown = shown.plain(locale);
            (
                shown,
                format!(
                    "<span data-mx-spoiler=\"{}\">{html}</span>",
                    escaped(subject)
                ),
            )
        }
        None => (body.to_owned(), html),
    };
    // As an emote it would be the bot that does what they said of themselves.
    let kind = if kind == "m.emote" { "m.text" } else { kind };
    Some(json!({
        "msgtype": kind,
        "body": format!("{}\n{body}", title.body),
        "format": "org.matrix.custom.html",
        "formatted_body": format!("{}<blockquote>{html}</blockquote>", title.html),
        "m.mentions": {}, announce::ACTION_KEY: id.to_string(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(content: &Value) -> Option<Value> {
        let names = Names {
            from: "Est".to_owned(),
            to: "Ouest".to_owned(),
        };
        let author = "@luc:s".try_into().unwrap();
        copy(
            content,
            &author,
            &names,
            (&ActionId("id".to_owned()), None),
            Locale::Fr,
        )
    }

    #[test]
    fn a_copy_says_who_wrote_what_and_is_safe() {
        let content = json!({
            "msgtype": "m.text", "body": "bonjour @room", "format": "org.matrix.custom.html",
            "formatted_body": "<mx-reply>avant</mx-reply><b>bonjour</b><script>x</script>",
            "m.mentions": {"room": true}, "m.relates_to": {"event_id": "$e"},
        });
        let copy = copied(&content).unwrap();
        assert!(copy["body"].as_str().unwrap().contains("@luc:s"));
        let html = copy["formatted_body"].as_str().unwrap();
        assert!(
            html.contains("<blockquote><b>bonjour</b></blockquote>"),
            "{html}"
        );
        assert_eq!(copy["m.mentions"], json!({}));
        assert_eq!(copy.get("m.relates_to"), None);
    }

    #[test]
    fn behind_a_veil_only_what_it_is_about_shows_without_lifting_it() {
        let names = Names {
            from: "Est".to_owned(),
            to: "Est".to_owned(),
        };
        let author = "@luc:s".try_into().unwrap();
        let id = ActionId("id".to_owned());
        let content = json!({"msgtype": "m.text", "body": "des mots <b> durs"});
        let veil = (&id, Some("un \"récit\""));
        let copy = copy(&content, &author, &names, veil, Locale::Fr).unwrap();
        let shown = copy["body"].as_str().unwrap();
        assert!(
            shown.contains("récit") && !shown.contains("durs"),
            "{shown}"
        );
        let html = copy["formatted_body"].as_str().unwrap();
        let veiled =
            "<span data-mx-spoiler=\"un &quot;récit&quot;\">des mots &lt;b&gt; durs</span>";
        assert!(html.contains(veiled), "{html}");
    }

    #[test]
    fn pictures_files_and_empty_messages_are_not_copied() {
        for content in [
            json!({"msgtype": "m.image", "body": "a.png", "url": "mxc://s/a"}),
            json!({"msgtype": "m.file", "body": "a.pdf"}),
            json!({"msgtype": "m.text", "body": "  "}),
            json!({}),
        ] {
            assert_eq!(copied(&content), None, "{content}");
        }
    }
}

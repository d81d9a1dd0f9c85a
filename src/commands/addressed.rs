//! Is a message for the bot, and what does it say to it? Called by `decide` for every message, so it looks before it copies.

use std::sync::LazyLock;

use regex::Regex;
use ruma::matrix_uri::MatrixId;
use serde_json::Value;

use super::{
    ALL, Setting, announce, context::matrix_id, find, input::first_word, spec::Spec, words::nearest,
};
use crate::community::{definition::Kind, snapshot::Snapshot};

/// How many pills are looked at: for each of them the whole message is, and 64 KiB hold a thousand.
const MOST_PILLS: usize = 50;

static LINK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?is)<a\s[^>]*?href\s*=\s*["'](https://matrix\.to/#/[^"']+)["'][^>]*>(.*?)</a>"#)
        .expect("it is a regex")
});
static MARKDOWN_LINK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\[[^\]]*\]\(<?(https://matrix\.to/#/[^)\s>]+)>?\)").expect("it is a regex")
});
static TAG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)<[^>]*>").expect("it is a regex"));
static QUOTED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?is)<mx-reply>.*?</mx-reply>").expect("it is a regex"));

/// The command line of a message that is for the bot; none when it is not.
///
/// For the bot is what calls it: what begins with `!hygie` (the bot's localpart), with its id, its name or a pill. In a
/// direct-message room every text is. In the admins room also what mentions it elsewhere or answers one of its messages, but
/// only when it begins with a command word: «Merci !» is no command, and words that merely begin like an announcement are none.
/// In groups only a call is: whoever thanks for the copy of an announcement talks to the group. Notices and edits never are.
#[must_use]
pub fn addressed(snapshot: &Snapshot, setting: &Setting, content: &Value) -> Option<String> {
    if content.get("msgtype").and_then(Value::as_str) != Some("m.text") || is_edit(content) {
        return None;
    }
    let whole = content.get("body").and_then(Value::as_str)?;
    let body = without_quote(whole, content);
    let meant = match setting {
        Setting::Direct => true,
        Setting::Admins(_) => is_mentioned(snapshot, content) || is_quoted(snapshot, whole, body),
        Setting::Group(..) => false,
    };
    if !meant && !may_begin_with_us(snapshot, body, content) {
        return None;
    }
    let line = with_ids(body, content);
    if let Some(call) = call(snapshot, &line) {
        // An announcement may begin with the bot's name: only what is surely a command is not relayed.
        let is_announcement = is_announcements(snapshot, setting)
            && !call.by_prefix
            && find(first_word(call.rest).0).is_none();
        return (!is_announcement).then(|| call.rest.trim().to_owned());
    }
    let line = without_mention(snapshot, &line);
    let is_command = || nearly_a_command(first_word(line).0);
    (meant && (*setting == Setting::Direct || is_command())).then(|| line.to_owned())
}

fn is_mentioned(snapshot: &Snapshot, content: &Value) -> bool {
    let users = content
        .pointer("/m.mentions/user_ids")
        .and_then(Value::as_array);
    users.is_some_and(|users| {
        users
            .iter()
            .any(|user| user.as_str() == Some(snapshot.bot.as_str()))
    })
}

/// Whether the quotation that `body` is the rest of is one of the bot: what older clients write instead of a mention.
fn is_quoted(snapshot: &Snapshot, whole: &str, body: &str) -> bool {
    let quotation = &whole[..whole.len() - body.len()];
    quotation
        .strip_prefix("> <")
        .and_then(|it| it.strip_prefix(snapshot.bot.as_str()))
        .is_some_and(|it| it.starts_with('>'))
}

/// Whether a text that does not call the bot may still be a command. An announcement must be called: its words are free, and
/// they go to everybody.
fn nearly_a_command(word: &str) -> bool {
    let spec =
        find(word).or_else(|| nearest(word, ALL.into_iter().flat_map(Spec::words)).and_then(find));
    spec.is_some_and(|spec| !is_announce(spec))
}

fn is_announce(spec: &Spec) -> bool {
    spec.name.en == announce::SPEC.name.en
}

fn is_announcements(snapshot: &Snapshot, setting: &Setting) -> bool {
    let Setting::Group(id, place) = setting else {
        return false;
    };
    let community = snapshot.communities.get(id);
    community.and_then(|it| it.kind(place)) == Some(Kind::Announcements)
}

fn is_edit(content: &Value) -> bool {
    content.get("m.new_content").is_some()
        || content
            .pointer("/m.relates_to/rel_type")
            .is_some_and(|it| it == "m.replace")
}

/// Without the quotation of the message that it answers, which older clients put first.
fn without_quote<'a>(body: &'a str, content: &Value) -> &'a str {
    if content.pointer("/m.relates_to/m.in_reply_to").is_none() || !body.starts_with("> ") {
        return body;
    }
    let mut rest = body;
    while rest.starts_with('>') {
        rest = rest.split_once('\n').map_or("", |(_, after)| after);
    }
    rest.trim_start_matches('\n')
}

/// A cheap look: whether the message can begin with the bot's prefix, id, name or pill.
fn may_begin_with_us(snapshot: &Snapshot, body: &str, content: &Value) -> bool {
    let pill = || {
        content
            .get("formatted_body")
            .and_then(Value::as_str)
            .is_some_and(|it| it.contains(snapshot.bot.localpart()))
    };
    call(snapshot, body).is_some() || body.trim_start().starts_with('[') || pill()
}

/// How a line calls the bot.
struct Call<'a> {
    /// With `!hygie`, which is said to nobody else.
    by_prefix: bool,
    /// What follows.
    rest: &'a str,
}

/// The call of `!hygie`, `@hygie:server`, `Hygie:` or `Hygie <command>` that the line begins with.
fn call<'a>(snapshot: &Snapshot, line: &'a str) -> Option<Call<'a>> {
    let line = line.trim_start();
    let localpart = snapshot.bot.localpart();
    let after = |name: &str| {
        let head = line.get(..name.len())?;
        let rest = head
            .eq_ignore_ascii_case(name)
            .then(|| &line[name.len()..])?;
        rest.chars()
            .next()
            .is_none_or(|it| it.is_whitespace() || matches!(it, ':' | ','))
            .then_some(rest)
    };
    let call = |by_prefix, rest: &'a str| Call {
        by_prefix,
        rest: rest.trim_start_matches([':', ',']).trim_start(),
    };
    if let Some(rest) = after(&format!("!{localpart}")) {
        return Some(call(true, rest));
    }
    if let Some(rest) = after(snapshot.bot.as_str()) {
        return Some(call(false, rest));
    }
    let name = snapshot
        .rooms
        .values()
        .find_map(|room| room.members.get(&snapshot.bot)?.display_name.as_deref());
    let rest = name
        .and_then(after)
        .or_else(|| after(localpart))
        .or_else(|| after(&format!("@{localpart}")))?;
    // «Hygie est en panne ?» and «Hygie annonce tout» are about the bot, «Hygie, aide» and «Hygie aide» are for it.
    let is_command = || find(first_word(rest).0).is_some_and(|spec| !is_announce(spec));
    (rest.starts_with([':', ',']) || is_command()).then(|| call(false, rest))
}

/// Without the bot's id at the end, where it is mentioned for it to look.
fn without_mention<'a>(snapshot: &Snapshot, line: &'a str) -> &'a str {
    let line = line.trim();
    line.strip_suffix(snapshot.bot.as_str())
        .map_or(line, str::trim_end)
}

/// The body with ids where it shows names: pills give the id in `formatted_body`, Markdown links in the body itself.
fn with_ids(body: &str, content: &Value) -> String {
    let html = content
        .get("formatted_body")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let html = QUOTED.replace(html, "");
    let mut cuts: Vec<(usize, usize, String)> = Vec::new();
    for link in MARKDOWN_LINK.captures_iter(body) {
        if let (Some(whole), Some(id)) = (link.get(0), id_of(&link[1])) {
            cuts.push((whole.start(), whole.end(), id));
        }
    }
    for link in LINK.captures_iter(&html).take(MOST_PILLS) {
        let (Some(whole), Some(id)) = (link.get(0), id_of(&unescaped(&link[1]))) else {
            continue;
        };
        let shown = text_of(&link[2]);
        if shown.is_empty() || shown.starts_with("https://") {
            continue;
        }
        // The name may stand in the line before the pill too: count.
        let before = text_of(&html[..whole.start()]).matches(&shown).count();
        if let Some((start, _)) = body.match_indices(&shown).nth(before) {
            cuts.push((start, start + shown.len(), id));
        }
    }
    cuts.sort();
    let mut line = String::with_capacity(body.len() + 32);
    let mut at = 0;
    for (start, end, id) in cuts {
        if start >= at {
            line.push_str(&body[at..start]);
            line.push_str(&id);
            at = end;
        }
    }
    line.push_str(&body[at..]);
    line
}

/// A user link becomes the id; any other stays a link.
fn id_of(link: &str) -> Option<String> {
    match matrix_id(link)? {
        MatrixId::User(user) => Some(user.to_string()),
        _ => Some(link.to_owned()),
    }
}

fn text_of(html: &str) -> String {
    unescaped(&TAG.replace_all(html, ""))
}

fn unescaped(html: &str) -> String {
    let html = html
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'");
    html.replace("&nbsp;", " ").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::{commands::testing, community::place::Place};

    fn text(body: &str) -> Value {
        json!({"msgtype": "m.text", "body": body})
    }

    fn in_group(content: &Value) -> Option<String> {
        addressed(&testing::snapshot(), &testing::east(), content)
    }

    #[test]
    fn the_prefix_the_id_and_the_name_call_the_bot() {
        for body in [
            "!hygie aide",
            "!Hygie  aide",
            "@hygie:example.org: aide",
            "@hygie:example.org aide",
            "Hygie, aide",
            "hygie aide",
        ] {
            assert_eq!(in_group(&text(body)).as_deref(), Some("aide"), "{body}");
        }
        assert_eq!(in_group(&text("!hygie")).as_deref(), Some(""));
    }

    #[test]
    fn talk_about_the_bot_and_other_commands_are_not_for_it() {
        for body in [
            "Hygie est en panne ?",
            "Hygie annonce une panne",
            "!hygiene",
            "aide",
            "on demande à hygie: aide",
            "!autre aide",
            "",
        ] {
            assert_eq!(in_group(&text(body)), None, "{body}");
        }
    }

    #[test]
    fn a_thousand_pills_are_not_all_looked_for() {
        let body = format!("!hygie {}", "Ben ".repeat(1_000));
        let pill = "<a href=\"https://matrix.to/#/@ben:example.org\">Ben</a> ";
        let content = json!({"msgtype": "m.text", "body": body, "formatted_body": format!("!hygie {}", pill.repeat(1_000))});
        let line = in_group(&content).unwrap();
        assert_eq!(line.matches("@ben:example.org").count(), MOST_PILLS);
    }

    #[test]
    fn in_a_direct_room_every_text_is_for_the_bot() {
        let snapshot = testing::snapshot();
        assert_eq!(
            addressed(&snapshot, &Setting::Direct, &text(" aide ")).as_deref(),
            Some("aide")
        );
        assert_eq!(
            addressed(&snapshot, &Setting::Direct, &text("!hygie aide")).as_deref(),
            Some("aide")
        );
    }

    #[test]
    fn notices_edits_and_pictures_are_never_commands() {
        let mut edit = text("!hygie aide");
        edit["m.relates_to"] = json!({"rel_type": "m.replace", "event_id": "$e"});
        let notice = json!({"msgtype": "m.notice", "body": "!hygie aide"});
        let picture = json!({"msgtype": "m.image", "body": "!hygie aide"});
        for content in [edit, notice, picture, json!({}), json!("x")] {
            assert_eq!(
                addressed(&testing::snapshot(), &Setting::Direct, &content),
                None,
                "{content}"
            );
        }
    }

    const BOT: &str = "@hygie:example.org";

    /// A reply to a message of the bot, as Element writes it.
    fn reply(body: &str) -> Value {
        json!({
            "msgtype": "m.text", "body": body, "m.mentions": {"user_ids": [BOT]},
            "m.relates_to": {"m.in_reply_to": {"event_id": "$e"}}
        })
    }

    fn in_admins(content: &Value) -> Option<String> {
        addressed(&testing::snapshot(), &testing::admins(), content)
    }

    fn in_announcements(content: &Value) -> Option<String> {
        let place = Place::Group("announcements".parse().unwrap());
        let setting = Setting::Group("nord".parse().unwrap(), place);
        addressed(&testing::snapshot(), &setting, content)
    }

    /// A message whose first words are a pill of the bot.
    fn pill(rest: &str) -> Value {
        json!({
            "msgtype": "m.text", "body": format!("Hygie{rest}"), "m.mentions": {"user_ids": [BOT]},
            "formatted_body": format!("<a href=\"https://matrix.to/#/{BOT}\">Hygie</a>{rest}")
        })
    }

    #[test]
    fn in_a_group_a_reply_and_a_mention_within_the_text_are_no_commands() {
        for words in ["Merci !", "Annonce bien reçue", "statut", "aide"] {
            assert_eq!(in_group(&reply(words)), None, "{words}");
            let mut mention = text(&format!("{words} {BOT}"));
            mention["m.mentions"] = json!({"user_ids": [BOT]});
            assert_eq!(in_group(&mention), None, "{words}");
        }
        assert_eq!(in_group(&reply("!hygie aide")).as_deref(), Some("aide"));
        assert_eq!(in_group(&pill(" aide")).as_deref(), Some("aide"));
        assert_eq!(in_group(&pill(": quoi ?")).as_deref(), Some("quoi ?"));
    }

    #[test]
    fn in_the_admins_room_a_reply_to_the_bot_is_a_command_when_it_begins_like_one() {
        assert_eq!(in_admins(&reply("statut")).as_deref(), Some("statut"));
        assert_eq!(
            in_admins(&reply("statut @hygie:example.org")).as_deref(),
            Some("statut")
        );
        assert_eq!(in_admins(&reply("statu")).as_deref(), Some("statu"));
        for words in [
            "Merci !",
            "On regarde",
            "Annonce bien reçue",
            "anonce vue",
            "",
        ] {
            assert_eq!(in_admins(&reply(words)), None, "{words}");
        }
        assert_eq!(in_admins(&text("statut")), None, "it is for nobody");
        let called = in_admins(&reply("!hygie annoncer Bonjour"));
        assert_eq!(called.as_deref(), Some("annoncer Bonjour"));
    }

    #[test]
    fn the_quotation_of_an_older_client_is_not_read_as_words_and_tells_whom_it_answers() {
        let mut content = text("> <@hygie:example.org> Bonjour\n> encore\n\nstatut");
        content["m.relates_to"] = json!({"m.in_reply_to": {"event_id": "$e"}});
        assert_eq!(in_admins(&content).as_deref(), Some("statut"));
        assert_eq!(in_group(&content), None);
        content["body"] = "> <@ben:example.org> Bonjour\n\nstatut".into();
        assert_eq!(in_admins(&content), None);
        content["body"] = "> <@ben:example.org> Bonjour\n\n!hygie statut".into();
        assert_eq!(in_group(&content).as_deref(), Some("statut"));
    }

    #[test]
    fn an_announcement_about_the_bot_is_no_command() {
        let mut within = text("Écrivez à @hygie:example.org pour la suite");
        within["m.mentions"] = json!({"user_ids": [BOT]});
        for content in [
            within,
            pill(" arrive mardi"),
            text("Hygie, votre robot, arrive"),
        ] {
            assert_eq!(in_announcements(&content), None, "{content}");
        }
        for content in [pill(" aide"), text("Hygie: aide"), text("!hygie aide")] {
            assert_eq!(
                in_announcements(&content).as_deref(),
                Some("aide"),
                "{content}"
            );
        }
        let mistyped = in_announcements(&text("!hygie xyzzy"));
        assert_eq!(mistyped.as_deref(), Some("xyzzy"));
    }

    #[test]
    fn a_mention_of_the_bot_within_the_words_of_a_direct_command_stays() {
        let line = "annoncer Écrivez à @hygie:example.org demain";
        let said = addressed(&testing::snapshot(), &Setting::Direct, &text(line));
        assert_eq!(said.as_deref(), Some(line));
    }

    #[test]
    fn a_pill_gives_the_id_of_the_right_occurrence_of_the_name() {
        let content = json!({"msgtype": "m.text", "body": "!hygie mute mute for 2h",
            "formatted_body": "!hygie mute <a href=\"https://matrix.to/#/@ben:example.org\">mute</a> for 2h"});
        assert_eq!(
            in_group(&content).as_deref(),
            Some("mute @ben:example.org for 2h")
        );
        let content = json!({"msgtype": "m.text", "body": "Hygie: mute Ben &co pendant 2h",
            "m.mentions": {"user_ids": ["@hygie:example.org", "@ben:example.org"]},
            "formatted_body": "<a href='https://matrix.to/#/%40hygie%3Aexample.org'>Hygie</a>: mute <a href=\"https://matrix.to/#/@ben:example.org\">Ben &amp;co</a> pendant 2h"});
        assert_eq!(
            in_group(&content).as_deref(),
            Some("mute @ben:example.org pendant 2h")
        );
        let content = text("!hygie mute [Ben](https://matrix.to/#/@ben:example.org) 2h");
        assert_eq!(
            in_group(&content).as_deref(),
            Some("mute @ben:example.org 2h")
        );
    }

    proptest! {
        #[test]
        fn no_message_makes_it_panic(
            body in "((!hygie|>|é|\n|Ben|@hygie:example.org|\\[Ben\\]\\(https://matrix.to/#/@a:b\\)) ?){0,6}",
            html in "((<a href=\"https://matrix.to/#/|@ben:example.org|\">|Ben|</a>|<mx-reply>|</mx-reply>|&amp;|é|%|//|!r) ?){0,10}",
        ) {
            let content = json!({"msgtype": "m.text", "body": body, "formatted_body": html, "m.relates_to": {"m.in_reply_to": {}}});
            let _ = addressed(&testing::snapshot(), &Setting::Direct, &content);
            let _ = in_group(&content);
        }
    }
}

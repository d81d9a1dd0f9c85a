//! `lists`: the policy lists that are read here, how far each is trusted, what one would do before it is in force; and the community's own
//! list. For admins.

mod own;

use ruma::{MatrixToUri, MatrixUri, OwnedServerName, RoomAliasId, RoomId, matrix_uri::MatrixId};

use super::{
    context::{Answer, Context, Outcome, Refusal, local, matrix_id},
    input::{Clause, Input, first_word},
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{
    community::{
        record::{CardId, List, Record, RecordKind, Standing, Trouble, Trust},
        role::Role,
        snapshot::Community,
    },
    governance::{
        deed::Deed,
        lists::{self, MOST_LISTS, told},
    },
    moderation::policy::Subject,
    reply::{Argument, Text},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "listes",
        en: "lists",
    },
    aliases: &["list"],
    usage: Both {
        fr: "[aperçu <salon> | abonner <salon> [appliquer|signaler] | désabonner <liste> | confiance <liste> appliquer|signaler | publier | ajouter personne|serveur|salon <nom> [parce que <raison>] | retirer personne|serveur|salon <nom>]",
        en: "[preview <room> | subscribe <room> [enforce|notify] | unsubscribe <list> | trust <list> enforce|notify | publish | add user|server|room <name> [because <reason>] | remove user|server|room <name>]",
    },
    help: "help-lists",
    role: Role::Admin,
    scope: Scope::Community,
    clauses: &[Clause::Because],
    examples: Both {
        fr: &[
            "",
            "aperçu #indesirables:example.org",
            "abonner #indesirables:example.org appliquer",
            "publier",
            "ajouter personne @vendeur:example.net parce que démarchage",
            "ajouter serveur pourriels.example.net",
        ],
        en: &[
            "",
            "preview #unwanted:example.org",
            "subscribe #unwanted:example.org enforce",
            "publish",
            "add user @seller:example.net because canvassing",
            "add server spam.example.net",
        ],
    },
    run: |context, input| run(context, &parse(input)?, input.reason().as_deref()),
};

#[derive(Debug, PartialEq)]
enum What<'a> {
    Show,
    Preview(&'a str),
    Subscribe(&'a str, Trust),
    Unsubscribe(&'a str),
    Trust(&'a str, Trust),
    Publish,
    Add(Subject, &'a str),
    Remove(Subject, &'a str),
}

fn parse<'a>(input: &Input<'a>) -> Result<What<'a>, Text> {
    let (verb, rest) = first_word(input.subject);
    let missing = || Text::new("lists-what");
    let needed = |rest: &'a str| {
        let (one, more) = first_word(rest);
        match (one.is_empty(), more) {
            (true, _) => Err(missing()),
            (false, "") => Ok(one),
            (false, more) => Err(Text::new("too-many-words").with("words", more)),
        }
    };
    let with_trust = |rest: &'a str, default: Option<Trust>| {
        let (one, word) = first_word(rest);
        let trust = match (word, default) {
            ("", Some(default)) => default,
            (word, _) => trust_called(word).ok_or_else(missing)?,
        };
        if one.is_empty() {
            Err(missing())
        } else {
            Ok((one, trust))
        }
    };
    let about = |rest: &'a str| {
        let (subject, entity) = first_word(rest);
        let subject = subject_called(subject).ok_or_else(missing)?;
        let entity = needed(entity)?;
        Ok::<_, Text>((subject, entity))
    };
    Ok(match fold(verb).as_str() {
        "" => What::Show,
        "preview" | "look" | "apercu" => What::Preview(needed(rest)?),
        "subscribe" | "watch" | "abonner" | "suivre" => {
            let (room, trust) = with_trust(rest, Some(Trust::Notify))?;
            What::Subscribe(room, trust)
        }
        "unsubscribe" | "unwatch" | "desabonner" => What::Unsubscribe(needed(rest)?),
        "trust" | "confiance" => {
            let (list, trust) = with_trust(rest, None)?;
            What::Trust(list, trust)
        }
        "publish" | "publier" => What::Publish,
        "add" | "ajouter" => {
            let (subject, entity) = about(rest)?;
            What::Add(subject, entity)
        }
        "remove" | "retirer" => {
            let (subject, entity) = about(rest)?;
            What::Remove(subject, entity)
        }
        _ => return Err(missing()),
    })
}

fn trust_called(word: &str) -> Option<Trust> {
    match fold(word).as_str() {
        "enforce" | "appliquer" => Some(Trust::Enforce),
        "notify" | "signaler" => Some(Trust::Notify),
        _ => None,
    }
}

fn subject_called(word: &str) -> Option<Subject> {
    match fold(word).as_str() {
        "user" | "person" | "personne" | "utilisateur" => Some(Subject::User),
        "server" | "serveur" => Some(Subject::Server),
        "room" | "salon" => Some(Subject::Room),
        _ => None,
    }
}

fn run(context: &Context, what: &What, reason: Option<&str>) -> Answer {
    let community = context.community()?;
    match *what {
        What::Show => Ok(Outcome::say(show(context, community))),
        What::Preview(room) => preview(context, community, room),
        What::Subscribe(room, trust) => subscribe(context, community, room, trust),
        What::Unsubscribe(word) => {
            let list = find(community, word)?;
            if list.own {
                return Err(Refusal::NotAllowed(Text::new("lists-own-stays")));
            }
            let mut deed = context.deed(community);
            deed.keep(lists::over(list));
            account(context, &mut deed, "list-unsubscribe", list);
            let text = about(community, "lists-unsubscribed", list);
            Ok(Outcome::of(deed.decision, text))
        }
        What::Trust(word, trust) => {
            let list = find(community, word)?;
            Ok(trusted(context, community, list, trust))
        }
        What::Publish => Ok(own::publish(context, community)),
        What::Add(subject, entity) => own::add(context, community, (subject, entity), reason),
        What::Remove(subject, entity) => own::remove(context, community, subject, entity),
    }
}

fn about(community: &Community, key: &str, list: &List) -> Text {
    Text::new(key)
        .with("list", told::name(community, list))
        .code("id", &list.id)
}

fn account(context: &Context, deed: &mut Deed, action: &str, list: &List) {
    let trust = trust_name(list.trust);
    let detail = format!("{} {trust}", list.address);
    deed.account(context.issuer(), action, &list.id, Some(detail));
}

fn trust_name(trust: Trust) -> &'static str {
    match trust {
        Trust::Look => "look",
        Trust::Notify => "notify",
        Trust::Enforce => "enforce",
    }
}

/// The room that words name, as its id or an alias, and servers through which it is found.
fn address(words: &str) -> Result<(String, Vec<String>), Refusal> {
    let unknown = || Refusal::Mistake(Text::new("lists-no-room").with("words", words));
    let names = |via: &[OwnedServerName]| via.iter().map(ToString::to_string).collect();
    if let Some(id) = matrix_id(words) {
        let link = MatrixToUri::parse(words).map(|it| names(it.via()));
        let link = link.or_else(|_| MatrixUri::parse(words).map(|it| names(it.via())));
        let via = link.unwrap_or_default();
        return match id {
            MatrixId::Room(room) => Ok((room.to_string(), via)),
            MatrixId::RoomAlias(alias) => Ok((alias.to_string(), via)),
            _ => Err(unknown()),
        };
    }
    if let Ok(alias) = RoomAliasId::parse(words) {
        return Ok((alias.to_string(), Vec::new()));
    }
    match RoomId::parse(words) {
        Ok(room) => {
            let via = room.server_name().map(ToString::to_string);
            Ok((room.to_string(), via.into_iter().collect()))
        }
        Err(_) => Err(unknown()),
    }
}

/// The list that a word names: its short name, or its room.
fn find<'a>(community: &'a Community, word: &str) -> Result<&'a List, Refusal> {
    find_any(community, word)
        .ok_or_else(|| Refusal::Mistake(Text::new("lists-unknown").with("word", word)))
}

fn find_any<'a>(community: &'a Community, word: &str) -> Option<&'a List> {
    let room = address(word).map(|(address, _)| address).ok();
    let mut all = community.records.lists.values().filter(|it| !it.over);
    all.find(|list| {
        let read = community.records.lists_read.get(&list.id);
        let id = read.and_then(|it| it.room.as_ref());
        list.id.0 == word.to_lowercase()
            || room.as_deref() == Some(&list.address)
            || room.is_some() && room.as_deref() == id.map(|it| it.as_str())
    })
}

/// A list that nobody here has read before.
fn new_list(context: &Context, community: &Community, room: &str) -> Result<List, Refusal> {
    let (address, via) = address(room)?;
    let records = &community.records;
    if records.lists.len() >= MOST_LISTS {
        let most = i64::try_from(MOST_LISTS).unwrap_or(i64::MAX);
        let text = Text::new("lists-too-many").with("most", most);
        return Err(Refusal::NotAllowed(text));
    }
    if context.snapshot.is_own_room(&address) {
        return Err(Refusal::NotAllowed(Text::new("lists-own-room")));
    }
    Ok(list(context, community, address, via))
}

fn list(context: &Context, community: &Community, address: String, via: Vec<String>) -> List {
    let mut id = CardId::derive(&format!("list/{}", context.event.id));
    while community.records.lists.contains_key(&id) {
        id = CardId::derive(&id.0);
    }
    List {
        id,
        address,
        via,
        own: false,
        trust: Trust::Look,
        over: false,
        by: context.issuer().to_owned(),
        at: context.now,
        asked: context.now,
        compared: None,
        turns: 0,
        shown: false,
        told: None,
        aside: std::collections::BTreeMap::new(),
    }
}

/// The list is read, and what it would do is told in the admins' room.
fn read(
    context: &Context,
    community: &Community,
    mut list: List,
    (action, text): (&str, Text),
) -> Outcome {
    let mut deed = context.deed(community);
    lists::read_it(&mut deed, &mut list);
    account(context, &mut deed, action, &list);
    deed.keep(Record::List(Box::new(list)));
    Outcome::of(deed.decision, text)
}

fn preview(context: &Context, community: &Community, room: &str) -> Answer {
    let Some(list) = find_any(community, room) else {
        let list = new_list(context, community, room)?;
        let text = about(community, "list-preview-asked", &list);
        return Ok(read(context, community, list, ("list-preview", text)));
    };
    let is_read = community.records.lists_read.get(&list.id);
    if is_read.is_some_and(|it| it.room.is_some()) {
        return Ok(Outcome::say(told::preview(
            context.snapshot,
            community,
            list,
        )));
    }
    let text = about(community, "list-preview-asked", list);
    Ok(read(
        context,
        community,
        list.clone(),
        ("list-preview", text),
    ))
}

fn subscribe(context: &Context, community: &Community, room: &str, trust: Trust) -> Answer {
    if let Some(list) = find_any(community, room) {
        return Ok(trusted(context, community, list, trust));
    }
    let list = List {
        trust,
        ..new_list(context, community, room)?
    };
    let text = about(community, "list-subscribe-asked", &list);
    Ok(read(context, community, list, ("list-subscribe", text)))
}

fn trusted(context: &Context, community: &Community, list: &List, trust: Trust) -> Outcome {
    if list.trust == trust {
        let text = about(community, "lists-trust-already", list).with("trust", trust_text(trust));
        return Outcome::say(text);
    }
    let list = List {
        trust,
        compared: None,
        ..list.clone()
    };
    let mut deed = context.deed(community);
    account(context, &mut deed, "list-trust", &list);
    let text = about(community, "lists-trust-done", &list).with("trust", trust_text(trust));
    deed.keep(Record::List(Box::new(list)));
    Outcome::of(deed.decision, text)
}

fn trust_text(trust: Trust) -> Text {
    Text::new(match trust {
        Trust::Look => "lists-trust-look",
        Trust::Notify => "lists-trust-notify",
        Trust::Enforce => "lists-trust-enforce",
    })
}

fn show(context: &Context, community: &Community) -> Text {
    let records = &community.records;
    let lists: Vec<&List> = records.lists.values().filter(|it| !it.over).collect();
    if lists.is_empty() {
        let line = |line: &str| told::command(context.snapshot, line);
        return Text::new("lists-none")
            .code("preview", line("lists preview …"))
            .code("publish", line("lists publish"));
    }
    let mut text = Text::new("lists-title");
    for list in lists {
        let read = records.lists_read.get(&list.id);
        let line = about(community, "lists-line", list)
            .with("trust", trust_text(list.trust))
            .code("room", &list.address)
            .with("by", Argument::User(list.by.to_string()))
            .with("since", local(community, list.at));
        text = text.then(told::with_counts(line, community, list));
        text = match (read, read.and_then(|it| it.trouble)) {
            (None, _) => text.line("lists-line-not-read"),
            (Some(_), Some(Trouble::Large)) => text.line("lists-line-large"),
            (Some(_), Some(_)) => text.line("lists-line-trouble"),
            (Some(_), None) => text,
        };
        if !list.aside.is_empty() {
            let count = i64::try_from(list.aside.len()).unwrap_or(i64::MAX);
            text = text.line("lists-line-aside").with("count", count);
        }
    }
    let banned = records.listed.values();
    let banned = banned.filter(|it| matches!(it.standing, Standing::Banned(_)));
    let servers = records.kept_out.as_ref().map_or(0, |it| it.servers.len());
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    text.line("lists-effect")
        .with("people", number(banned.count()))
        .with("servers", number(servers))
}

/// What somebody who is banned by a command, or let in again, was to the lists: the team has decided.
pub(super) fn decided_by_hand(
    context: &Context,
    community: &Community,
    person: &ruma::OwnedUserId,
    is_let_in: bool,
) -> Option<crate::community::change::Change> {
    use crate::community::change::Change;
    let listed = community.records.listed.get(person)?;
    let id = &community.definition.id;
    if !is_let_in {
        return Some(Change::forget(id, RecordKind::Listed, person.as_str()));
    }
    matches!(listed.standing, Standing::Banned(_)).then(|| {
        let by = context.issuer().to_owned();
        Change::keep(id, lists::pardoned(person, &by, context.now))
    })
}

pub(super) use own::publishing;

#[cfg(test)]
mod tests;

//! What a command is run with, how it finds the people and groups that were named, and what it returns.

use ruma::{
    MatrixToUri, MatrixUri, OwnedRoomId, OwnedUserId, RoomId, UserId, matrix_uri::MatrixId,
};

use super::{
    Setting,
    words::{fold, nearest, unquoted},
};
use crate::{
    action::{Action, Effect, Recipient},
    clock::Timestamp,
    community::{
        change::{Change, Membership},
        definition::{Group, Locale},
        place::Place,
        record::{Sanction, Step},
        snapshot::{Community, Room, Snapshot},
    },
    decide::{AuditEntry, Decision, Question},
    event::Event,
    governance::{deed::Deed, sanctions},
    reply::{Argument, Text, moment},
};

/// What a command is run with.
pub(crate) struct Context<'a> {
    /// What is known.
    pub(crate) snapshot: &'a Snapshot,
    /// The community that it is about; none when the issuer belongs to none, or to several and the command does not care.
    pub(crate) community: Option<&'a Community>,
    /// The event that says it; its sender issues the command.
    pub(crate) event: &'a Event,
    /// Where it was said.
    pub(crate) setting: &'a Setting,
    /// The language of the answer.
    pub(crate) locale: Locale,
    /// The present moment.
    pub(crate) now: Timestamp,
    /// Its giver was told what it breaks, and wants it all the same.
    pub(crate) confirmed: bool,
}

/// What a command decides.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Outcome {
    /// To be done.
    pub(crate) effects: Vec<Effect>,
    /// To be done, with an identity of their own.
    pub(crate) actions: Vec<Action>,
    /// To be remembered.
    pub(crate) changes: Vec<Change>,
    /// To be accounted for.
    pub(crate) audit: Vec<AuditEntry>,
    /// The plan of the community may have changed.
    pub(crate) review: bool,
    /// A question to the store, whose answer is the reply.
    pub(crate) ask: Option<Question>,
    /// Communities besides its own whose plan may have changed.
    pub(crate) review_also: Vec<crate::community::definition::CommunityId>,
    /// The admins are told of it in other words than the answer's.
    pub(crate) admins_know: bool,
    /// The answer.
    pub(crate) reply: Option<Text>,
    /// The language of the answer, when it is not that of the context.
    pub(crate) locale: Option<Locale>,
}

/// Why a command is not carried out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Refusal {
    /// It was not written rightly, or names what does not exist: the answer shows the usage and an example.
    Mistake(Text),
    /// It must not or cannot be done.
    NotAllowed(Text),
}

/// What comes of a command.
pub(crate) type Answer = Result<Outcome, Refusal>;

impl From<Text> for Refusal {
    fn from(text: Text) -> Self {
        Self::Mistake(text)
    }
}

impl Outcome {
    /// Only an answer.
    pub(crate) fn say(text: Text) -> Self {
        Self {
            reply: Some(text),
            ..Self::default()
        }
    }

    /// Everything that a deed decided, and an answer.
    pub(crate) fn of(decision: Decision, text: Text) -> Self {
        Self {
            actions: decision.actions,
            changes: decision.changes,
            audit: decision.audit,
            review: !decision.review.is_empty(),
            ..Self::say(text)
        }
    }

    /// Only a question to the store.
    pub(crate) fn ask(question: Question) -> Self {
        Self {
            ask: Some(question),
            ..Self::default()
        }
    }
}

impl<'a> Context<'a> {
    /// Who issues the command.
    pub(crate) fn issuer(&self) -> &'a UserId {
        &self.event.sender
    }

    /// What commands begin with: `!hygie`.
    pub(crate) fn prefix(&self) -> String {
        format!("!{}", self.snapshot.bot.localpart())
    }

    /// The community that the command is about.
    pub(crate) fn community(&self) -> Result<&'a Community, Refusal> {
        self.community
            .ok_or_else(|| Refusal::NotAllowed(Text::new("no-community")))
    }

    /// The rooms of the community, with their places.
    pub(crate) fn rooms(
        &self,
        community: &'a Community,
    ) -> impl Iterator<Item = (&'a Place, &'a OwnedRoomId, &'a Room)> {
        let rooms = community.places.iter();
        rooms.filter_map(|(place, id)| Some((place, id, self.snapshot.rooms.get(id)?)))
    }

    /// A line of the audit log of what the issuer does.
    pub(crate) fn audit(
        &self,
        community: &Community,
        action: &str,
        target: &str,
        detail: Option<String>,
    ) -> AuditEntry {
        AuditEntry {
            community: community.definition.id.clone(),
            room: None,
            actor: self.issuer().to_owned(),
            action: action.to_owned(),
            target: Some(target.to_owned()).filter(|target| !target.is_empty()),
            rule: None,
            detail,
        }
    }

    /// A decision in the making about the community, as something that this command does.
    pub(crate) fn deed(&self, community: &'a Community) -> Deed<'a> {
        Deed::new(self.snapshot, community, self.event.id.as_str(), self.now)
    }

    /// What this command decides about somebody, as it is noted.
    pub(crate) fn sanction(
        &self,
        community: &Community,
        person: &UserId,
        step: Step,
        until: Option<Timestamp>,
    ) -> Sanction {
        let about = (person, step, self.issuer());
        let when = (self.now, until);
        sanctions::decided(self.snapshot, community, &self.event.id, about, when)
    }

    /// Tells a person something privately, in their language.
    pub(crate) fn tell(&self, person: &UserId, text: Text) -> Effect {
        Effect::Say {
            to: Recipient::Person(person.to_owned()),
            text,
            locale: self.snapshot.locale_of(person),
            reply_to: None,
        }
    }

    /// The person that `words` name: an id, a link, or the name of one member.
    ///
    /// # Errors
    /// When nobody, or more than one member, is called so, or more is said than a name.
    pub(crate) fn person(&self, words: &str) -> Result<OwnedUserId, Refusal> {
        let words = unquoted(words);
        let (first, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        if let Some(user) = user_id(first) {
            return if rest.trim().is_empty() {
                Ok(user)
            } else {
                Err(Text::new("too-many-words")
                    .with("words", rest.trim())
                    .into())
            };
        }
        let wanted = fold(words.trim_start_matches('@'));
        let community = self.community()?;
        let mut names: Vec<(String, &OwnedUserId)> = Vec::new();
        for (.., room) in self.rooms(community) {
            for user in room.members.keys() {
                names.push((room.name_of(user).to_owned(), user));
                names.push((user.localpart().to_owned(), user));
            }
        }
        let called_so = names
            .iter()
            .filter(|(name, _)| !wanted.is_empty() && fold(name) == wanted);
        let mut called_so: Vec<&OwnedUserId> = called_so.map(|(_, user)| *user).collect();
        called_so.sort();
        called_so.dedup();
        match called_so.as_slice() {
            [one] => Ok((*one).clone()),
            [] => {
                names.sort();
                let near = nearest(words, names.iter().map(|(name, _)| name.as_str()));
                let near = near.map(|name| Text::new("did-you-mean").code("words", name));
                Err(Text::new("unknown-person")
                    .with("person", words)
                    .then(near.unwrap_or_default())
                    .into())
            }
            several => {
                let mut text = Text::new("several-people").with("person", words);
                for user in several.iter().take(5) {
                    text = text
                        .line("person-line")
                        .with("person", Argument::User(user.to_string()));
                }
                Err(text.into())
            }
        }
    }

    /// The memberships other than `leave` that `person` has in rooms of the community.
    pub(crate) fn memberships(
        &self,
        community: &'a Community,
        person: &UserId,
    ) -> Vec<(&'a Place, &'a OwnedRoomId, Membership)> {
        let rooms = self
            .rooms(community)
            .map(|(place, id, room)| (place, id, room.membership(person)));
        rooms
            .filter(|(.., membership)| *membership != Membership::Leave)
            .collect()
    }

    /// The group that `words` name: its id, its name, or a link to its room.
    ///
    /// # Errors
    /// When there is none; with the nearest, or all of them.
    pub(crate) fn group(&self, words: &str) -> Result<Group, Refusal> {
        let community = self.community()?;
        let words = unquoted(words);
        let groups = community.definition.group_list();
        if let Some(place) = self.place_of_link(community, words) {
            let linked = groups
                .iter()
                .find(|group| place == Place::Group(group.id.clone()));
            return linked
                .cloned()
                .ok_or_else(|| Text::new("unknown-group").with("group", words).into());
        }
        let wanted = fold(words);
        let bare = without_article(&wanted);
        let is = |text: &str, wanted: &str| fold(text) == wanted;
        let called = |wanted: &str| {
            groups
                .iter()
                .find(|it| is(it.id.as_str(), wanted) || is(&it.name, wanted))
        };
        if let Some(group) = called(&wanted).or_else(|| called(bare)) {
            return Ok(group.clone());
        }
        // The beginning of a word, so that «est» is not taken for «Ouest».
        let part = format!(" {bare}");
        let mut partly = groups
            .iter()
            .filter(|it| !bare.is_empty() && format!(" {}", fold(&it.name)).contains(&part));
        if let (Some(group), None) = (partly.next(), partly.next()) {
            return Ok(group.clone());
        }
        let text = Text::new("unknown-group").with("group", words);
        let names = groups
            .iter()
            .flat_map(|group| [group.name.as_str(), group.id.as_str()]);
        Err(match nearest(bare, names) {
            Some(name) => text.line("did-you-mean").code("words", name),
            None => groups
                .iter()
                .take(12)
                .fold(text.line("there-are"), |text, group| {
                    text.line("group-line")
                        .with("name", group.name.as_str())
                        .code("id", &group.id)
                }),
        }
        .into())
    }

    /// The place whose room a link, a room id or an alias of ours points at.
    fn place_of_link(&self, community: &Community, words: &str) -> Option<Place> {
        let room = |room: &RoomId| {
            let room = self.snapshot.rooms.get(room)?;
            (room.community == community.definition.id).then(|| room.place.clone())
        };
        let alias = match matrix_id(words) {
            Some(MatrixId::Room(id)) => return room(&id),
            Some(MatrixId::RoomAlias(alias)) => alias.to_string(),
            None if words.starts_with('!') => return room(RoomId::parse(words).as_deref().ok()?),
            None if words.starts_with('#') => words.to_owned(),
            _ => return None,
        };
        let local = alias
            .split_once(':')?
            .0
            .strip_prefix(&format!("#_{}_", self.snapshot.bot.localpart()))?;
        let group = local
            .strip_prefix(community.definition.id.as_str())?
            .strip_prefix('_')?;
        group.parse().ok().map(Place::Group)
    }
}

fn without_article(name: &str) -> &str {
    let articles = [
        "the group ",
        "le groupe ",
        "groupe ",
        "group ",
        "the ",
        "le ",
        "la ",
        "l ",
    ];
    articles
        .iter()
        .find_map(|article| name.strip_prefix(article))
        .unwrap_or(name)
}

/// A moment, in the community's time.
pub(super) fn local(community: &Community, at: Timestamp) -> Text {
    moment(at, &community.definition.timezone)
}

/// What a matrix.to link or a `matrix:` URI points at.
pub(super) fn matrix_id(words: &str) -> Option<MatrixId> {
    let words = words.trim_matches(['<', '>', '(', ')', ',']);
    let after = words
        .strip_prefix("https://matrix.to/#/")
        .or_else(|| words.strip_prefix("matrix:"));
    let path = after?.split('?').next().unwrap_or_default();
    // ruma 0.16 panics on `!room//`: an empty part of the path.
    let mut parts = path.strip_suffix('/').unwrap_or(path).split('/');
    if parts.any(str::is_empty) {
        return None;
    }
    MatrixToUri::parse(words)
        .map(|link| link.id().clone())
        .or_else(|_| MatrixUri::parse(words).map(|link| link.id().clone()))
        .ok()
}

/// The user that one word names: an id or a link.
fn user_id(word: &str) -> Option<OwnedUserId> {
    match matrix_id(word) {
        Some(MatrixId::User(user)) => Some(user),
        _ => word
            .starts_with('@')
            .then(|| UserId::parse(word.trim_end_matches([',', ';'])).ok())?,
    }
}

/// Adds the line with the reason, when there is one.
pub(super) fn with_reason(text: Text, reason: Option<&str>) -> Text {
    match reason {
        Some(reason) => text.line("reason").with("reason", reason),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::commands::testing::{self, user};

    fn find(words: &str) -> Result<OwnedUserId, Refusal> {
        let snapshot = testing::snapshot();
        testing::in_admins(&snapshot, "lea", "", |context| context.person(words))
    }

    fn group(words: &str) -> Result<String, Refusal> {
        let snapshot = testing::snapshot();
        testing::in_admins(&snapshot, "lea", "", |context| {
            context.group(words).map(|group| group.id.to_string())
        })
    }

    #[test]
    fn people_are_found_by_id_by_link_and_by_name() {
        for words in [
            "@ben:example.org",
            "https://matrix.to/#/@ben:example.org",
            "Bén Diop",
            "\"ben diop\"",
            "@ben",
            "BEN",
        ] {
            assert_eq!(find(words), Ok(user("ben")), "{words}");
        }
    }

    #[test]
    fn a_name_that_two_members_have_is_not_guessed() {
        let Err(Refusal::Mistake(text)) = find("Camille") else {
            panic!("guessed")
        };
        assert_eq!(
            text.keys().collect::<Vec<_>>(),
            ["several-people", "person-line", "person-line"]
        );
    }

    #[test]
    fn an_unknown_name_is_met_with_the_nearest() {
        let Err(Refusal::Mistake(text)) = find("Ben Dipo") else {
            panic!("found")
        };
        assert_eq!(
            text.keys().collect::<Vec<_>>(),
            ["unknown-person", "did-you-mean"]
        );
        assert!(find("@ben:example.org and more").is_err());
    }

    #[test]
    fn groups_are_found_by_id_name_part_and_link_without_case_and_accents() {
        for words in [
            "secteur-est",
            "Sécteur EST",
            "le groupe Secteur Est",
            "!est:example.org",
            "#_hygie_nord_secteur-est:example.org",
        ] {
            assert_eq!(group(words), Ok("secteur-est".to_owned()), "{words}");
        }
        assert_eq!(group("ouest"), Ok("secteur-ouest".to_owned()));
        assert_eq!(group("est"), Ok("secteur-est".to_owned()), "not «Ouest»");
        assert!(group("secteur").is_err(), "two groups have it");
        assert!(group("!unknown:example.org").is_err());
    }

    #[test]
    fn a_link_with_an_empty_part_is_no_link() {
        for tail in [
            "!a//",
            "//",
            "/",
            "",
            "!a/",
            "!a//$b",
            "//!a",
            "$b//",
            "%",
            "!a/?via=/",
        ] {
            let link = format!("https://matrix.to/#/{tail}");
            assert!(
                !matches!(matrix_id(&link), Some(MatrixId::Event(..))),
                "{link}"
            );
        }
    }

    proptest! {
        #[test]
        fn links_never_panic(tail in "[!$@][a:]{0,3}[/?]{0,3}[!$@]?[a:]{0,3}/{0,3}|[!#$@a:/%?0-9.]{0,12}", uri in any::<bool>()) {
            let words = if uri { format!("matrix:{tail}") } else { format!("https://matrix.to/#/{tail}") };
            let _ = (matrix_id(&words), user_id(&words));
        }
    }
}

//! What every matter of governance does in the same way: tell somebody, open a card, account for it.

use ruma::{OwnedUserId, UserId};

use crate::{
    action::{Effect, Recipient, Sender},
    clock::Timestamp,
    community::{
        change::Change,
        definition::{Definition, Locale},
        plan,
        record::{Card, CardId, Matter, Record, RecordKind},
        snapshot::{Community, Snapshot},
    },
    decide::{AuditEntry, Decision},
    reply::{Argument, Text},
};

/// The reactions that say yes and no, as the bot makes them.
pub(crate) const YES: &str = "✅";
/// See [`YES`].
pub(crate) const NO: &str = "❌";

/// A decision about one community in the making, with everything that it is about at hand.
pub(crate) struct Deed<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) community: &'a Community,
    /// From which the identities of the actions follow.
    pub(crate) cause: String,
    pub(crate) now: Timestamp,
    pub(crate) decision: Decision,
}

/// A card that is to be opened.
pub(crate) struct Opening {
    pub(crate) matter: Matter,
    pub(crate) by: OwnedUserId,
    pub(crate) due: Option<Timestamp>,
    pub(crate) assignee: Option<OwnedUserId>,
}

impl<'a> Deed<'a> {
    pub(crate) fn new(
        snapshot: &'a Snapshot,
        community: &'a Community,
        cause: &str,
        now: Timestamp,
    ) -> Self {
        Self {
            snapshot,
            community,
            cause: cause.to_owned(),
            now,
            decision: Decision::default(),
        }
    }

    pub(crate) fn locale(&self) -> Locale {
        self.community.definition.locale
    }

    pub(crate) fn act(&mut self, effect: Effect) {
        let id = &self.community.definition.id;
        self.decision.act(&self.cause, Some(id), effect);
    }

    /// Tells a person something privately, in their language.
    pub(crate) fn tell(&mut self, person: &UserId, text: Text) {
        self.act(Effect::Say {
            to: Recipient::Person(person.to_owned()),
            text,
            locale: self.snapshot.locale_in(person, self.community),
            reply_to: None,
        });
    }

    /// Tells the admins something, once they have a room.
    pub(crate) fn tell_admins(&mut self, text: Text) {
        if let Some(room) = self.community.admins_room() {
            self.act(Effect::Say {
                to: Recipient::Room(room.clone()),
                text,
                locale: self.locale(),
                reply_to: None,
            });
        }
    }

    pub(crate) fn keep(&mut self, record: Record) {
        let id = &self.community.definition.id;
        self.decision.changes.push(Change::keep(id, record));
    }

    pub(crate) fn forget(&mut self, kind: RecordKind, key: impl Into<String>) {
        let id = &self.community.definition.id;
        self.decision.changes.push(Change::forget(id, kind, key));
    }

    /// A card is decided. What members wrote for it is not left in the room where it was shown.
    pub(crate) fn close(&mut self, card: &Card) {
        self.forget(RecordKind::Card, card.id.0.as_str());
        let words = match &card.matter {
            Matter::Proposal { .. } | Matter::Application(_) => true,
            Matter::Case { words } => !words.is_empty(),
            _ => false,
        };
        let Some((room, event)) = card.shown.clone().filter(|_| words) else {
            return;
        };
        self.act(Effect::Redact {
            room,
            event,
            reason: Text::new("card-closed-reason"),
            locale: self.locale(),
            sender: Sender::Known(self.snapshot.bot.clone()),
        });
    }

    /// The plan of the community may have changed.
    pub(crate) fn review(&mut self) {
        self.decision
            .review
            .insert(self.community.definition.id.clone());
    }

    #[expect(clippy::needless_pass_by_value, reason = "ids are passed as they are")]
    pub(crate) fn account(
        &mut self,
        actor: &UserId,
        action: &str,
        target: impl ToString,
        detail: Option<String>,
    ) {
        let target = target.to_string();
        self.decision.audit.push(AuditEntry {
            community: self.community.definition.id.clone(),
            room: None,
            actor: actor.to_owned(),
            action: action.to_owned(),
            target: Some(target).filter(|target| !target.is_empty()),
            rule: None,
            detail,
        });
    }

    /// Opens a card and shows it to `to`; `text` says what it is about, how it is answered is added.
    pub(crate) fn open(&mut self, opening: Opening, to: Recipient, text: Text) -> CardId {
        let (snapshot, locale) = (self.snapshot, self.locale_of(&to));
        let keys = vec![YES.to_owned(), NO.to_owned()];
        let answers = |card: &Card| with_answers(snapshot, locale, card, text);
        self.open_with(opening, to, (keys, answers))
    }

    /// Opens a card with reactions of its own; its text says how it is answered.
    pub(crate) fn open_with(
        &mut self,
        opening: Opening,
        to: Recipient,
        (keys, text): (Vec<String>, impl FnOnce(&Card) -> Text),
    ) -> CardId {
        let mut id = CardId::derive(&format!("{}/{}", self.cause, self.decision.actions.len()));
        while self.community.records.cards.contains_key(&id) {
            id = CardId::derive(&id.0);
        }
        let card = Card {
            id: id.clone(),
            matter: opening.matter,
            by: opening.by,
            at: self.now,
            due: opening.due,
            assignee: opening.assignee,
            shown: None,
            votes: Vec::new(),
            reminded: false,
        };
        let locale = self.locale_of(&to);
        let text = text(&card);
        self.keep(Record::Card(Box::new(card)));
        self.act(Effect::Card {
            to,
            text,
            locale,
            card: id.clone(),
            keys,
        });
        id
    }

    fn locale_of(&self, to: &Recipient) -> Locale {
        match to {
            Recipient::Room(_) => self.locale(),
            Recipient::Person(person) => self.snapshot.locale_in(person, self.community),
        }
    }

    /// Opens a card in the admins' room; nothing without that room.
    pub(crate) fn open_for_admins(&mut self, opening: Opening, text: Text) -> Option<CardId> {
        let room = self.community.admins_room()?.clone();
        Some(self.open(opening, Recipient::Room(room), text))
    }
}

/// The community is `definition` from now on, and is made so at once: also where it only wants reports of what people change by hand, for
/// this was decided. What of it is destructive waits: how many steps that are.
pub(crate) fn redeclare(deed: &mut Deed, definition: Definition) -> usize {
    let id = &deed.community.definition.id;
    let change = deed.community.redeclared(definition);
    let mut after = deed.snapshot.only(id);
    let before = plan::plan(&after, id);
    after.apply(&change);
    let steps = plan::plan(&after, id).into_iter();
    let new = steps.filter(|step| step.overwrites && !before.contains(step));
    let (held, steps): (Vec<_>, Vec<_>) = new.partition(|step| step.destructive);
    deed.decision
        .actions
        .extend(plan::actions(&after, id, &steps));
    deed.decision.changes.push(change);
    deed.review();
    held.len()
}

/// Adds whose turn it is, and how one answers.
fn with_answers(snapshot: &Snapshot, locale: Locale, card: &Card, text: Text) -> Text {
    let prefix = format!("!{}", snapshot.bot.localpart());
    let (yes, no) = match locale {
        Locale::Fr => ("approuver", "refuser"),
        Locale::En => ("approve", "refuse"),
    };
    let text = match &card.assignee {
        Some(user) => text
            .line("card-turn")
            .with("person", Argument::User(user.to_string())),
        None => text,
    };
    text.line("card-answer")
        .code("yes", format!("{prefix} {yes} {}", card.id))
        .code("no", format!("{prefix} {no} {}", card.id))
}

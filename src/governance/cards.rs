//! Answers to cards, by reaction or by command: who may give them, and what follows.

use ruma::{OwnedUserId, UserId};

use super::deed::Deed;
use crate::{
    clock::Timestamp,
    community::{
        record::{Card, CardId, Matter, Record, Vote},
        role::Role,
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    event::Event,
    reply::{Argument, Text},
};

/// An answer to a card.
pub struct Answer<'a> {
    /// What is known.
    pub snapshot: &'a Snapshot,
    /// Whose card.
    pub community: &'a Community,
    /// Which.
    pub card: &'a Card,
    /// The event that answers; its sender does.
    pub event: &'a Event,
    /// Yes, or no.
    pub yes: bool,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub now: Timestamp,
}

/// Whether a reaction says yes or no; `None` for every other.
#[must_use]
pub fn meaning(key: &str) -> Option<bool> {
    // Clients add a variation selector, or a colour of the skin.
    let plain: String = key
        .chars()
        .filter(|it| !matches!(it, '\u{fe0e}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}'))
        .collect();
    match plain.as_str() {
        "✅" | "✔" | "☑" | "👍" | "🆗" => Some(true),
        "❌" | "✖" | "❎" | "👎" | "🚫" => Some(false),
        _ => None,
    }
}

/// What follows from an answer.
///
/// # Errors
/// What to say to who gave it, when it is not theirs to give.
pub fn answer(answer: &Answer) -> Result<Decision, Text> {
    match &answer.card.matter {
        Matter::Confirm { line } => confirm(answer, line),
        Matter::Nomination(_) => super::team::answered(answer),
        Matter::Proposal { .. } | Matter::Application(_) => super::admission::answered(answer),
        Matter::Roster { .. } => super::roster::answered(answer),
        Matter::Split { .. } => super::seats::answered(answer),
        Matter::Held { user, place } => super::held::answered(answer, user, place),
        Matter::OwnMessage { .. } => super::own_message::answered(answer),
        Matter::Sanction(sanction) => super::sanctions::answered(answer, sanction),
        Matter::Conduct { .. } | Matter::Consent { .. } | Matter::Removals { .. } => {
            super::conduct::answered(answer)
        }
        // A case has more answers than yes and no.
        Matter::Case { .. } => super::cases::ruling::answered(answer),
        Matter::Listed { .. } => super::lists::answered(answer),
    }
}

/// What a card is about, in a word.
#[must_use]
pub fn kind_of(matter: &Matter) -> Text {
    Text::new(match matter {
        Matter::Confirm { .. } => "matter-confirm",
        Matter::Nomination(_) => "matter-nomination",
        Matter::Proposal { .. } => "matter-proposal",
        Matter::Application(_) => "matter-application",
        Matter::Roster { .. } => "matter-roster",
        Matter::Split { .. } => "matter-split",
        Matter::Conduct { .. } => "matter-conduct",
        Matter::Removals { .. } => "matter-removals",
        Matter::Consent { .. } => "matter-consent",
        Matter::Held { .. } => "matter-held",
        Matter::OwnMessage { .. } => "matter-own-message",
        Matter::Sanction(_) => "matter-sanction",
        Matter::Case { .. } => "matter-case",
        Matter::Listed { .. } => "matter-listed",
    })
}

/// What a card says when it is shown: what stands in the card itself is read from it, so that it is kept nowhere else. `None` for a card that is
/// decided, or forgotten, already.
#[must_use]
pub fn in_full(community: &Community, id: &CardId, text: &Text) -> Option<Text> {
    let card = community.records.cards.get(id)?;
    let described = super::admission::described(community, card);
    let described = described.or_else(|| super::cases::described(community, card));
    Some(match described {
        Some(described) => described.then(text.clone()),
        None => text.clone(),
    })
}

/// A command is carried out after all, or forgotten; by who gave it.
fn confirm(answer: &Answer, line: &str) -> Result<Decision, Text> {
    let Answer {
        snapshot,
        community,
        card,
        event,
        ..
    } = *answer;
    answer.only(&card.by)?;
    let mut deed = answer.deed();
    deed.close(card);
    if !answer.yes {
        deed.tell_admins(Text::new("confirm-dropped").code("words", line));
        return Ok(deed.decision);
    }
    let mut decision = crate::commands::confirmed(snapshot, community, event, line, answer.now);
    decision.changes.append(&mut deed.decision.changes);
    Ok(decision)
}

impl<'a> Answer<'a> {
    /// Who answers.
    #[must_use]
    pub fn by(&self) -> &'a UserId {
        &self.event.sender
    }

    pub(crate) fn deed(&self) -> Deed<'a> {
        Deed::new(
            self.snapshot,
            self.community,
            self.event.id.as_str(),
            self.now,
        )
    }

    /// Only this person may answer.
    ///
    /// # Errors
    /// What to say to others.
    pub(crate) fn only(&self, person: &OwnedUserId) -> Result<(), Text> {
        if *self.by() == **person {
            Ok(())
        } else {
            let pill = Argument::User(person.to_string());
            Err(Text::new("card-not-yours").with("person", pill))
        }
    }

    /// Only who has this role in the whole community may answer.
    ///
    /// # Errors
    /// What to say to others.
    pub(crate) fn needs(&self, role: Role) -> Result<(), Text> {
        let own = self.community.role(self.by());
        if own >= role {
            return Ok(());
        }
        Err(Text::new("not-allowed")
            .with("needed", Text::new(role.text_key()))
            .with("own", Text::new(own.text_key())))
    }

    /// The card with this answer; one answer counts for each person.
    pub(crate) fn voted(&self) -> Card {
        let mut card = self.card.clone();
        card.votes.retain(|vote| vote.by != *self.by());
        card.votes.push(Vote {
            by: self.by().to_owned(),
            yes: self.yes,
            at: self.now,
            reason: self.reason.clone(),
        });
        card
    }

    /// The card stays, with this answer.
    pub(crate) fn noted(&self, deed: &mut Deed) -> Card {
        let card = self.voted();
        deed.keep(Record::Card(Box::new(card.clone())));
        card
    }

    /// The card is decided.
    pub(crate) fn close(&self, deed: &mut Deed) {
        deed.close(self.card);
    }
}

/// The card that somebody names, in one of the communities.
///
/// # Errors
/// When there is none.
pub fn find<'a>(community: &'a Community, name: &str) -> Result<&'a Card, Text> {
    let id = CardId(name.trim().to_lowercase());
    let card = community.records.cards.get(&id);
    card.ok_or_else(|| Text::new("card-unknown").with("word", name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reactions_of_every_client_are_understood_and_others_are_none() {
        for yes in ["✅", "✔️", "👍", "👍🏿", "👍️"] {
            assert_eq!(meaning(yes), Some(true), "{yes}");
        }
        for no in ["❌", "👎🏽", "✖️"] {
            assert_eq!(meaning(no), Some(false), "{no}");
        }
        for other in ["❤️", "😀", "", "ok", "✅✅"] {
            assert_eq!(meaning(other), None, "{other}");
        }
    }
}

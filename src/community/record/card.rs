//! Cards: what waits for somebody's decision.

use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use serde::{Deserialize, Serialize};

use super::{Application, Grant, Person, Purpose, Sanction};
use crate::{
    clock::Timestamp,
    community::{definition::GroupId, place::Place},
};

/// The short name of something that waits for a decision, which people can type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CardId(pub String);

impl CardId {
    /// How long one is.
    const LENGTH: usize = 5;

    /// The id of the card that `cause` opens.
    #[must_use]
    pub fn derive(cause: &str) -> Self {
        /// Without what is easily confused.
        const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";
        let hash = blake3::hash(format!("card/{cause}").as_bytes());
        let letters = hash.as_bytes()[..Self::LENGTH]
            .iter()
            .map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
        Self(letters.collect())
    }
}

impl std::borrow::Borrow<str> for CardId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for CardId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that waits for somebody's decision, shown in a room and answered by reaction or command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Its name.
    pub id: CardId,
    /// What is to be decided.
    pub matter: Matter,
    /// Who asked for it.
    pub by: OwnedUserId,
    /// When.
    pub at: Timestamp,
    /// When it is over by itself, or something is done about it.
    pub due: Option<Timestamp>,
    /// Whose turn it is.
    pub assignee: Option<OwnedUserId>,
    /// Where it was shown.
    pub shown: Option<(OwnedRoomId, OwnedEventId)>,
    /// Who has said what.
    pub votes: Vec<Vote>,
    /// Somebody was reminded.
    pub reminded: bool,
}

impl Card {
    /// Whether it is over by itself by `now`, or something is to be done about it.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.due.is_some_and(|due| due <= now)
    }
}

/// What somebody said about a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Who.
    pub by: OwnedUserId,
    /// Yes, or no.
    pub yes: bool,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Option<String>,
}

/// What a card is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "matter", rename_all = "kebab-case")]
pub enum Matter {
    /// A command that needs a second look by who gave it.
    Confirm {
        /// The command, as it was said.
        line: String,
    },
    /// Somebody is to have a role.
    Nomination(Grant),
    /// A member proposes somebody.
    Proposal {
        /// Whom.
        user: OwnedUserId,
        /// For where.
        place: Place,
        /// Why.
        reason: String,
    },
    /// Somebody asks to be let in.
    Application(Application),
    /// A roster that was read and is to be taken over.
    Roster {
        /// Everybody who is new or differs.
        people: Vec<Person>,
    },
    /// A group that is too large becomes several.
    Split {
        /// Which.
        group: GroupId,
        /// The groups that come of it, by the value of the zone.
        parts: Vec<(String, Vec<OwnedUserId>)>,
    },
    /// Somebody is asked to accept what everybody accepts, or everybody is (without `user`).
    Conduct {
        /// Of the community, or of a group.
        place: Place,
        /// Which version.
        version: u32,
        /// Who.
        user: Option<OwnedUserId>,
    },
    /// People who have not accepted the code of conduct are to be removed, and they are many.
    Removals {
        /// Which version.
        version: u32,
        /// Who.
        users: Vec<OwnedUserId>,
    },
    /// A change of a policy list hits many, or most of a group.
    Listed {
        /// Which list.
        list: CardId,
        /// The fingerprints of the rules that wait.
        rules: Vec<String>,
        /// How many people they hit.
        people: u64,
    },
    /// Somebody is asked to agree to something.
    Consent {
        /// To what.
        purpose: Purpose,
        /// Who.
        user: OwnedUserId,
    },
    /// A picture that somebody sent waits.
    Held {
        /// Who.
        user: OwnedUserId,
        /// Where.
        place: Place,
    },
    /// Somebody is asked about their own message, which they may have deleted.
    OwnMessage {
        /// Who.
        user: OwnedUserId,
        /// Where.
        room: OwnedRoomId,
        /// Which.
        event: OwnedEventId,
    },
    /// A rule wants somebody sanctioned, and an admin is asked first.
    Sanction(Box<Sanction>),
    /// A case waits for somebody: the one with the name of the card.
    Case {
        /// What members wrote for it, each in their words.
        #[serde(default)]
        words: Vec<String>,
    },
}

//! Somebody accepts, declines, agrees or takes that back.

use ruma::{OwnedUserId, UserId};

use super::asking::{self, Asking};
use crate::{
    clock::Timestamp,
    community::{
        place::Place,
        record::{Accepted, Consent, Matter, Purpose, Record},
        snapshot::Community,
    },
    governance::deed::Deed,
    reply::{Argument, Text},
};

/// Somebody accepts this version, by reaction or in words; nothing when they have.
pub(crate) fn accept(deed: &mut Deed, by: &UserId, asking: &Asking) {
    let community = deed.community;
    for (card, place, _) in asking::open_to(community, by) {
        if *place == asking.place {
            deed.close(card);
        }
    }
    if asking.is_accepted(community, by) {
        return;
    }
    deed.keep(Record::Accepted(Accepted {
        user: by.to_owned(),
        place: asking.place.clone(),
        version: asking.version,
        at: deed.now,
        lapsed: false,
    }));
    let text = match &asking.place {
        Place::Group(_) => {
            Text::new("terms-thanks").with("group", community.name_of(&asking.place))
        }
        Place::Space => {
            let name = community.definition.name.as_str();
            let thanks = Text::new("conduct-thanks").with("community", name);
            if community.is_newcomer(by) {
                thanks.line("conduct-may-write")
            } else {
                thanks
            }
        }
    };
    deed.tell(by, text);
    if asking.place == Place::Space {
        deed.review();
        let conduct = &community.definition.code_of_conduct;
        let user = by.to_owned();
        let asked = community.records.cards.values().any(
            |card| matches!(&card.matter, Matter::Consent { user: asked, .. } if *asked == user),
        );
        let missing = community.records.consents(Purpose::Relay, by).is_none();
        if conduct.ask_relay_consent
            && missing
            && !asked
            && asking::is_asked(deed.snapshot, community, by)
        {
            asking::ask_consent(deed, &user);
        }
    }
}

/// What is said to somebody who does not accept: what they can do, and nothing else follows.
pub(super) fn declined(community: &Community, asking: &Asking, by: &UserId) -> Text {
    let text = Text::new("conduct-declined").with("name", community.name_of(&asking.place));
    let text = match &community.definition.contact {
        Some(contact) => text
            .line("conduct-declined-ask")
            .with("person", Argument::User(contact.to_string())),
        None => text.line("ask-the-team"),
    };
    if asking.place == Place::Space && community.is_newcomer(by) {
        text.line("conduct-until-then")
    } else {
        text
    }
}

/// Somebody agrees, or takes that back: at any time.
pub(crate) fn consent(deed: &mut Deed, by: &OwnedUserId, purpose: Purpose, given: bool) {
    let community = deed.community;
    for card in community.records.cards.values() {
        if matches!(&card.matter, Matter::Consent { user, .. } if user == by) {
            deed.close(card);
        }
    }
    if community.records.consents(purpose, by) != Some(given) {
        deed.keep(Record::Consent(Consent {
            user: by.clone(),
            purpose,
            given,
            at: deed.now,
        }));
    }
    let key = if given {
        "consent-given"
    } else {
        "consent-not-given"
    };
    let name = community.definition.name.as_str();
    deed.tell(by, Text::new(key).with("community", name));
}

/// Somebody was there before acceptance was required, or may still write with the version that they accepted.
pub(super) fn in_time(user: &UserId, before: Option<&Accepted>, now: Timestamp) -> Accepted {
    Accepted {
        user: user.to_owned(),
        place: Place::Space,
        version: before.map_or(0, |it| it.version),
        at: before.map_or(now, |it| it.at),
        lapsed: false,
    }
}

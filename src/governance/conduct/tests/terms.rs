//! What one group or the law asks beside it.

use super::*;

#[test]
fn terms_are_asked_for_in_their_group_and_nothing_follows_when_nobody_answers() {
    let mut snapshot = with(Acceptance::None);
    redefine(&mut snapshot, |it| {
        it.groups[0].terms = Some(Terms {
            version: 1,
            text: "Ce qui est dit ici reste ici.".to_owned(),
        });
    });
    let done = tick(&mut snapshot, NOW);
    assert_eq!(
        told(&done),
        pairs(&[("ben", "terms-hello"), ("camille", "terms-hello")])
    );
    let came = comes(&mut snapshot, "luc", "!est:example.org");
    assert_eq!(told(&[came]), pairs(&[("luc", "terms-hello")]));
    let none = comes(&mut snapshot, "luc", "!ouest:example.org");
    assert_eq!(told(&[none]), Vec::new());
    let decision = testing::apply(
        &mut snapshot,
        &testing::direct(),
        "luc",
        "accepter secteur-est",
    );
    assert_eq!(told(&[decision]), pairs(&[("luc", "terms-thanks")]));
    let done = tick(&mut snapshot, days(3));
    assert_eq!(
        told(&done),
        pairs(&[("ben", "terms-reminder"), ("camille", "terms-reminder")])
    );
    assert_eq!(tick(&mut snapshot, days(100)), Vec::new());
}

#[test]
fn the_consent_is_asked_after_the_acceptance_and_once() {
    let mut snapshot = with(Acceptance::Asked);
    redefine(&mut snapshot, |it| {
        it.code_of_conduct.ask_relay_consent = true;
    });
    let done = tick(&mut snapshot, NOW);
    assert!(told(&done).iter().all(|(_, key)| key != "consent-ask"));
    let card = card_of(&snapshot, "ben").unwrap();
    let accepted = react(&mut snapshot, "ben", &card, "✅", NOW);
    let wanted = [("ben", "conduct-thanks"), ("ben", "consent-ask")];
    assert_eq!(told(std::slice::from_ref(&accepted)), pairs(&wanted));
    let cards = community(&snapshot).records.cards.values();
    let mut cards = cards.filter(|it| matches!(it.matter, Matter::Consent { .. }));
    let card = cards.next().unwrap().id.clone();
    react(&mut snapshot, "ben", &card, "❌", NOW);
    let consents = community(&snapshot)
        .records
        .consents(Purpose::Relay, &user("ben"));
    assert_eq!(consents, Some(false));
    let later = tick(&mut snapshot, days(1));
    assert!(
        told(&later).iter().all(|(who, _)| who != "ben"),
        "they have answered"
    );
}

//! Claims that are known to be false, and talk about them.

use super::*;

fn claim_of(body: &str) -> Option<String> {
    let found = verdict(&text(body))?;
    assert_eq!(
        found.action,
        RuleAction::Nudge,
        "{body}: never more than a question"
    );
    Some(found.claim?.id)
}

#[test]
fn the_claims_that_ship_are_found_when_they_are_made() {
    for (body, id) in [
        ("Les vaccins causent l'autisme.", "vaccines-autism"),
        (
            "Mon avis : le vaccin ROR rend les enfants autistes",
            "vaccines-autism",
        ),
        (
            "l'autisme de mon fils est dû au vaccin, j'en suis sûre",
            "vaccines-autism",
        ),
        ("Vaccines cause autism, wake up!", "vaccines-autism"),
        ("the MMR shot causes autism", "vaccines-autism"),
        ("Le MMS guérit le cancer", "chlorine-dioxide"),
        (
            "Le dioxyde de chlore tue tous les virus",
            "chlorine-dioxide",
        ),
        (
            "buvez de l'eau de Javel diluée contre le covid",
            "chlorine-dioxide",
        ),
        ("chlorine dioxide cures malaria", "chlorine-dioxide"),
        (
            "L'hydroxychloroquine soigne le Covid",
            "hydroxychloroquine-covid",
        ),
        (
            "hydroxychloroquine prevents covid",
            "hydroxychloroquine-covid",
        ),
        ("l'ivermectine guérit la covid-19", "ivermectin-covid"),
        ("ivermectin cures covid", "ivermectin-covid"),
        ("5G spreads covid", "mobile-networks-covid"),
        (
            "le covid est causé par les antennes 5G",
            "mobile-networks-covid",
        ),
        ("les antibiotiques tuent les virus", "antibiotics-viruses"),
        ("Antibiotics work against the flu", "antibiotics-viruses"),
        ("le VIH n'existe pas", "hiv-aids"),
        ("HIV does not cause AIDS", "hiv-aids"),
        (
            "ＬＥＳ ＶＡＣＣＩＮＳ ＣＡＵＳＥＮＴ Ｌ'ＡＵＴＩＳＭＥ",
            "vaccines-autism",
        ),
    ] {
        assert_eq!(claim_of(body).as_deref(), Some(id), "{body}");
    }
}

#[test]
fn talking_about_a_claim_is_no_claim() {
    for body in [
        "Les vaccins ne causent pas l'autisme.",
        "Non, le vaccin ROR ne donne pas l'autisme",
        "Vaccines do not cause autism.",
        "Vaccines don't cause autism",
        "Est-ce que le vaccin donne l'autisme ?",
        "Une maman m'a dit que le vaccin donne l'autisme, que répondre",
        "« Les vaccins causent l'autisme » : comment en parler aux parents",
        "Formation lundi : vaccination. Mardi : autisme, ce qui cause les crises.",
        "enfant autiste, vaccins à jour, cause du retard à explorer",
        "L'enfant autiste a peur du vaccin",
        "Le MMS ne guérit rien, c'est de l'eau de Javel",
        "Envoyez-moi un MMS pour le rendez-vous, je soigne la grippe de mon fils",
        "Ingestion d'eau de Javel : appelez le centre antipoison",
        "Désinfecter à l'eau de Javel contre le norovirus",
        "Il a bu de l'eau de Javel ce matin",
        "hydroxychloroquine 200 mg 2x/j pour son lupus",
        "patient sous hydroxychloroquine, covid positif hier",
        "l'essai de l'hydroxychloroquine contre le covid est négatif",
        "L'ivermectine traite la gale ; covid négatif",
        "Les antibiotiques ne tuent pas les virus",
        "pas d'antibiotique : c'est une grippe, un virus",
        "antibiotiques pour la surinfection, la bronchiolite guérit seule",
        "les antennes du centre de dépistage covid sont ouvertes",
        "le VIH n'est pas transmis par la salive",
        "les personnes sous traitement ne transmettent pas le VIH",
        "HIV does not spread by touch",
        "Nobody believes that 5G spreads covid",
        "C'est un mythe : les antibiotiques soignent la grippe",
    ] {
        assert_eq!(claim_of(body), None, "{body}");
    }
}

#[test]
fn a_claim_whose_review_is_due_is_not_used() {
    let content = text("Les vaccins causent l'autisme.");
    let at = |now: i64| {
        let site = Site {
            layer: &Layer::default(),
            spot: Spot::Anywhere,
            now: Timestamp(now),
            lets_through: &|_, _| false,
        };
        rules()
            .check_in("m.room.message", &content, &KEY, &site)
            .is_some()
    };
    let found = verdict(&content).and_then(|it| it.claim).expect("a claim");
    assert!(at(found.review.0 - 1) && !at(found.review.0));
}

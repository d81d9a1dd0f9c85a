//! Advertising: an offer, a lure, easy money, a miracle cure, a price. Two different signals close to each other.
//!
//! One signal is nothing: carers write of prices, of cures and of reductions every day. A member who sells their own wheelchair
//! is asked only.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::Finding;
use crate::moderation::normalise::Folded;
use crate::moderation::text;

/// Signals further apart than this do not belong together, in bytes.
const NEAR: usize = 240;

/// What a signal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    /// Something is offered.
    Offer,
    /// Something is offered, by a shop's own words.
    Shop,
    /// The reader is to do something.
    Lure,
    /// Money without work.
    Money,
    /// A cure that none is.
    Miracle,
    /// So much, in money or per cent.
    Price,
    /// A member's own thing.
    Own,
    /// What is no trade.
    Harmless,
}

use Sign::{Harmless, Lure, Miracle, Money, Offer, Own, Price, Shop};

const SIGNS: &[(Sign, &str)] = &[
    (
        Offer,
        "promo |promo:|promo,|promo !|promos |promotion exceptionnelle|en promo|soldes|offre speciale|\
            offre exclusive|offre limitee|offre exceptionnelle|offre unique|remise de|remise exceptionnelle|de remise|\
            de reduction|vente flash|vente privee|ventes privees|prix casse|prix imbattable|meilleur prix|petit prix|\
            petits prix|je vends|nous vendons|on vend |en vente sur|a vendre|disponible a la vente|tarif preferentiel|\
            tarif exceptionnel|sur toute la boutique|sur tout le site|black friday|special offer|limited offer|\
            limited time|discount|% off|for sale|on sale|best price|bulk order|wholesale|deal of|selling |i sell |\
            we sell |clearance|cheap |echantillon gratuit|free sample|free trial|essai gratuit|1 achete|un achete|\
            buy one get",
    ),
    (
        Shop,
        "code promo|codes promo|code de parrainage|code parrain|livraison gratuite|livraison offerte|\
            frais de port offerts|satisfait ou rembourse|stock limite|stocks limites|derniers exemplaires|dernieres pieces|\
            ma boutique|notre boutique|boutique en ligne|free shipping|free delivery|promo code|discount code|\
            coupon|money back|while stocks last|use my code|mon code|votre code promo|use code|avec mon code|\
            avec le code|with my code|with code|paiement en 3 fois|paypal accepte|in stock|without prescription|\
            sans ordonnance",
    ),
    (
        Lure,
        "cliquez ici|clique ici|cliquez sur|clique sur|lien en bio|lien dans ma bio|commandez|commande vite|\
            commande maintenant|commandez-les|achetez|profitez|profite |ne ratez pas|ne manquez pas cette|contactez-moi|\
            contacte-moi|contactez moi|contacte moi|ecrivez-moi en|ecris-moi en|en mp|mp moi|mp-moi|en dm|en prive pour|\
            dm me|dm for|pm me|message me|inbox me|text me|whatsapp|telegram|inscrivez-vous|inscris-toi|rejoignez mon|\
            rejoins mon|rejoignez notre|rejoins notre|places limitees|click here|click the link|link in bio|order now|\
            order today|order here|buy now|buy here|shop now|sign up|join my|join our|act now|dont miss|don't miss|\
            reservez|visitez|visitez notre|notre site|visit our|our website|our site|http://|https://|www.|appelez vite|\
            appelez le",
    ),
    (
        Money,
        "bitcoin|crypto|forex|trading|ethereum|nft |revenus passifs|revenu passif|propre patron|propre boss|\
            liberte financiere|independance financiere|independant financierement|complement de revenu|complement de salaire|\
            revenus complementaires|marketing de reseau|marketing relationnel|gagner de l'argent|gagnez de l'argent|\
            gagne de l'argent|gagnez jusqu|gagner jusqu|gagne jusqu|rendement garanti|rendements garantis|doublez vo|\
            doubler vo|double ton|multipliez vo|sans investissement|depuis chez vous|depuis chez toi|travail a domicile|\
            argent facile|passive income|own boss|financial freedom|make money|earn money|extra income|extra cash|\
            work from home|guaranteed return|double your money|investissez|invest |invest in|prets entre particuliers|\
            des prets|pret rapide|pret d'argent|pret entre particuliers|credit rapide|loan |loans |casino|paris sportifs|\
            side hustle|six figures|profit|gagnez |earn |gagne |par jour|par semaine|a day|a week|par mois|a month",
    ),
    (
        Miracle,
        "miracle|miraculeu|guerit |guerir|perdez |perdre 1|perdre du poids|perte de poids rapide|\
            maigrir|minceur|sans effort|resultats garantis|resultat garanti|100 % naturel|100% naturel|brule-graisse|\
            brule graisse|detox|complements alimentaires|complement alimentaire|huiles essentielles|huile de cbd|\
            cbd |aphrodisiaque|viagra|cialis|anti-age|retour d'affection|voyan|marabout|magnetis|secret que les medecins|\
            remede|lose weight|weight loss|burn fat|miracle cure|cures |guaranteed results|doctors hate|all natural|\
            100% natural|supplement|keto|anti-aging|essential oils|coaching|elixir|pilules|ozempic|botox",
    ),
    (Price, "%|\u{20AC}|$|\u{A3}|euros|eur |usd|dollars"),
    (
        Own,
        "je vends mon|je vends ma|je vends mes|je vends un|je vends le|vends mon|vends ma|vends un|\
            i'm selling my|selling my|donne contre|cede mon|cede ma|occasion",
    ),
    (
        Harmless,
        "association|rembours|tombola|benevol|collecte|kermesse|secu|mutuelle|ameli|ald |etude|study|\
            trial|has-sante|ansm|vidal|spo2|fio2|arnaque|attention au|attention aux|fake|scam|spam|pas cher du tout|\
            prescription de|charity|nhs|fundrais|mise en garde|mefiez|publicite|frequentation|hopital|infarctus|\
            patients |mortality|risk|risque",
    ),
];

static AUTOMATON: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = SIGNS.iter().flat_map(|(_, words)| words.split('|'));
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::DFA))
        .build(words)
        .expect("a list in the source is far below the automaton's limit of 2^31 states")
});

static MEANS: LazyLock<Vec<Sign>> = LazyLock::new(|| {
    let each = SIGNS
        .iter()
        .flat_map(|(sign, words)| words.split('|').map(|_| *sign));
    each.collect()
});

/// Finds them.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    let lower = text.lower();
    let mut group: Vec<(Sign, Range<usize>)> = Vec::new();
    for found in AUTOMATON.find_iter(lower) {
        if text::glued_before(lower, found.start())
            && lower.as_bytes()[found.start()].is_ascii_alphabetic()
        {
            continue;
        }
        let sign = MEANS[found.pattern().as_usize()];
        if sign == Price && !counts(lower, &found.range()) {
            continue;
        }
        if group
            .last()
            .is_some_and(|(_, last)| found.start() - last.end > NEAR)
        {
            judge(lower, &group, out);
            group.clear();
        }
        group.push((sign, found.range()));
    }
    judge(lower, &group, out);
}

/// Whether a number stands beside a sign of money or `%`.
fn counts(lower: &str, at: &Range<usize>) -> bool {
    let before = lower[..at.start].trim_end_matches(' ');
    let after = lower[at.end..].trim_start_matches(' ');
    before.ends_with(|c: char| c.is_ascii_digit())
        || after.starts_with(|c: char| c.is_ascii_digit())
}

fn judge(lower: &str, group: &[(Sign, Range<usize>)], out: &mut Vec<Finding>) {
    let has = |sign: Sign| group.iter().any(|(it, _)| *it == sign);
    let real = || group.iter().filter(|(it, _)| *it != Harmless);
    let (Some((_, first)), Some((_, last))) = (real().next(), real().next_back()) else {
        return;
    };
    let offer = has(Offer) || has(Own);
    let plain = (offer && has(Shop))
        || (has(Shop) && (has(Lure) || has(Price) || has(Miracle)))
        || (offer && orders(lower, group) && !has(Own))
        || (has(Lure) && group.iter().filter(|(it, _)| *it == Miracle).count() > 1)
        || (offer && has(Lure) && (has(Price) || has(Miracle) || has(Money)))
        || (offer && has(Miracle) && has(Price))
        || (has(Money) && (has(Lure) || has(Price)) && earns(lower, group))
        || (has(Miracle) && has(Lure) && (has(Price) || orders(lower, group)))
        || (offer && orders(lower, group) && has(Price));
    let maybe = has(Own) && (has(Price) || has(Lure)) || offer && has(Price) && has(Lure);
    if has(Harmless) || !(plain || maybe) {
        return;
    }
    let span = first.start..last.end.max(first.end);
    out.push(Finding {
        canonical: lower[span.clone()]
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
        span,
        certain: plain && !has(Own),
    });
}

/// Whether money is promised: `par mois` alone is a price.
fn earns(lower: &str, group: &[(Sign, Range<usize>)]) -> bool {
    let weak = [
        "par ", "a day", "a week", "a month", "profit", "trading", "invest", "loan",
    ];
    let mut money = group
        .iter()
        .filter(|(it, _)| *it == Money)
        .map(|(_, at)| &lower[at.clone()]);
    let strong = money
        .clone()
        .any(|it| !weak.iter().any(|weak| it.starts_with(weak)));
    strong || money.nth(1).is_some()
}

/// Whether the reader is told to order.
fn orders(lower: &str, group: &[(Sign, Range<usize>)]) -> bool {
    let words = [
        "command",
        "achet",
        "order",
        "buy",
        "shop",
        "contact",
        "ecri",
        "dm ",
        "en mp",
        "pm me",
        "message me",
        "inbox",
        "whatsapp",
        "notre site",
        "our ",
    ];
    let mut lures = group.iter().filter(|(it, _)| *it == Lure);
    lures.any(|(_, at)| words.iter().any(|word| lower[at.clone()].starts_with(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<bool> {
        let mut out = Vec::new();
        find(&Folded::new(text), &mut out);
        out.into_iter().map(|it| it.certain).collect()
    }

    #[test]
    fn advertising_is_found() {
        for text in [
            "-50 % sur toute la boutique, livraison gratuite !",
            "Devenez votre propre patron, gagnez 3000 € par mois",
            "DM me for price, free shipping",
            "Code promo SANTE20, cliquez ici",
        ] {
            assert_eq!(found(text), [true], "{text}");
        }
    }

    #[test]
    fn one_signal_is_nothing_and_a_small_ad_is_asked_about() {
        for text in [
            "vente de gâteaux de l'association, 2 € la part",
            "médicament en rupture",
            "prix du matériel remboursé : 45 €",
            "Cliquez ici pour l'ordre du jour",
            "SpO2 88 %",
            "une réduction de 50 % des doses",
        ] {
            assert_eq!(found(text), Vec::<bool>::new(), "{text}");
        }
        assert_eq!(found("Je vends mon fauteuil roulant, 150 €"), [false]);
    }
}

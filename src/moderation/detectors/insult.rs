//! Insults, French and English: words that are nothing else, and words that are one when they are aimed at somebody.
//!
//! What is told of others, quoted, denied or said of oneself is left alone: carers must be able to write what was shouted at
//! them. Medical and everyday homonyms (`abruti par les benzos`, a spayed `bitch`, `TG` for triglycerides) pass.

use std::sync::LazyLock;

use regex::Regex;

use super::Finding;
use super::language::{Sentence, Speech, Triggers, add, laughs, overlaps, pattern, ranges};
use crate::moderation::normalise::Folded;

static TRIGGERS: LazyLock<Triggers> = LazyLock::new(|| {
    Triggers::new(
        "va te faire|vous faire|fils de|la raie|taree|naze|cow$|cows$|pathetic|go to hell|bande de|tu pues|vous puez|con$|\
            cons$|fils2pute|enfoir|salopard|degueulasse|incapable|nike ta|drop dead|hope you|batar$|va mourir|\
            allez mourir|konas|sous-homme|conne$|connes$|connar|conar|connas|conas|konar|konnar|salop|salaud|\
            encul|pute|putain|fdp|batard|abruti|debile|idiot|cretin|imbecile|ordure|pourriture|raclure|crevure|\
            merde|sous-merde|gueule|geule|tg$|ftg$|ntm$|vtff|nique|niquez|foutre|suce$|crever$|creve$|suicide$|\
            suicidez|pends$|pendre$|chier$|garce|chienne|porc$|porcs$|truie|bouffon|clochard|cassos|boloss|tocard|\
            attarde|minable|emmerde|trou|couille|bite$|dechet|charogne|grognasse|pouffiasse|poufiasse|petasse|\
            trainee$|thon$|vache|blaireau|tache$|asshole|arsehole|fuck|bitch|stfu|moron|bastard|cunt|whore|slut|\
            dickhead|motherf|shit|kys$|kill|scum|prick$|twat|wanker|dumbass|jackass|loser|screw|go die|trash$|\
            pathetic|foutez",
    )
});

/// Words that are an insult wherever they stand.
const STRONG: &str = "[ck]on{1,2}ard(?:e|s|es)?|conn?ar|[ck]on{1,2}as+es?|salopes?|salopards?|salauds?|\
    enfoiree?s?|scumbags?|encules?|enculees?|fi(?:ls|lle|lles) de (?:pute|putes|p|chiens?|chienne|salope)|\
    fdp|sous merdes?|trous? du cul|tetes? de (?:noeud|con|cul|bite)|grognasses?|poufi?f?iasses?|petasses?|\
    assholes?|arseholes?|dickheads?|motherfuckers?|mother fuckers?|cunts?|sons? of (?:a )?bitch(?:es)?|\
    shitheads?|dumbass(?:es)?|wankers?|fuckers?|cock ?suckers?";

/// Nouns that are an insult when aimed.
const NOUN: &str = "con|cons|conne|connes|debiles?|idiote?s?|cretine?s?|imbeciles?|abrutie?s?|batarde?s?|\
    ordures?|pourritures?|raclures?|crevures?|putes?|garces?|chiennes?|porcs?|truies?|bouffonn?e?s?|clochards?|\
    cassos|boloss?|tocarde?s?|attardee?s?|dechets?|charognes?|tas de merde|merdes?|minables?|incapables?|\
    naz(?:e|es)|taree?s?|degueulasses?|batar|grosses? vaches?|blaireaux?|traine[er]s?|boudins?";

/// The same in English.
const NOUN_EN: &str = "bitch(?:es)?|idiots?|morons?|imbeciles?|bastards?|whores?|sluts?|scums?|pigs?|\
    pricks?|twats?|losers?|jackass(?:es)?|pieces? of (?:shit|crap|trash)|trash|cows?|shits?|fucks?|fuckers?|skanks?|dipshits?|\
    pathetic (?:loser|excuse)";

/// Words that stand between `tu es` and the insult.
const FILL: &str = "(?:(?:vraiment|trop|tres|bien|qu|que|juste|tous|toutes|un|une|des|de|d|sacree?|\
    gros|grosses?|petite?s?|vraie?s?|pauvres?|espece|bande|sales?|le|la|les|roi|reine|plus|completement|\
    tellement|si|aussi|putain|sombre|total|totale|grand|grande|belle|beau|encore|toujours|quand|meme|\
    devenue?|qui|toi|franchement) )*";

/// The same in English.
const FILL_EN: &str = "(?:(?:a|an|all|so|such|fucking|stupid|dumb|the|bunch|of|complete|total|absolute|\
    just|nothing|but|really|little|lazy|fat|ugly|old|dirty|filthy|disgusting|lying|r|worthless|useless|\
    pathetic|bloody|utter|biggest|are|re|people|guys) )*";

/// Plainly an insult.
static CERTAIN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "<strong>",
            "(?:tu es|t es|t|tu n es|tu restes|vous etes|vous n etes|z etes|etes vous|es tu|toi|c est toi) <fill>(?:<noun>)",
            "(?:tu es|t es|vous etes) <fill>(?:fous? a lier|bonnes? a rien de merde)",
            "(?:espece|especes|bande) (?:de |d )(?:(?:gros|grosses?|sales?|petits?|petites?|pauvres?|\
                vieux|vieille) )?(?:<noun>)",
            "(?:sale|sales|gros|grosse|grosses|pauvre|pauvres|petit|petite|vieux|vieille|quel|quelle|\
                quels|quelles|putain de|bande de) (?:(?:petite?|grosse?|vieille|sale|pauvre|bande de) )?(?:con|cons|\
                conne|connes|debiles?|idiote?s?|cretine?s?|abrutie?s?|imbeciles?|batarde?s?|ordures?|pourritures?|\
                raclures?|putes?|garces?|chiennes?|truies?|porcs?|taree?s?|naz(?:e|es)|degueulasses?|clochards?|attardee?s?|\
                tas de merde)|(?:sale|sales|gros|grosse|grosses|pauvre|pauvres|petite) merdes?",
            "(?:ce|cet|cette|ces) (?:gros |grosse |petit |petite |vieux |vieille |sale )?(?:con|cons|\
                conne|connes|abrutie?s?|debiles?|batarde?s?|cretine?s?)",
            "(?:types?|mecs?|meufs?|gars|gens|race|medecins?|infirmieres?|infirmiers?|soignants?|\
                collegues?|toubibs?) de merde",
            "ta (?:gu|g)eule|vos gueules|la ferme connard|tagueule|ferme[zs]? (?:ta|la|vos|votre) (?:grande |\
                sale |grosse )?(?:gueules?|geules?)|ftg|vtff",
            "(?:va|vas|allez|allez tous|qu il aille|qu elle aille|aille|aillent) (?:te|vous|se) faire (?:foutre|\
                enculer|mettre|niquer|enculee?s?)",
            "(?:<noun>) finie?s?|bande de (?:chiens|rats|sauvages|guignols|clowns|charlatans|branleurs|moins que rien|\
                feignasses|feignants|nuls|bouffons)|(?:tu pues|vous puez) (?:la merde|du cul|de la gueule)|niquez vous|\
                va niquer (?:ta|tes|sa)|nique (?:ta|tes|sa|toi|vos) ?(?:mere|race|morts|grands morts)?|allez vous faire foutre",
            "suce (?:ma|moi la|mes) (?:bite|queue|couilles)|je (?:te|vous|t|les) (?:emmerde|encule|\
                nique|pisse a la raie)",
            "(?:suicide|suicides|bute|pends) toi|suicidez vous|(?:va|vas|allez|aille) (?:te pendre|\
                vous pendre|te suicider)|creve(?:z)? (?:connard|salope|sale|charogne|ordure|en silence)",
            "(?:va|allez) chier|va te faire cuire connard",
            "(?:you|u|ya|you are|you re|y all) <fill_en>(?:<noun_en>)",
            "(?:he|she|they|he s|she s|they re|he is|she is|they are) <fill_en>(?:bitch(?:es)?|morons?|\
                bastards?|whores?|sluts?|pieces? of shit|scum|pricks?|twats?)",
            "(?:fucking|stupid|dumb|dirty|filthy|lying|what an?|such an?|bunch of|pack of|little|\
                lazy|fat|ugly|crazy) (?:fucking |stupid |dumb |little |complete |total )?(?:bitch(?:es)?|idiots?|\
                morons?|imbeciles?|bastards?|whores?|sluts?|scum|pricks?|twats?|jackass(?:es)?)",
            "fuck (?:you|u|off|yourself|your mother|ya|y all|all of you)|stfu|shut the (?:fuck|hell) up|\
                shut your (?:fucking )?mouth",
            "kys|(?:i )?hope (?:you|u) (?:all )?(?:die|rot|get cancer)|go (?:die|to hell|fuck yourself|\
                kill yourself|hang yourself)|eat shit(?: and die)?|screw you|suck my (?:dick|cock|balls)|drop dead",
        ],
        SETS,
    )
});

const SETS: &[(&str, &str)] = &[
    ("strong", STRONG),
    ("noun_en", NOUN_EN),
    ("noun", NOUN),
    ("fill_en", FILL_EN),
    ("fill", FILL),
];

/// Somebody who is not there: `un connard a raye ma voiture`.
static ABSENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "(?:un|une|des|les|quel|l|some|an?) (?:espece de |gros |sacre )?(?:<strong>) (?:a|m a|\
                nous a|ont|m ont|nous ont|qui|s est|in|on|at|has|stole|hit|took)",
        ],
        SETS,
    )
});

/// Perhaps an insult.
static DOUBTFUL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "(?:tu|vous) me (?:fais|faites) chier|(?:tu|vous) m emmerde[sz]?",
            "(?:cet|cette|ces|les|des|une|un) (?:idiote?s?|imbeciles?|putes?|garces?|clochards?|cassos)",
            "(?:you re|you are) (?:so )?(?:pathetic|disgusting|worthless)|(?:that|those|these|the) (?:bitch(?:es)?|\
                idiots?|morons?|bastards?|sluts?|whores?)",
            "tg",
            "pauvre (?:type|tache|cloche)|casse toi|foutez le camp",
        ],
        SETS,
    )
});

/// One word, shouted.
static ALONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        "^ (?:(?:{NOUN}|{NOUN_EN}|tg) !|(?:abrutie?s?|cretine?s?|idiote?s?|imbeciles?|batards?|batar|\
            con|conne|bouffonn?e?|encule[rz]?|ntm|ntm (?:toi|tous)(?: [a-z]+)?(?: [a-z]+)?(?: [a-z]+)?|pute|idiots?|\
            morons?|bitch)(?: va)?) (?:! )?$"
    ))
    .expect("a test compiles it")
});

/// Called so, at the start or at the end of a sentence that speaks to somebody.
static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        "(?:^|,) (?:(?:bande de|espece de|you) )?(?:{NOUN}|{NOUN_EN}) (?:,|!|\\?|$)"
    ))
    .expect("a test compiles it")
});

static SPOKEN_TO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "tu|t|toi|ta|ton|tes|te|vous|votre|vos|you|your|u|reponds|repondez|degage|casse|bouge|va",
        ],
        &[],
    )
});

/// An order to the reader; `if you kill yourself` is none.
static KILL_YOURSELF: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        "(?:^|,|!|\\b(?:just|go|please|and|should|lol|mdr|now|alors|toi|bien)) (kill (?:yourself|\
            urself|yourselves)|(?:va|allez|vas) (?:mourir|crever)|creve[sz]?) (?:$|!|,|already|now|connard|salope|\
            sale|charogne|ordure|pauvre)",
    )
    .expect("a test compiles it")
});

/// What the words mean when they stand beside these.
static HARMLESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "(?:dogs?|pupp(?:y|ies)|spayed|unspayed|litters?|vets?|veterinary|kennel|whelp[a-z]*|\
                breeds?|breeder|labrador|beagle|neutered|heat|teats?|canine) <*8>bitch(?:es)?",
            "bitch(?:es)? <*8>(?:dogs?|pupp(?:y|ies)|spayed|litters?|vets?|veterinary|kennel|whelp[a-z]*|\
                breeds?|heat|canine|old)",
            "(?:spayed|pregnant|lactating|entire) bitch(?:es)?",
            "(?:pains?|chiens?|chiots?|chats?|croises?|baguettes?) batarde?s?|batarde?s? (?:et|de labrador|\
                croise|cuit|tranche)",
            "con (?:tact|tacte|tent|geste|certe|sult|tr|tre|tacto|tatto|la|el|los|las|mucho|mucha|\
                le|il|lo|un|una|su|mi)",
            "je (?:te|vous) emmerde (?:pas|plus)|fdp (?:offerts?|inclus|compris|gratuits?|en sus)|(?:hors|plus|les) fdp",
            "(?:de|les) petites? merdes?",
            "(?:grippe|fievre|peste|valve|heparine|viande|insuline|greffe) (?:de )?porcs?|(?:de|du|au) porcs?",
            "(?:con|conne|abruti|debile|idiote?|cretin|imbecile|putain|merde) (?:de |d )(?:logiciel|\
                ordi|ordinateur|imprimante|programme|planning|temps|meteo|virus|covid|cancer|maladie|machine|reseau|\
                serveur|mise a jour|telephone|pc|fax|reveil|systeme|appli|application)",
        ],
        &[],
    )
});

/// Finds them.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    TRIGGERS.sentences_and_disguises(text, |sentence| look(sentence, out));
}

fn look(sentence: &Sentence, out: &mut Vec<Finding>) {
    let plain = sentence.plain();
    let since = out.len();
    let mut hits: Vec<_> = ranges(&CERTAIN, plain).map(|it| (it, true)).collect();
    hits.extend(ALONE.find(plain).map(|it| (it.range(), true)));
    let told_to = KILL_YOURSELF.captures(plain).and_then(|it| it.get(1));
    hits.extend(told_to.map(|it| (it.range(), true)));
    let called = CALLED.find(plain).filter(|_| SPOKEN_TO.is_match(plain));
    hits.extend(called.map(|it| (it.range(), true)));
    hits.extend(ranges(&DOUBTFUL, plain).map(|it| (it, false)));
    if hits.is_empty() {
        return;
    }
    let harmless: Vec<_> = ranges(&HARMLESS, plain).collect();
    let absent: Vec<_> = ranges(&ABSENT, plain).collect();
    let laughs = laughs(sentence);
    for (range, certain) in hits {
        if overlaps(&harmless, &range) {
            continue;
        }
        let certain = match &plain[range.clone()] {
            // Triglycerides, or a bad word.
            "tg" if plain.bytes().any(|byte| byte.is_ascii_digit()) => continue,
            "tg" if !SPOKEN_TO.is_match(plain) && !plain.contains('!') => continue,
            "tg" => true,
            _ => certain && !laughs && !overlaps(&absent, &range),
        };
        match Speech::of(sentence, &range) {
            Speech::Plain => add(out, since, sentence, range, certain),
            Speech::Doubtful => add(out, since, sentence, range, false),
            Speech::Told => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;

    fn found(text: &str) -> Vec<(String, bool)> {
        crate::moderation::detectors::found(find, text)
    }

    #[test]
    fn an_insult_is_found_in_all_its_forms() {
        for text in [
            "Connard !",
            "vous êtes des CONNASSES",
            "t'es c0n",
            "gros c*nnard",
            "c o n n a r d",
            "connaaaard",
            "f.d.p",
            "сonnard",
            "va te faire foutre",
            "Ta gueule !",
            "espèce d'abruti",
            "you stupid bitch",
            "kys",
            "fils de pute",
        ] {
            let found = found(text);
            assert!(
                found.iter().any(|(_, certain)| *certain),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn the_same_insult_has_one_canonical_form() {
        for text in [
            "connard",
            "C0nnard",
            "c.o.n.n.a.r.d",
            "connaaard",
            "c*nnard",
        ] {
            assert_eq!(canonicals(find, text), ["connard"], "{text}");
        }
    }

    #[test]
    fn what_was_said_by_others_is_not_the_authors() {
        for text in [
            "Il m'a traité de connard.",
            "ne traite pas les gens de connard",
            "« connard », c'est ce que le patient a crié",
            "qu'on m'appelle salope n'est pas acceptable",
            "tu n'es pas con",
            "je suis trop con",
        ] {
            assert!(
                found(text).iter().all(|(_, certain)| !certain),
                "{text}: {:?}",
                found(text)
            );
        }
    }

    #[test]
    fn homonyms_pass() {
        for text in [
            "retard de croissance",
            "un pain bâtard",
            "elle est grosse",
            "the spayed bitch",
            "con tacto",
            "Puteaux",
            "débile moteur",
            "un gros con tact",
            "TG 1,5 g/L, LDL 1,2",
            "abruti par les benzos",
            "la gueule du chien",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}

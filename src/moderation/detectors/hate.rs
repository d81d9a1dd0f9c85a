//! Words against people for what they are: origin, religion, sex, whom they love, disability.
//!
//! Slurs, groups with an insulting word, and sentences that say of a group what is said of none but in hate. The name of a group
//! alone is nothing, and what is told of others or denied is left alone: who suffers racism must be able to say so.

use std::sync::LazyLock;

use regex::Regex;

use super::Finding;
use super::language::{Sentence, Speech, Triggers, add, laughs, overlaps, pattern, ranges};
use crate::moderation::normalise::Folded;

static TRIGGERS: LazyLock<Triggers> = LazyLock::new(|| {
    Triggers::new(
        "envahi|afrique|algerie|brousse|you people|your kind|your people|bougnoul|bicot|bamboula|youpin|youtre|negr|chinetoque|chintok|niakou|crouille|tarlouze|tantouze|\
            tafiole|fiotte|gouine|pede$|pedes$|travelo|mongol|gogol|triso|pedale|raton|sale|tapette|race|blancs$|\
            pakis|go home|transsex|gros$|espece|putain|bande|vermine|arabe|juif|juiv|musulman|noirs$|noires$|\
            immigre|migrant|etranger|rom$|roms$|gitan|africain|algerien|marocain|chinois|turc|asiatique|homo|\
            gays$|gay$|trans$|transexuel|transsexuel|lesbienne|femmes$|handicap|pays$|chez toi|chez vous|cuisine|\
            bled|hitler|sieg|shoah|holocauste|lobby|islam|nigg|faggot|fags$|kike|paki|raghead|towelhead|chink|\
            gook|spic$|spics$|wetback|coon|dyke|trann|shemale|retard|jew|muslim|blacks$|black$|immigrant|mexican|\
            arabs|arab$|gypsies|gypsy|women$|country$|africa|subhuman|white power|cripple|spastic|roumain|polonais|\
            autiste|feuj|rebeu|renoi|bridee|brides$|nazi|sauvages$|remplacement|remigration|foreigner|kitchen|\
            camp$|chambre a gaz|four$|pedoph|indian|asians|chinese|disabled|bonnes femmes",
    )
});

/// Slurs that are nothing else.
const SLUR: &str = "bougnoul(?:e|es|s)?|bicots?|bamboulas?|negresses?|youpin(?:e|s|es)?|youtres?|\
    chinetoques?|chintoks?|niakou?w?es?|niakoues?|crouilles?|tarlouzes?|tantouzes?|tafioles?|travelos?|\
    niggers?|niggas?|faggots?|kikes?|ragheads?|towelheads?|wetbacks?|trann(?:y|ies)|shemales?|subhumans?|\
    sand niggers?";

/// Slurs that have another meaning: they need a word that aims them.
const AIMED: &str = "negros?|negres?|negresses?|pedes?|pd|gouines?|tapettes?|bamboulas?|pedales?|\
    fiottes?|mongols?|mongoles?|mongoliens?|mongoliennes?|gogols?|trisos?|trisomiques?|ratons?|attardee?s?|\
    brides?|melons?|travelos?|feujs?|nazis?";

/// Names of groups; no harm in them.
const GROUP: &str = "arabes?|noirs?|noires?|juifs?|juives?|musulmane?s?|chinois|chinoises?|asiatiques?|\
    roms?|gitane?s?|africaine?s?|algerien(?:ne)?s?|marocaine?s?|tunisien(?:ne)?s?|turcs?|turques?|handicapee?s?|\
    homos?|homosexuel(?:le)?s?|gays?|lesbiennes?|trans|transsexuel(?:le)?s?|transexuel(?:le)?s?|immigree?s?|\
    migrante?s?|etrangers?|etrangeres?|roumaine?s?|rebeus?|beurs?|renois?|blacks?|feujs?|islamiste?s?|\
    pedes?|gouines?|negres?|noichs?|polonaise?s?|syrien(?:ne)?s?|afghane?s?|autistes?|trisomiques?";

/// The same in English, several of them.
const GROUP_EN: &str = "jews|muslims?|blacks|black people|arabs?|immigrants?|migrants?|foreigners?|\
    mexicans?|gypsies|gays|gay people|homosexuals|lesbians|trans people|transgenders|africans?|asians?|\
    chinese|indians?|disabled people|refugees|pakis?|women|jew|gypsy|homos?";

/// What is said of a whole group only in hate.
const VILE: &str = "voleu(?:rs?|ses)|menteu(?:rs?|ses)|terroristes?|parasites?|singes?|sous hommes|\
    sauvages?|malades|malades mentaux|degeneree?s?|anormaux|anormales|contre nature|inferieure?s?|violeurs?|\
    delinquants?|criminels?|faineante?s?|feignante?s?|profiteu(?:rs?|ses)|assistes|sales|vermine|rats|\
    cafards|pervers|pervertis|pedophiles?|animaux|putes|salopes|hysteriques|racailles?|envahisseurs|deviante?s?|\
    tarees?|ordures|merdes?|bons? a rien|idiotes|betes|barbares|arrieree?s?|fous|dangereux|une plaie|\
    un fleau|un cancer|un danger|une abomination|une honte|la lie|nuisibles?|bonnes qu a|faites pour (?:la cuisine|le menage|obeir)";

const VILE_EN: &str = "terrorists?|animals?|vermin|parasites?|thieves|criminals|rapists|pedophiles|\
    groomers|sick|mentally ill|degenerates?|subhuman|inferior|disgusting|scum|filth|rats|savages|perverts|\
    evil|dirty|lazy|stupid|a disease|a plague|a cancer|trash|invaders|monkeys|abominations?";

const SETS: &[(&str, &str)] = &[
    ("group_en", GROUP_EN),
    ("group", GROUP),
    ("vile_en", VILE_EN),
    ("vile", VILE),
    ("slur", SLUR),
    ("aimed", AIMED),
];

static SLURS: LazyLock<Regex> = LazyLock::new(|| pattern(&["<slur>"], SETS));

/// Plainly hate.
static CERTAIN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "<slur>",
            "(?:sale|sales|espece de|espece d|bande de|bande d|vermine de|saloperies? de|salete de|\
                enculee?s? de|race de|race d|connards? de|connasses? de|conards? de|salopes? de|gueule de|tete de) (?:(?:petite?s?|\
                grosse?s?|sales?|vieux|vieille) )?(?:<group>|<aimed>)",
            "(?:gros|grosse|putain de|putains de|putain d|tu es (?:un|une)|t es (?:un|une)|t es qu (?:un|\
                une)|tu n es qu (?:un|une)|vous etes des|encore (?:un|une|des)) (?:gros |grosse |sale |petit )?(?:<aimed>)",
            "(?:ces|tous ces|toutes ces|les|des) (?:sales |gros |petits )?(?:tapettes|negros|negres|\
                pedes|gogols|mongoliens|fiottes|ratons)",
            "(?:les|ces|tous les|toutes les|ce que les) (?:<group>) (?:(?:la|ici|de france|en france) )?(?:sont|\
                c est|restent|seront toujours|ne sont qu|ne sont que) (?:<*3>)?(?:<vile>)",
            "(?:les|ces|tous les|toutes les) femmes (?:sont|c est|ne sont) (?:(?:toutes|que|des|vraiment|\
                trop|qu) )*(?:putes|salopes|hysteriques|inferieures|idiotes|betes|connes|bonnes qu a|faites pour (?:la cuisine|\
                le menage|obeir)|menteuses|chiennes)",
            "(?:les|ces|tous les) (?:<group>) (?:puent|volent|controlent|dirigent|possedent|tiennent|\
                gouvernent|manipulent|nous envahissent|envahissent|profitent|nous remplacent|ont invente|ont tue|\
                violent|pullulent|dominent|n ont rien a faire)",
            "(?:les )?(?:<group>) (?:, )?(?:il )?faut (?:tous |toutes )?les (?:enfermer|bruler|gazer|\
                tuer|virer|renvoyer|expulser|pendre|eliminer|castrer|steriliser|interner|soigner de force)|les (?:<group>) (?:devraient|\
                doivent|meritent d) (?:tous |toutes |etre |tous etre )?(?:euthanasiee?s?|castree?s?|interdite?s?|\
                enfermee?s?|renvoyee?s?|expulsee?s?|sterilisee?s?|brulee?s?|tuee?s?|exterminee?s?|mourir|crever|degager|\
                disparaitre)|(?:c est |ce sont )?(?:encore |toujours )?les (?:<group>) qui (?:profitent|volent|violent|\
                foutent|touchent tout|prennent (?:nos|tout|le boulot))|races? (?:superieure|inferieure)s?|sous race|\
                (?:<group>|pedes) au (?:bucher|four|poteau)|(?:<group_en>|fags|faggots|pakis) (?:(?:can |will |should )?(?:burn|\
                rot|die)(?: in hell)?|go home|out)|(?:white|black|jewish) race is (?:superior|inferior)|envahis par (?:les |\
                des )?(?:<group>)|les (?:<group>) (?:ne )?servent a rien|you people are (?:<vile_en>)|your (?:kind|\
                people) (?:should|belongs?|deserves?|don t)|god hates (?:<group_en>|fags)",
            "(?:mort|la mort|crevez|a mort|a bas) (?:aux|les|a tous les) (?:sales )?(?:<group>)",
            "(?:dehors|virez|degagez|foutez dehors|gazez|brulez|pendez|tuez|expulsez|exterminez) (?:tous |\
                moi )?(?:les|ces) (?:<group>)",
            "(?:les )?(?:<group>) (?:dehors|au four|aux fours|a la mer|au bled|raus|hors de france)",
            "(?:faut|faudrait|devrait|doit|il n y a qu a|y a qu a|on va) (?:tous |toutes |les )?(?:exterminer|\
                bruler|gazer|eliminer|virer|renvoyer|tuer|expulser|enfermer|pendre|deporter|castrer|steriliser|euthanasier|\
                fusiller) (?:tous |toutes )?(?:les|ces) (?:<group>)",
            "(?:retourne[zs]?|rentre[zs]?|degage[zs]?|repars|repartez|casse toi|barre toi|barrez vous|\
                va t en|renvoy[a-z]*|renvoye[zr] les) (?:donc |tous |vite |moi ca )?(?:dans (?:ton|votre|vos|leur) (?:pays|\
                jungle|bled|brousse|desert)|au bled|en afrique|en algerie|chez les tiens)",
            "(?:retourne[zs]?|rentre[zs]?|degage[zs]?|repartez|repars) chez (?:toi|vous) <*2>(?:sales?|\
                les arabes|immigree?s?|etrangers?|etrangere|negre|negro|en afrique|au bled|on est en france|on veut pas|\
                bougnoule)",
            "femmes? (?:a|dans) (?:la|leur|ta) cuisine|(?:retourne|reste|va) (?:a|dans) (?:ta|la) cuisine|\
                place (?:d une |des |de la )femmes? (?:est|c est) (?:a|dans) la cuisine|ta place est (?:a|dans) la cuisine",
            "(?:l )?homosexualite (?:est|c est) (?:une )?(?:maladie|abomination|perversion|deviance|\
                contre nature|peche|honte)|etre (?:gay|homo|trans|lesbienne) (?:est|c est) (?:une )?(?:maladie|perversion|\
                contre nature|deviance|honte)",
            "(?:l )?islam (?:est|c est) (?:un |une )?(?:cancer|peste|maladie|poison|gangrene|religion de (?:merde|\
                haine|mort)|religion de terroristes)",
            "hitler (?:avait raison|a eu raison|aurait du|n a pas fini|n a pas termine|reviens|was right|\
                did nothing wrong|should have)|heil hitler|sieg heil|retourne[zs]? (?:a auschwitz|au camp)|(?:a la|\
                en) chambre a gaz les",
            "(?:la shoah|l holocauste|the holocaust|les chambres a gaz) (?:est un mythe|n a (?:pas|\
                jamais) existe|n ont (?:pas|jamais) existe|est une invention|c est une invention|is a (?:hoax|myth|\
                lie)|never happened)",
            "lobby juif|complot (?:juif|judeo|sioniste)|(?:white|aryan) power|white supremacy forever",
            "(?:dirty|filthy|fucking|stupid|bloody|damn|goddamn|ugly|disgusting) (?:<group_en>|arab|\
                muslim|black|jew|mexican|homo|dykes?|fags?|gooks?|spics?|chinks?|coons?|cripples?|retards?|pakis?|\
                negro(?:es)?|trannies|queers?)",
            "(?:you|u|you re|you are|what an?|such an?) (?:(?:a|an|fucking|stupid|dumb|little|are|\
                complete|total|such|absolute|dirty|ugly) )*(?:retards?|retarded|fags?|faggots?|dykes?|chinks?|gooks?|\
                spics?|coons?|pakis?|cripples?|spastics?|negro)",
            "(?:go|get) back to (?:your (?:own )?(?:fucking )?(?:country|jungle|shithole|cave)|africa|\
                mexico|china|india|pakistan|where you (?:came|come) from)",
            "(?:<group_en>) (?:(?:secretly|all) )?(?:control|run|own|rule|are behind|are taking over|\
                are invading|don t belong|should (?:all )?(?:die|burn|be (?:shot|gassed|deported|killed|banned|sterili[sz]ed)))",
            "(?:all |most |those |these |the )?(?:<group_en>) (?:are|r) (?:(?:all|just|too|so|nothing but|\
                basically|a bunch of|mostly) )*(?:<vile_en>)",
            "(?:kill|gas|deport|burn|exterminate|hang|shoot|ban) (?:all )?(?:the |these )?(?:<group_en>)|\
                death to (?:all )?(?:the )?(?:<group_en>)",
            "women (?:belong|should (?:stay|be)) in the kitchen|back to the kitchen|being (?:gay|\
                trans|homosexual) is (?:a )?(?:disease|mental illness|sin|sickness|perversion|disgusting)|homosexuality is (?:a )?(?:disease|\
                mental illness|sickness|perversion|abomination)",
        ],
        SETS,
    )
});

/// One word, alone.
static ALONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        "^ (?:negros?|negres?|pedes?|gouines?|mongols?|mongoliens?|gogols?|trisos?|tapettes?|\
        retards?|fags?) (?:! )?$",
    )
    .expect("a test compiles it")
});

/// Perhaps hate.
static DOUBTFUL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "(?:un|une|le|la|ce|cette) (?:pede|negro|negre|negresse|gogol|mongolien|mongol|pedale|fiotte|gouine)",
            "grand remplacement|remigration",
            "(?:t es|tu es|vous etes) (?:un |une |completement )?(?:autistes?|trisomiques?|schizos?)",
            "on est chez nous|c est nous les francais",
            "(?:that|those) (?:retards?|fags?|dykes?|pakis?|cripples?|spastics?)|the (?:retards|fags|dykes|pakis)",
        ],
        SETS,
    )
});

/// What the words mean when they stand beside these.
static HARMLESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "(?:linge|bac|circuit|vaisselle|draps?|sac|chariot|zone|eau|eaux|blouses?|panier|local|\
                filiere|tenue|sol|mains) sales? [a-z]+",
            "tetes? de negres?|tapettes? (?:a|pour)|(?:art|musique|litterature) negres?|negres? litteraires?|\
                negres? en chemise",
            "(?:maine|racc) coons?",
            "(?:el|la|los|las|pelo|pan|gato|vino|informe|cafe|numero|humor|un|mercado) negros?",
            "(?:je suis|i m|i am) [a-z]+",
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
    hits.extend(ranges(&DOUBTFUL, plain).map(|it| (it, false)));
    if hits.is_empty() {
        return;
    }
    let harmless: Vec<_> = ranges(&HARMLESS, plain).collect();
    let laughs = laughs(sentence);
    for (range, certain) in hits {
        if overlaps(&harmless, &range) {
            continue;
        }
        let speech = if SLURS.is_match(&plain[range.clone()]) {
            Speech::of_slur(sentence, &range)
        } else {
            Speech::of(sentence, &range)
        };
        match speech {
            Speech::Plain => add(out, since, sentence, range, certain && !laughs),
            Speech::Doubtful => add(out, since, sentence, range, false),
            Speech::Told => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certain(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        find(&Folded::new(text), &mut out);
        out.retain(|it| it.certain);
        out.into_iter().map(|it| it.canonical).collect()
    }

    #[test]
    fn hate_is_found() {
        for text in [
            "sale arabe",
            "retournez dans votre pays",
            "les juifs contrôlent les médias",
            "n3gro... sales negros",
            "Rentrez chez vous sales immigrés",
            "mort aux juifs",
            "go back to your country",
            "you fucking retard",
            "L'homosexualité est une maladie",
            "s a l e arabe ? sale a.r.a.b.e",
        ] {
            assert!(!certain(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn who_suffers_it_may_say_so() {
        for text in [
            "Il m'a traitée de sale arabe.",
            "Une patiente m'a dit « retourne dans ton pays ».",
            "Dire « sale juif » est un délit.",
            "L'homosexualité n'est pas une maladie",
            "je suis pédé et fier",
            "someone called her a nigger",
        ] {
            assert_eq!(certain(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn names_and_homonyms_pass() {
        for text in [
            "Le patient noir de la chambre 4",
            "Elle parle arabe",
            "pédiatrie",
            "pelo negro",
            "le linge sale noir",
            "growth retardation",
            "Rentrez chez vous et reposez-vous",
            "Les femmes sont plus touchées par l'ostéoporose",
            "selles noires",
        ] {
            assert_eq!(certain(text), Vec::<String>::new(), "{text}");
        }
    }
}

//! The tone of a message, French and English: insults, and words that are neither taken down nor friendly: reproaches, orders to be silent,
//! shouting. One of them is nothing; [`watch`](crate::moderation::watch) looks at what two people say to each other.
//!
//! Only what is aimed at the reader counts: what is told of others, quoted or denied is left alone, and so are capitals and exclamation marks
//! by themselves, in which an emergency is told.

use std::sync::LazyLock;

use regex::Regex;

use super::language::{Speech, Triggers, pattern, ranges};
use crate::moderation::normalise::Folded;

/// What an insult counts, and what everything else counts together at most.
const INSULT: u32 = 2;
/// What the rest counts.
const HARSH: u32 = 1;

/// So many letters in capitals are shouting.
const SHOUTED: usize = 20;

static TRIGGERS: LazyLock<Triggers> = LazyLock::new(|| {
    Triggers::new(
        "prends|prenez|fous|foutez|moques|moquez|n'importe|importe|arrete|marre|ras|plein|faute|suffit|commence|mens|mentez|mauvaise foi|\
            comprends|comprenez|connais|connaissez|exagere|gonfle|fatigue|enerve|ridicule|agressi|mele|melez|occupe|ton$|tais|taisez|\
            ferme|lache|fiche|fichez|degage|lecon|airs|honte|capable|fichu|foutu|cinema|oignons|menteu|think you are|your fault|tired|sick|\
            fed|lying|liar|unbelievable|impossible|rude|clueless|delusional|mind your|shut|dare|stop|lost|get over|leave me|shame|wrong|\
            problem|talk|speak|know|always|never|out of your",
    )
});

/// Reproaches and orders, to the reader.
static AIMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            // French.
            "(?:pour qui|qui) (?:est ce que )?(?:tu te|vous vous|te|vous) (?:prends|prenez)|(?:tu te|vous vous) (?:prends|prenez) pour (?:qui|quoi)",
            "(?:tu te|vous vous|te|vous) (?:fous|foutez|moques|moquez|fiches|fichez|payes|payez) (?:vraiment )?(?:de (?:moi|nous|ma|la|qui|tout le monde)|du monde)",
            "(?:tu|vous) (?:ne )?(?:dis|dites|racontes?|racontez|fais|faites) (?:vraiment |encore |toujours )?n importe quoi",
            "(?:arretez|arrete) (?:un peu |maintenant |donc )?(?:de (?:me|nous|mentir|faire (?:l|ta|ton|votre)|dire n importe|t en|vous en|crier|hurler|donner des lecons|jouer)|\
                ton (?:cinema|cirque)|votre (?:cinema|cirque)|tes (?:conneries|betises|mensonges|salades)|vos (?:conneries|betises|mensonges|salades))",
            "(?:j en ai|on en a|j ai) (?:vraiment |plus que |tellement )?(?:marre|assez|ras le bol|plein le dos|plein le cul) (?:de (?:toi|vous|tes|ta|ton|vos|votre)|que (?:tu|vous))",
            "(?:c est|tout est|tout ca c est) (?:encore |toujours |entierement |bien )?(?:ta|votre|de ta|de votre) faute",
            "(?:tu|vous) (?:mens|mentez|es de mauvaise foi|etes de mauvaise foi)|(?:tu es|t es|vous etes) (?:vraiment |qu |que |juste |un |une |des |de |d une )*\
                (?:menteu[a-z]*|ridicules?|agressi[a-z]*|gonflee?s?|insupportables?|odieu[a-z]*|meprisante?s?|mauvaise foi)",
            "(?:tu|vous) (?:n )?(?:y )?(?:comprends|comprenez|connais|connaissez) (?:vraiment |strictement |absolument )?rien",
            "(?:tu|vous) (?:exageres|exagerez|m enerves|m enervez|me gonfles|me gonflez|me fatigues|me fatiguez|me saoules|me saoulez)",
            "(?:mele toi|melez vous|occupe toi|occupez vous) de (?:tes|vos) (?:affaires|oignons|fesses|patients)",
            "(?:parles?|parlez) (?:pas )?(?:moi )?(?:sur ce ton|comme ca)|(?:change|changez|baisse|baissez) (?:de|d un) ton|sur quel ton (?:tu|vous)",
            "tais toi|taisez vous|(?:fiche|fichez|fous|foutez) (?:moi|nous) la paix",
            "(?:garde|gardez) (?:tes|vos) (?:lecons|conseils|remarques|commentaires)|(?:tes|vos) (?:grands airs|lecons de morale)",
            "honte a (?:toi|vous)|(?:devrais|devriez) avoir honte|(?:n as|n avez|t as|avez) pas honte",
            "(?:tu n es|t es|tu es|vous n etes|vous etes) (?:meme |vraiment )?(?:pas|jamais) (?:fichue?s?|foutue?s?|capables?) de",
            "de quoi (?:tu te meles|vous vous melez|te meles tu|vous melez vous)",
            // English.
            "who (?:do|the hell do|on earth do) you think you are",
            "you (?:always|never) (?:listen|help|blame|complain|lie|twist|interrupt|dump|care)",
            "(?:it s|this is|that s|it is) (?:all |entirely |completely )?your fault",
            "(?:i m|i am|we re|we are) (?:so |really )?(?:sick|tired|fed up)(?: and tired)? (?:of|with) you(?:r)?",
            "(?:you re|you are|you re just|you are just) (?:so |really |just |being |such )*(?:lying|a liar|ridiculous|unbelievable|impossible|rude|aggressive|delusional|clueless|out of your mind)",
            "you (?:don t|do not|clearly don t|obviously don t) (?:know what you re talking about|know anything|have a clue|care about anyone)",
            "mind your own business|shut up|how dare you|shame on you|leave me alone|get (?:lost|over yourself)",
            "stop (?:lying|lecturing|blaming (?:me|us)|shouting at|yelling at|twisting|attacking|talking to me)",
            "don t (?:you dare|talk to me|speak to me|take that tone)|what (?:is|s) (?:wrong with you|your problem)|are you out of your mind",
        ],
        &[],
    )
});

/// The same, where a sentence or a part of it begins.
static BEGINS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        "(?:^|,|!|\\?) ((?:et |alors |bon |maintenant |allez )?(?:ca suffit|ca commence a bien faire|la ferme|ferme la|\
            fermez la|degage|degagez|lache moi|lachez moi)(?: maintenant| un peu| comme ca)?) (?:$|,|!|\\?)",
    )
    .expect("a test compiles it")
});

static TO_THE_READER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?-u:\b)(?:tu|t|toi|ta|ton|tes|te|vous|votre|vos|you|your|u)(?-u:\b)")
        .expect("a test compiles it")
});

/// How heated a message is: 0 for what people say all day.
pub fn heat(text: &Folded<'_>) -> u32 {
    let mut insults = Vec::new();
    super::insult::find(text, &mut insults);
    if insults.iter().any(|it| it.certain) {
        return INSULT;
    }
    let mut harsh = !insults.is_empty();
    harsh |= shouts(text.text()) && TO_THE_READER.is_match(text.lower());
    TRIGGERS.sentences(text, |sentence| {
        let plain = sentence.plain();
        let begins = BEGINS.captures(plain).and_then(|it| it.get(1));
        let begins = begins.map(|it| it.range());
        let mut aimed = ranges(&AIMED, plain).chain(begins);
        harsh |= aimed.any(|range| Speech::of(sentence, &range) == Speech::Plain);
    });
    if harsh { HARSH } else { 0 }
}

/// Whether most of it is in capitals.
fn shouts(text: &str) -> bool {
    let (mut capitals, mut letters) = (0, 0);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        capitals += usize::from(c.is_uppercase());
    }
    capitals >= SHOUTED && capitals * 10 >= letters * 8 && text.contains("!!")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> u32 {
        heat(&Folded::new(text))
    }

    #[test]
    fn what_is_said_against_the_reader_is_heated() {
        let heated = [
            "Pour qui tu te prends ?",
            "Tu te fous de moi, là ?",
            "Vous racontez vraiment n'importe quoi",
            "Arrête ton cinéma",
            "Arrêtez de me donner des leçons",
            "J'en ai marre de toi et de tes remarques",
            "C'est encore ta faute si le planning est vide",
            "Ça suffit maintenant",
            "Bon, ça commence à bien faire !",
            "La ferme !",
            "Tu mens, tout le monde le sait",
            "T'es vraiment de mauvaise foi",
            "Tu n'y connais rien",
            "Mêle-toi de tes affaires",
            "Ne me parle pas sur ce ton",
            "Taisez-vous !",
            "Tu devrais avoir honte",
            "T'es même pas capable de poser une perfusion",
            "TU NE VOIS JAMAIS RIEN DE CE QUE JE FAIS !!",
            "Who do you think you are?",
            "You never listen",
            "It's all your fault",
            "I'm sick and tired of your lectures",
            "You don't know what you're talking about",
            "Shut up",
            "Stop blaming me for this",
            "What's wrong with you?",
        ];
        let missed = heated.into_iter().filter(|text| of(text) != HARSH);
        assert_eq!(missed.collect::<Vec<_>>(), [""; 0]);
        assert_eq!(of("espèce d'abruti"), INSULT);
    }

    #[test]
    fn what_carers_write_all_day_is_not() {
        let calm = [
            "Bonjour à toutes, qui prend la garde de dimanche ?",
            "URGENT BESOIN D'UN MÉDECIN CHAMBRE DOUZE ARRÊT CARDIAQUE !!",
            "Le patient m'a dit « pour qui tu te prends » et il est parti",
            "Il m'a crié « taisez-vous », j'ai appelé la cadre",
            "Ce n'est pas ta faute, tu as fait ce qu'il fallait",
            "Je ne dis pas que c'est de votre faute",
            "Arrêtez le traitement et rappelez-moi",
            "Arrête de fumer qu'ils disaient",
            "Ça suffit pour aujourd'hui, merci à toutes",
            "Une dose ça suffit pour un enfant de cet âge",
            "J'en ai marre de ce logiciel",
            "C'est n'importe quoi ce planning",
            "Tu prends la chambre 4 ou la 5 ?",
            "Je ne suis pas capable de venir demain",
            "Prenez soin de vous, ne vous fatiguez pas trop",
            "The patient told me to shut up, so I called the charge nurse",
            "It's not your fault, nobody saw it coming",
            "You never know with these pumps",
            "I'm sick today, can somebody take my shift?",
            "Stop the infusion and call me",
            "What's wrong with your pump?",
            "Je me sens ridicule d'avoir oublié",
        ];
        let wrong = calm.into_iter().filter(|text| of(text) != 0);
        assert_eq!(wrong.collect::<Vec<_>>(), [""; 0]);
    }

    /// Every line of these sets that is neither an insult nor hate was written without anger at the reader.
    #[test]
    fn the_labelled_sets_hold_hardly_a_heated_line() {
        let sets = [
            include_str!("../../../tests/data/context.jsonl"),
            include_str!("../../../tests/data/language.jsonl"),
            include_str!("../../../tests/data/self_harm.jsonl"),
        ];
        let lines = sets.iter().flat_map(|it| it.lines());
        let calm = lines.filter(|line| !line.contains("\"insult\"") && !line.contains("\"hate\""));
        let texts = calm.map(|line| {
            let read: serde_json::Value = serde_json::from_str(line).unwrap();
            read["text"].as_str().unwrap().to_owned()
        });
        let (mut all, mut heated) = (0, Vec::new());
        for text in texts {
            all += 1;
            if of(&text) > 0 {
                heated.push(text);
            }
        }
        assert!(all > 1_000, "{all}");
        // Two that tell what was said to others.
        assert!(heated.len() <= 2, "{heated:?} of {all}");
    }
}

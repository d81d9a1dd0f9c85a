//! Who speaks: whether words are the author's own, quoted, told of, denied, or about the author.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{Sentence, pattern};

/// How hard words are said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speech {
    /// By the author, of somebody.
    Plain,
    /// Perhaps by somebody else, or in jest.
    Doubtful,
    /// By somebody else, or denied, or about the author.
    Told,
}

/// Somebody else said it: before the words.
static TOLD_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "trait(?:e|ee|es|ees|er|ez|ait|aient|ent|ant)",
            "appel(?:e|ee|es|ees|er|ez|le|lent|ait|ant)",
            "(?:qualifi|surnomm|insult|injuri|agress|provoqu|humili)[a-z]*",
            "insultes?|injures?|propos|mots?|termes?|expressions?|graffitis?|tags?|slogans?|commentaires?",
            "(?:hurl|cri|gueul|repond|repondu|balanc|lanc|repet|murmur|vocifer|marmonn)(?:e|ent|ait|aient|er|ee|u|ant)",
            "(?:il|elle|on|qui|ils|elles|m|nous|lui|leur|me|l|a|ont|patient|patiente|resident|residente|famille|fils|fille|mari|mere|pere|monsieur|madame|client|collegue) (?:[a-z]+ ){0,3}(?:dit|disent|disait|disaient|ecrit|ecrivait)",
            "(?:dit|disent|pense|pensent|croit|croient|raconte|racontent|pretend|pretendent) (?:que|qu)|pas parce|(?:ne )?(?:pense|crois|dis|trouve) pas|don t think|doesn t mean|not saying|parl(?:e|ait|aient) (?:tout )?seule?|jur(?:e|ait|aient)|who swear|jet(?:e|ee|es|er) au visage|dire|disant|dit on|entend[a-z]*|reaction|reagir|repondre|victimes? de|au lieu de|prononc[a-z]*|ecrire",
            "call(?:ed|s|ing)?|said|says|saying|say|shout(?:ed|s|ing)?|yell(?:ed|s|ing)?|scream(?:ed|s|ing)?|heard|told|words?|slurs?|terms?|insult(?:ed|s|ing)?|wrote|texted|messaged|quote[sd]?|envoye|sms|texto|labell?ed|abused|when (?:someone|somebody|a patient)",
        ],
        &[],
    )
});

/// Words of speech that are the author's own, or asked of the reader.
static OWN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "je (?:te|vous|le|la|les|lui|t|l)? ?(?:dis|traite|appelle|repete|le dis)",
            "i (?:m )?(?:say|saying|call|calling|tell|telling)",
            "je (?:pense|crois) (?:que|qu)",
            "je vais (?:te|vous|lui|leur|le|la|les) (?:dire|appeler)",
        ],
        &[],
    )
});

/// Somebody else said it, or it must not be said: after the words.
static TOLD_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "est (?:une |un )?(?:insulte|mot|injure|terme|delit|raciste|homophobe|grossier|blessant|interdit|passible)",
            "sont (?:des )?(?:insultes|mots|injures|termes|interdits)",
            "n est pas (?:une? )?(?:acceptable|tolerable|normal|facon|admissible|poli|respectueux|correct|drole)",
            "c est inacceptable|c est intolerable|ca (?:ne )?se dit pas",
            "(?:c est )?ce (?:qu|que) (?:il|elle|on|le|la|ma|mon|un|une|m) ",
            "[ml]? ?a (?:t )?(?:il|elle|on)? ?(?:dit|crie|hurle|lance|repondu|balance|ecrit|traite|gueule)",
            "(?:he|she|they|the patient) (?:said|shouted|yelled|told|called|wrote|screamed)",
            "is (?:not|never) (?:acceptable|ok|okay|funny|fine|a nice word)|isn t (?:acceptable|ok|okay|funny)|is (?:unacceptable|a slur|an insult|offensive)",
        ],
        &[],
    )
});

/// Denied, or forbidden: right before the words.
static DENIED: LazyLock<Regex> = LazyLock::new(|| {
    closing(
        "(?:pas|plus|jamais|ni|not|n t|t|never|aucun|aucune)",
        "un|une|des|de|d|du|tout|vraiment|si|aussi|tres|trop|que|qu|le|la|les|a|an|the|that|so|really|completement|simplement|juste|my|mon|ma|your|une vraie|un vrai|gros|grosse|pauvre|sale|espece|such",
    )
});

/// About the author: right before the words.
static ABOUT_ME: LazyLock<Regex> = LazyLock::new(|| {
    closing(
        "(?:je suis|j suis|je me sens|me sentir|me suis sentie?|je me trouve|je me sentais|j etais|j ai ete|j ai l air|l impression d etre|je passe pour|passer pour|je serais|je fais|i m|i am|i feel|i felt|i was|i look|like|je me suis traitee?|je me traite|myself|moi)",
        "un|une|des|de|d|vraiment|si|aussi|tres|trop|bien|le|la|plus|a|an|the|so|such|really|completement|juste|gros|grosse|pauvre|petit|petite|vrai|vraie|total|complete|comme|qu|pour|like|espece|quel|quelle|vieux|vieille|just|being|fucking|stupid|sacre|sacree",
    )
});

static ABOUT_ME_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &["(?:que )?je (?:suis|fais)|i am|i m|i was|suis je|fais je|je peux etre"],
        &[],
    )
});

static LAUGHS: LazyLock<Regex> = LazyLock::new(|| pattern(&["mdr"], &[]));

/// A pattern for the end of a text: `word`, then any of `fillers`.
fn closing(word: &str, fillers: &str) -> Regex {
    Regex::new(&format!(r"(?-u:\b){word}(?: (?:{fillers}))* $")).expect("a test compiles it")
}

/// Whether a sentence laughs.
pub fn laughs(sentence: &Sentence) -> bool {
    LAUGHS.is_match(sentence.plain())
}

/// Whether the words stand between quotation marks or are told as somebody else's.
pub fn quoted_or_reported(sentence: &Sentence, range: &Range<usize>) -> Speech {
    let before = sentence.before(range.start, 14);
    let after = sentence.after(range.end, 9);
    let reported =
        (TOLD_BEFORE.is_match(before) && !OWN.is_match(before)) || TOLD_AFTER.is_match(after);
    match (reported, sentence.quoted(range)) {
        (true, _) => Speech::Told,
        (false, true) => Speech::Doubtful,
        (false, false) => Speech::Plain,
    }
}

impl Speech {
    /// How the words at `range` are said.
    pub fn of(sentence: &Sentence, range: &Range<usize>) -> Self {
        if Self::about_the_author(sentence, range)
            || DENIED.is_match(sentence.before(range.start, 8))
        {
            return Self::Told;
        }
        quoted_or_reported(sentence, range)
    }

    /// The same for slurs: to say that somebody is none is still to use one.
    pub fn of_slur(sentence: &Sentence, range: &Range<usize>) -> Self {
        if Self::about_the_author(sentence, range) {
            return Self::Told;
        }
        quoted_or_reported(sentence, range)
    }

    fn about_the_author(sentence: &Sentence, range: &Range<usize>) -> bool {
        let before = sentence.before(range.start, 8);
        let near = sentence.after(range.end, 3);
        ABOUT_ME.is_match(before) || ABOUT_ME_AFTER.find(near).is_some_and(|it| it.start() <= 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speech(text: &str) -> Speech {
        let sentence = Sentence::new(text, 0..text.len());
        let at = sentence.plain().find("connard").expect("the word");
        Speech::of(&sentence, &(at..at + 7))
    }

    #[test]
    fn who_says_it_is_seen() {
        for (text, said) in [
            ("espece de connard", Speech::Plain),
            ("je te dis que tu es un connard", Speech::Plain),
            ("« connard »", Speech::Doubtful),
            ("il m'a traite de connard", Speech::Told),
            ("ne traite pas les gens de connard", Speech::Told),
            ("« connard », c'est ce que le patient a crie", Speech::Told),
            ("ce n'est pas un connard", Speech::Told),
            ("je suis vraiment un connard", Speech::Told),
            ("he called me a connard", Speech::Told),
            ("connard n'est pas acceptable", Speech::Told),
        ] {
            assert_eq!(speech(text), said, "{text}");
        }
    }
}

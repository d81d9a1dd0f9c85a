//! Somebody may be in danger, from themselves or from others: suicide, self-injury, violence, a child in danger.
//!
//! What is found calls the team and takes nothing away. So nothing is found when a carer speaks of their work, in quotations, in
//! denials and in figures of speech: a team that is called for nothing stops looking. What is found is always certain.

mod patterns;
mod setting;

use std::ops::Range;

use super::Finding;
use super::language::{
    Sentence, Speech, Triggers, add, laughs, overlaps, quoted_or_reported, ranges,
};
use crate::moderation::normalise::Folded;

static TRIGGERS: std::sync::LazyLock<Triggers> =
    std::sync::LazyLock::new(|| Triggers::new(patterns::TRIGGERS));

/// Finds them.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    TRIGGERS.sentences(text, |sentence| look(sentence, out));
}

fn look(sentence: &Sentence, out: &mut Vec<Finding>) {
    let plain = sentence.plain();
    let since = out.len();
    let ways = [
        &patterns::MINE,
        &patterns::HINT,
        &patterns::SUFFERED,
        &patterns::THEIRS,
    ];
    if !ways.iter().any(|way| way.is_match(plain)) || setting::PROFESSIONAL.is_match(plain) {
        return;
    }
    let figures: Vec<_> = ranges(&setting::FIGURE, plain).collect();
    let figure = |range: &Range<usize>| overlaps(&figures, range);
    let laughs = laughs(sentence);
    for range in ranges(&patterns::MINE, plain) {
        let joked = laughs && setting::JOKED.is_match(&plain[range.clone()]);
        if !figure(&range) && !joked && own(sentence, &range) {
            add(out, since, sentence, range, true);
        }
    }
    let hints: Vec<_> = ranges(&patterns::HINT, plain).collect();
    if let [first, .., last] = hints.as_slice()
        && !laughs
        && plain[first.clone()] != plain[last.clone()]
        && own(sentence, first)
        && own(sentence, last)
    {
        add(out, since, sentence, first.start..last.end, true);
    }
    if laughs {
        return;
    }
    for range in ranges(&patterns::SUFFERED, plain) {
        let told =
            sentence.quoted(&range) || setting::PATIENT.is_match(sentence.before(range.start, 4));
        if !figure(&range) && !told {
            add(out, since, sentence, range, true);
        }
    }
    for range in ranges(&patterns::THEIRS, plain) {
        let near = setting::KIN.is_match(&plain[..range.end]);
        let present = setting::NOW.is_match(plain);
        let denied = setting::DENIED.is_match(&plain[range.clone()]);
        if !figure(&range) && !denied && (near || present) && !sentence.quoted(&range) {
            add(out, since, sentence, range, true);
        }
    }
}

/// Whether the author says it: not in quotation marks, and not told of somebody else, unless it is somebody near.
fn own(sentence: &Sentence, range: &Range<usize>) -> bool {
    let before = sentence.before(range.start, 14);
    if setting::KIN.is_match(before) && setting::SAYS.is_match(before) {
        return true;
    }
    let denied = setting::NOT.is_match(sentence.before(range.start, 3));
    !denied
        && quoted_or_reported(sentence, range) == Speech::Plain
        && !(setting::PATIENT.is_match(before) && setting::SAYS.is_match(before))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        find(&Folded::new(text), &mut out);
        out.into_iter().map(|it| it.canonical).collect()
    }

    #[test]
    fn danger_is_seen_said_plainly_or_not() {
        for text in [
            "je vais me tuer",
            "J'ai envie d'en finir",
            "je ne sers plus à rien, vous seriez mieux sans moi",
            "je veux plus me réveiller",
            "j'ai pris toutes mes boîtes",
            "il va me tuer",
            "il me frappe",
            "jveu mourir",
            "g envi de mourir",
            "mon mari dit qu'il va se tuer ce soir",
            "i wanna kms",
            "I took all my pills",
            "Il tape les enfants",
            "ma fille m'a dit « je veux mourir »",
        ] {
            assert!(!found(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn work_denials_and_figures_of_speech_pass() {
        for text in [
            "je ne vais pas me suicider, rassurez-vous",
            "le patient a fait une TS en 2019",
            "formation prévention du suicide jeudi",
            "risque suicidaire évalué à 2/4",
            "protocole idées noires",
            "je suis mort de rire",
            "cette réunion va me tuer",
            "ça me tue",
            "je meurs de faim",
            "mort de fatigue",
            "La patiente répète qu'elle veut mourir",
            "Comment répondre à « je veux mourir » ?",
            "i'm dying of laughter",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }
}

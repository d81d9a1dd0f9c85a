//! What a case looks like: kinds, places, links and names; never what somebody wrote, but for what a reporter or an appellant says for it.

use ruma::{OwnedEventId, RoomId};

use super::ruling::{self, Step};
use crate::{
    clock::Timestamp,
    community::{
        definition::Locale,
        place::Place,
        record::{Card, Case, CaseKind, Matter, Outcome},
        snapshot::{Community, Snapshot},
    },
    reply::{Argument, Text, moment},
};

/// How many earlier cases are shown.
const BEFORE: usize = 5;

/// What the card of a case says: read from the case when it is shown, so that what was written for it stands nowhere else.
#[must_use]
pub fn described(community: &Community, card: &Card) -> Option<Text> {
    let Matter::Case { words } = &card.matter else {
        return None;
    };
    let case = community.records.cases.get(&card.id)?;
    let text = Text::new("case-card")
        .code("case", &case.id)
        .with("kind", kind(case.kind));
    let text = match case.kind {
        CaseKind::Danger => text.line("case-danger").line("alert-danger-lines"),
        CaseKind::Tone => text.line("case-tone"),
        _ => text,
    };
    let text = evidence(community, case, text);
    let text = words.iter().fold(text, |text, words| {
        text.line("case-words").with("words", words.as_str())
    });
    Some(before(community, case, text))
}

/// Who, where, what was found, how many asked: what is known without what was written.
pub(crate) fn evidence(community: &Community, case: &Case, text: Text) -> Text {
    let mut text = match (&case.about, &case.with) {
        (Some(about), Some(with)) => text
            .line("case-about-two")
            .with("person", about)
            .with("other", with),
        (Some(about), None) => text.line("case-about").with("person", about),
        (None, _) => text,
    };
    if let Some(place) = case.room.as_ref().and_then(|it| place_in(community, it)) {
        text = text
            .line("case-place")
            .with("group", community.name_of(place));
    }
    if let (Some(room), Some(event)) = (&case.room, &case.event) {
        text = text.line("case-link").with("link", link(room, event, case));
    }
    if let Some(rule) = &case.rule {
        text = text.line("case-rule").code("rule", rule);
    }
    if !case.found.is_empty() {
        text = text.line("case-found").with("kinds", case.found.join(", "));
    }
    if let Some(sanction) = super::appeals::sanction_of(community, case) {
        text = text
            .line("case-sanction")
            .code("sanction", &sanction.id)
            .with("step", Text::new(sanction.step.text_key()))
            .with("person", &sanction.by)
            .with("at", local(community, sanction.at));
    }
    if case.count > 0 && case.kind != CaseKind::Appeal {
        text = text.line("case-count").with("count", i64::from(case.count));
    }
    text
}

fn place_in<'a>(community: &'a Community, room: &RoomId) -> Option<&'a Place> {
    let mut places = community.places.iter();
    places.find(|(_, it)| *it == room).map(|(place, _)| place)
}

/// A link to the message, by the homeserver of who sent it.
fn link(room: &RoomId, event: &OwnedEventId, case: &Case) -> String {
    let via = case.about.iter().map(|it| it.server_name().to_owned());
    room.matrix_to_event_uri_via(event.clone(), via).to_string()
}

/// What there was about this person before, newest first.
fn before(community: &Community, case: &Case, text: Text) -> Text {
    let Some(about) = case.about.as_ref().filter(|_| is_about_deeds(case)) else {
        return text;
    };
    let cases = community.records.cases.values();
    let mut earlier: Vec<&Case> = cases
        .filter(|it| it.about.as_ref() == Some(about) && it.id != case.id && it.at <= case.at)
        .filter(|it| is_about_deeds(it))
        .collect();
    earlier.sort_by_key(|it| std::cmp::Reverse((it.at, it.id.clone())));
    if earlier.is_empty() {
        return text.line("case-before-none");
    }
    let count = i64::try_from(earlier.len()).unwrap_or(i64::MAX);
    let text = text.line("case-before").with("count", count);
    earlier.into_iter().take(BEFORE).fold(text, |text, it| {
        text.line("case-before-line")
            .code("case", &it.id)
            .with("kind", kind(it.kind))
            .with("outcome", outcome(it))
            .with("at", local(community, it.at))
    })
}

/// Whether a case is about what somebody may have done: that somebody may be in danger is nobody's past.
fn is_about_deeds(case: &Case) -> bool {
    matches!(
        case.kind,
        CaseKind::Report | CaseKind::Appeal | CaseKind::Tone
    )
}

/// How a card is answered: whose turn it is, until when, and with what.
pub(super) fn answers(
    snapshot: &Snapshot,
    community: &Community,
    case: &Case,
    card: &Card,
    locale: Locale,
) -> Text {
    let mut text = match (&card.assignee, card.due) {
        (Some(user), Some(due)) => Text::new("case-turn")
            .with("person", Argument::User(user.to_string()))
            .with("due", local(community, due)),
        _ => Text::default(),
    };
    let command = |verb: &str| format!("!{} case {} {verb}", snapshot.bot.localpart(), case.id);
    for step in ruling::steps(case) {
        text = text
            .line(step.text_key())
            .with("key", step.key())
            .code("command", command(step.word(locale)));
    }
    if case.kind == CaseKind::FactCheck {
        let verdict = match locale {
            Locale::Fr => "verdict {id} vrai|faux|incertain source <adresse> parce que …",
            Locale::En => "verdict {id} true|false|unclear source <address> because …",
        };
        let line = verdict.replace("{id}", &case.id.0);
        text = text
            .line("case-verdict")
            .code("command", format!("!{} {line}", snapshot.bot.localpart()));
    }
    text
}

/// What a case is, in a word.
#[must_use]
pub(crate) fn kind(kind: CaseKind) -> Text {
    Text::new(match kind {
        CaseKind::Report => "case-kind-report",
        CaseKind::Appeal => "case-kind-appeal",
        CaseKind::FactCheck => "case-kind-fact-check",
        CaseKind::Danger => "case-kind-danger",
        CaseKind::Tone => "case-kind-tone",
    })
}

/// What a case came to, in a word.
#[must_use]
pub(crate) fn outcome(case: &Case) -> Text {
    let Some(decided) = &case.decided else {
        return Text::new("case-outcome-open");
    };
    outcome_named(decided.outcome)
}

/// The word for an outcome.
#[must_use]
pub(crate) fn outcome_named(outcome: Outcome) -> Text {
    Text::new(match outcome {
        Outcome::Nothing => "case-outcome-nothing",
        Outcome::TakenDown => "case-outcome-taken-down",
        Outcome::Muted => "case-outcome-muted",
        Outcome::Removed => "case-outcome-removed",
        Outcome::Banned => "case-outcome-banned",
        Outcome::Lifted => "case-outcome-lifted",
        Outcome::Upheld => "case-outcome-upheld",
        Outcome::Gone => "case-outcome-gone",
        Outcome::True => "case-outcome-true",
        Outcome::False => "case-outcome-false",
        Outcome::Unclear => "case-outcome-unclear",
        Outcome::CaredFor => "case-outcome-cared-for",
        Outcome::Mediated => "case-outcome-mediated",
        Outcome::Mistaken => "case-outcome-mistaken",
    })
}

/// What a reporter hears: that somebody has looked and whether something was done, nothing about the other person.
pub(super) fn outcome_told(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Nothing => "report-outcome-nothing",
        Outcome::TakenDown => "report-outcome-taken-down",
        Outcome::Gone => "report-outcome-gone",
        _ => "report-outcome-acted",
    }
}

/// What whoever asked whether something is true hears.
pub(super) fn fact_told(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::True | Outcome::False | Outcome::Unclear => "verify-outcome",
        Outcome::Gone => "report-outcome-gone",
        _ => "verify-outcome-none",
    }
}

/// A moment, in the community's time.
pub(crate) fn local(community: &Community, at: Timestamp) -> Text {
    moment(at, &community.definition.timezone)
}

impl Step {
    /// The line that says how a card is answered so.
    fn text_key(self) -> &'static str {
        match self {
            Self::Close => "case-step-close",
            Self::TakeDown => "case-step-redact",
            Self::Mute => "case-step-mute",
            Self::Remove => "case-step-remove",
            Self::Ban => "case-step-ban",
            Self::Lift => "case-step-lift",
            Self::Uphold => "case-step-uphold",
            Self::Care => "case-step-care",
            Self::Mistaken => "case-step-mistaken",
            Self::Mediate => "case-step-mediate",
        }
    }
}

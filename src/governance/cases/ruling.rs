//! Deciding a case, by a reaction below its card or by `case`: which answers there are, who may give them, and what follows. What is done to
//! somebody is done by the command that does it otherwise, so that who may do it is decided in one place.

use ruma::UserId;

use super::{decide, is_delicate, may_handle, shown, tell_handlers};
use crate::{
    clock::Timestamp,
    commands,
    community::{
        definition::Locale,
        place::Place,
        record::{Card, Case, CaseKind, Decided, Outcome},
        role::Role,
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    event::Event,
    governance::{cards::Answer, deed::Deed},
    reply::Text,
};

/// An answer to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// There is nothing to do.
    Close,
    /// The message is taken down.
    TakeDown,
    /// Its author may not write for an hour, and it is taken down.
    Mute,
    /// Its author is removed, and it is taken down.
    Remove,
    /// Its author is banned, and it is taken down.
    Ban,
    /// The sanction is lifted.
    Lift,
    /// The sanction stays.
    Uphold,
    /// Somebody of the team is with the person.
    Care,
    /// There was no such thing.
    Mistaken,
    /// The people talk it over in a room of their own, with two of the team.
    Mediate,
}

impl Step {
    const ALL: [Self; 10] = [
        Self::Close,
        Self::TakeDown,
        Self::Mute,
        Self::Remove,
        Self::Ban,
        Self::Lift,
        Self::Uphold,
        Self::Care,
        Self::Mistaken,
        Self::Mediate,
    ];

    /// The reaction that stands for it.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Close | Self::Lift | Self::Care => "✅",
            Self::TakeDown => "🗑️",
            Self::Mute => "🔇",
            Self::Remove => "🚪",
            Self::Ban => "🚫",
            Self::Uphold | Self::Mistaken => "❌",
            Self::Mediate => "🤝",
        }
    }

    /// The word that stands for it in `case <id> …`.
    pub(crate) fn word(self, locale: Locale) -> &'static str {
        let (fr, en) = self.words();
        match locale {
            Locale::Fr => fr,
            Locale::En => en,
        }
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Close => ("classer", "close"),
            Self::TakeDown => ("supprimer", "redact"),
            Self::Mute => ("muet", "mute"),
            Self::Remove => ("retirer", "remove"),
            Self::Ban => ("bannir", "ban"),
            Self::Lift => ("lever", "lift"),
            Self::Uphold => ("maintenir", "uphold"),
            Self::Care => ("suivre", "follow"),
            Self::Mistaken => ("erreur", "mistaken"),
            Self::Mediate => ("médiation", "mediate"),
        }
    }

    /// The step that a word stands for, in either language.
    pub(crate) fn named(word: &str) -> Option<Self> {
        let word = word.to_lowercase();
        let mut all = Self::ALL.into_iter();
        all.find(|step| [step.words().0, step.words().1].contains(&word.as_str()))
    }

    fn outcome(self) -> Outcome {
        match self {
            Self::Close => Outcome::Nothing,
            Self::TakeDown => Outcome::TakenDown,
            Self::Mute => Outcome::Muted,
            Self::Remove => Outcome::Removed,
            Self::Ban => Outcome::Banned,
            Self::Lift => Outcome::Lifted,
            Self::Uphold => Outcome::Upheld,
            Self::Care => Outcome::CaredFor,
            Self::Mistaken => Outcome::Mistaken,
            Self::Mediate => Outcome::Mediated,
        }
    }
}

/// The answers that a case has.
pub(crate) fn steps(case: &Case) -> Vec<Step> {
    match case.kind {
        CaseKind::Appeal => vec![Step::Lift, Step::Uphold],
        CaseKind::FactCheck => vec![Step::Close],
        CaseKind::Danger => vec![Step::Care, Step::Mistaken],
        CaseKind::Tone => vec![Step::Close, Step::Mediate, Step::Mistaken],
        CaseKind::Report => {
            let mut steps = vec![Step::Close];
            if case.event.is_some() {
                steps.push(Step::TakeDown);
            }
            if case.about.is_some() {
                steps.extend([Step::Mute, Step::Remove, Step::Ban]);
            }
            steps
        }
    }
}

/// The reactions that stand below its card.
pub(super) fn keys(case: &Case) -> Vec<String> {
    let steps = steps(case).into_iter();
    steps.map(|step| step.key().to_owned()).collect()
}

/// The answer that a reaction to the card of a case is; none for every other.
pub(crate) fn step_of(case: &Case, key: &str) -> Option<Step> {
    let bare = |key: &str| key.trim_end_matches('\u{fe0f}').to_owned();
    let mut steps = steps(case).into_iter();
    steps.find(|step| bare(step.key()) == bare(key))
}

/// An answer to a case.
pub(crate) struct Ruling<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) community: &'a Community,
    pub(crate) case: &'a Case,
    pub(crate) card: &'a Card,
    /// The event that answers; its sender does.
    pub(crate) event: &'a Event,
    pub(crate) reason: Option<String>,
    pub(crate) now: Timestamp,
}

impl<'a> Ruling<'a> {
    /// A decision in the making.
    pub(crate) fn deed(&self) -> Deed<'a> {
        let cause = format!("{}/case", self.event.id);
        Deed::new(self.snapshot, self.community, &cause, self.now)
    }

    pub(crate) fn by(&self) -> &'a UserId {
        &self.event.sender
    }

    /// Whether who answers may.
    ///
    /// # Errors
    /// What to say to who may not.
    pub(crate) fn allowed(&self) -> Result<(), Text> {
        if may_handle(self.snapshot, self.community, self.case, self.by()) {
            Ok(())
        } else {
            Err(Text::new("case-not-yours").code("case", &self.case.id))
        }
    }

    /// Decides the case so.
    ///
    /// # Errors
    /// What to say when that is not theirs to decide, or cannot be done.
    pub(crate) fn decide(&self, step: Step) -> Result<Decision, Text> {
        self.allowed()?;
        if !steps(self.case).contains(&step) {
            return Err(Text::new("case-no-such-step").code("case", &self.case.id));
        }
        let mut deed = self.deed();
        for (line, must) in self.lines(step) {
            match commands::on_behalf(self.snapshot, self.community, self.event, &line, self.now) {
                Ok(decision) => take(&mut deed, decision),
                Err(refusal) if must => return Err(refusal),
                // What comes with it may be done already.
                Err(_) => {}
            }
        }
        self.conclude(&mut deed, step.outcome());
        Ok(deed.decision)
    }

    /// The case is decided, and those who decide cases are told.
    pub(crate) fn conclude(&self, deed: &mut Deed, outcome: Outcome) {
        let decided = Decided {
            outcome,
            by: self.by().to_owned(),
            at: self.now,
            reason: self.reason.clone(),
            until: None,
        };
        self.conclude_as(deed, decided);
    }

    pub(crate) fn conclude_as(&self, deed: &mut Deed, decided: Decided) {
        let took = crate::reply::duration(self.now.since(self.case.at));
        let mut text = Text::new("case-decided")
            .code("case", &self.case.id)
            .with("kind", shown::kind(self.case.kind))
            .with("outcome", shown::outcome_named(decided.outcome))
            .with("person", self.by())
            .with("took", took);
        if let Some(reason) = &decided.reason {
            text = text.line("reason").with("reason", reason.as_str());
        }
        decide(deed, self.case.clone(), self.card, decided);
        if is_delicate(self.community, self.case) {
            deed.tell(self.by(), text);
        } else {
            tell_handlers(deed, self.case, self.card, text);
        }
    }

    /// The commands that a step stands for, and whether it cannot be without.
    fn lines(&self, step: Step) -> Vec<(String, bool)> {
        let reason = self.reason.as_ref().map_or_else(
            || format!("because case {}", self.case.id),
            |reason| format!("because {reason}"),
        );
        let message = self.case.room.as_ref().zip(self.case.event.as_ref());
        let redact = |must| {
            message.map(|(room, event)| {
                let link = format!("https://matrix.to/#/{room}/{event}");
                (format!("redact {link} {reason}"), must)
            })
        };
        let person = self.case.about.as_ref();
        let person = person.map(ToString::to_string).unwrap_or_default();
        // Who moderates one group only removes from that.
        let from = match super::place_of(self.snapshot, self.case) {
            Place::Group(id) if self.community.role(self.by()) < Role::Moderator => {
                format!(" from {id}")
            }
            _ => String::new(),
        };
        let sanction = |line: String| vec![(line, true)].into_iter().chain(redact(false));
        match step {
            Step::TakeDown => redact(true).into_iter().collect(),
            Step::Mute => sanction(format!("mute {person} for 1h {reason}")).collect(),
            Step::Remove => sanction(format!("kick {person}{from} {reason}")).collect(),
            Step::Ban => sanction(format!("ban {person} {reason}")).collect(),
            Step::Mediate => {
                let other = self.case.with.as_ref().map(ToString::to_string);
                let other = other.unwrap_or_default();
                vec![(format!("mediate {person} and {other} {reason}"), true)]
            }
            Step::Close | Step::Lift | Step::Uphold | Step::Care | Step::Mistaken => Vec::new(),
        }
    }
}

/// Takes over what a command decided, as a part of this.
fn take(deed: &mut Deed, decision: Decision) {
    for action in decision.actions {
        deed.act(action.effect);
    }
    deed.decision.changes.extend(decision.changes);
    deed.decision.audit.extend(decision.audit);
    deed.decision.review.extend(decision.review);
}

/// `approve` and `refuse` are the answers to other cards.
///
/// # Errors
/// Always: how a case is decided.
pub(crate) fn answered(answer: &Answer) -> Result<Decision, Text> {
    let prefix = answer.snapshot.bot.localpart();
    let command = format!("!{prefix} case {}", answer.card.id);
    Err(Text::new("case-by-command").code("command", command))
}

/// What follows from a reaction below the card of a case; none when it is no answer.
pub(crate) fn reacted(
    snapshot: &Snapshot,
    (community, card): (&Community, &Card),
    event: &Event,
    key: &str,
    now: Timestamp,
) -> Option<Result<Decision, Text>> {
    let case = community.records.cases.get(&card.id)?;
    let step = step_of(case, key)?;
    let ruling = Ruling {
        snapshot,
        community,
        case,
        card,
        event,
        reason: None,
        now,
    };
    Some(ruling.decide(step))
}

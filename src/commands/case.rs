//! `case` and `cases`: one thing that a human should look at, with everything known about it, decided, noted on; and all that are open. For
//! whoever may decide them.

use super::{
    Setting,
    context::{Answer, Context, Outcome, Refusal, local},
    input::{Clause, Input, first_word},
    spec::{Both, Scope, Spec},
};
use crate::{
    community::{
        record::{Card, CardId, Case, Note, Record},
        role::Role,
        snapshot::Community,
    },
    governance::cases::{
        self,
        ruling::{Ruling, Step},
    },
    reply::{Argument, Text},
};

pub(super) const CASE: Spec = Spec {
    name: Both {
        fr: "dossier",
        en: "case",
    },
    aliases: &[],
    usage: Both {
        fr: "<dossier> [classer | supprimer | muet | retirer | bannir | lever | maintenir | suivre | erreur | médiation | note <texte>] [parce que <raison>]",
        en: "<case> [close | redact | mute | remove | ban | lift | uphold | follow | mistaken | mediate | note <text>] [because <reason>]",
    },
    help: "help-case",
    role: Role::Member,
    scope: Scope::Anywhere,
    clauses: &[Clause::Because],
    examples: Both {
        fr: &[
            "k7f3x",
            "k7f3x classer parce que malentendu",
            "k7f3x note vu avec elle",
        ],
        en: &[
            "k7f3x",
            "k7f3x close because a misunderstanding",
            "k7f3x note talked to her",
        ],
    },
    run: |context, input| run(context, input),
};

pub(super) const CASES: Spec = Spec {
    name: Both {
        fr: "dossiers",
        en: "cases",
    },
    aliases: &[],
    usage: Both { fr: "", en: "" },
    help: "help-cases",
    role: Role::Member,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &[""],
        en: &[""],
    },
    run: |context, input| {
        input.nothing()?;
        list(context)
    },
};

/// The most cases that are listed, the oldest first.
const MOST: usize = 30;

/// The case that somebody names, in whichever community it is; one that is not theirs to see does not exist for them.
pub(super) fn find<'a>(
    context: &Context<'a>,
    name: &str,
) -> Result<(&'a Community, &'a Case), Refusal> {
    let id = CardId(name.trim().to_lowercase());
    let own = context.community.into_iter();
    let mut communities = own.chain(context.snapshot.communities.values());
    let found = communities.find_map(|community| {
        let case = community.records.cases.get(&id)?;
        let may = cases::may_handle(context.snapshot, community, case, context.issuer());
        may.then_some((community, case))
    });
    found.ok_or_else(|| Refusal::NotAllowed(Text::new("case-unknown").with("word", name)))
}

/// The card of an open case.
pub(super) fn card_of<'a>(community: &'a Community, case: &Case) -> Result<&'a Card, Refusal> {
    let card = community.records.cards.get(&case.id);
    card.ok_or_else(|| {
        Refusal::NotAllowed(
            Text::new("case-decided-already")
                .code("case", &case.id)
                .with("outcome", cases::outcome(case)),
        )
    })
}

fn run(context: &Context, input: &Input) -> Answer {
    let (name, rest) = first_word(input.subject);
    if name.is_empty() {
        return Err(Text::new("case-missing").into());
    }
    let (verb, rest) = first_word(rest);
    let (community, case) = find(context, name)?;
    // Whom it is about may read along elsewhere.
    if cases::is_delicate(community, case) && *context.setting != Setting::Direct {
        let text = Text::new("case-in-private").code("case", &case.id);
        return Err(Refusal::NotAllowed(text));
    }
    if verb.is_empty() {
        return Ok(Outcome::say(whole(community, case)));
    }
    if verb.eq_ignore_ascii_case("note") {
        let reason = input
            .reason()
            .map(|it| format!(" ({it})"))
            .unwrap_or_default();
        return note(context, community, case, &format!("{rest}{reason}"));
    }
    let step = Step::named(verb).ok_or_else(|| Text::new("case-verb").code("word", verb))?;
    let ruling = Ruling {
        snapshot: context.snapshot,
        community,
        case,
        card: card_of(community, case)?,
        event: context.event,
        reason: input.reason(),
        now: context.now,
    };
    let decision = ruling.decide(step).map_err(Refusal::NotAllowed)?;
    Ok(Outcome {
        // Those who decide cases are told with the decision.
        admins_know: true,
        ..Outcome::of(decision, Text::new("card-noted"))
    })
}

fn note(context: &Context, community: &Community, case: &Case, text: &str) -> Answer {
    if text.trim().is_empty() {
        return Err(Text::new("case-note-empty").into());
    }
    let mut case = case.clone();
    case.notes.push(Note {
        by: context.issuer().to_owned(),
        at: context.now,
        text: text.trim().to_owned(),
    });
    let mut deed = context.deed(community);
    deed.account(context.issuer(), "case-note", &case.id, None);
    let said = Text::new("case-note-kept").code("case", &case.id);
    deed.keep(Record::Case(Box::new(case)));
    Ok(Outcome {
        admins_know: true,
        ..Outcome::of(deed.decision, said)
    })
}

/// Everything that is known about a case, and never who asked for it.
fn whole(community: &Community, case: &Case) -> Text {
    let described = community.records.cards.get(&case.id);
    let described = described.and_then(|card| cases::described(community, card));
    let text = described.unwrap_or_else(|| {
        let text = Text::new("case-card")
            .code("case", &case.id)
            .with("kind", cases::kind(case.kind));
        cases::evidence(community, case, text)
    });
    let mut text = match (&case.decided, community.records.cards.get(&case.id)) {
        (Some(decided), _) => {
            let text = text
                .line("case-decided-line")
                .with("outcome", cases::outcome(case))
                .with("person", &decided.by)
                .with("at", local(community, decided.at));
            match &decided.reason {
                Some(reason) => text.line("reason").with("reason", reason.as_str()),
                None => text,
            }
        }
        (None, Some(card)) => match &card.assignee {
            Some(user) => text
                .line("card-turn")
                .with("person", Argument::User(user.to_string())),
            None => text,
        },
        (None, None) => text,
    };
    if let Some(until) = case.decided.as_ref().and_then(|it| it.until) {
        text = text
            .line("case-until")
            .with("until", local(community, until));
    }
    case.notes.iter().fold(text, |text, note| {
        text.line("case-note-line")
            .with("person", &note.by)
            .with("at", local(community, note.at))
            .with("note", note.text.as_str())
    })
}

fn list(context: &Context) -> Answer {
    let community = context.community()?;
    let records = &community.records;
    let mine = |case: &&Case| {
        case.is_open() && cases::may_handle(context.snapshot, community, case, context.issuer())
    };
    // What is between one admin and the person concerned is not listed where that person reads along.
    let discreet = |case: &&Case| {
        matches!(context.setting, Setting::Direct) || !cases::is_delicate(community, case)
    };
    let cases = records.cases.values().filter(mine).filter(discreet);
    let mut cases: Vec<&Case> = cases.collect();
    if cases.is_empty() {
        return Ok(Outcome::say(Text::new("cases-none")));
    }
    cases.sort_by_key(|case| (case.at, case.id.clone()));
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let mut text = Text::new("cases-title").with("count", count(cases.len()));
    let more = cases.len().saturating_sub(MOST);
    for case in cases.into_iter().take(MOST) {
        text = text
            .line("cases-line")
            .code("case", &case.id)
            .with("kind", cases::kind(case.kind))
            .with("since", local(community, case.at));
        if let Some(about) = &case.about {
            text = text.line("cases-about").with("person", about);
        }
        let card = records.cards.get(&case.id);
        if let Some(assignee) = card.and_then(|card| card.assignee.as_ref()) {
            text = text.line("cards-turn").with("person", assignee);
        }
    }
    if more > 0 {
        text = text.line("cards-more").with("count", count(more));
    }
    Ok(Outcome::say(text))
}

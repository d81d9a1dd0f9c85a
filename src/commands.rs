//! What people ask of the bot in words, in the admins room, in a group or in a direct-message room. PURE.
//!
//! `decide` calls [`addressed()`] for every message and [`answer`] for those that are for the bot. One file per command: what it
//! says about itself (`SPEC`), `parse` and `run`. To add one: its file, its line in [`ALL`], its texts.
//!
//! Who may use what is decided in [`permission`], from the `SPEC`; nobody acts above themselves.

use ruma::UserId;

use crate::{
    action::{Effect, Recipient},
    clock::Timestamp,
    community::{
        definition::{CommunityId, Locale},
        place::Place,
        role::Role,
        snapshot::{Community, Snapshot},
    },
    decide::{Ask, Decision},
    event::Event,
    reply::{Argument, Text},
};
use context::{Context, Outcome, Refusal};
use input::{Clause, Input};
use spec::{Scope, Spec};

mod addressed;
mod confirm;
mod context;
mod input;
mod permission;
#[cfg(test)]
mod reference;
mod spec;
#[cfg(test)]
pub(crate) mod testing;
mod words;

mod accept;
mod alarms;
pub mod announce;
mod appeal;
mod apply;
mod approve;
pub mod audit;
mod away;
mod ban;
mod cards;
mod case;
mod community;
mod conduct;
mod consent;
pub mod contact;
mod ephemeral;
mod flag;
mod grant;
mod groups;
mod harden;
mod help;
pub mod incident;
mod join;
mod kick;
mod language;
mod leaver;
mod lists;
pub mod load;
mod lockdown;
mod mediate;
mod move_message;
mod mute;
mod mute_topic;
mod own_record;
mod plan;
mod playbook;
mod pointed;
mod privacy;
mod propose;
mod redact;
mod register;
mod remind;
mod report;
mod request;
mod resume;
mod review;
mod revoke;
mod risks;
mod roster;
mod rules;
mod seats;
mod shape;
mod split;
mod spoiler;
pub mod status;
mod ticket;
mod tickets;
pub mod transparency;
mod unban;
mod unlock;
mod unmute;
mod verify;
mod vouch;
mod who;

pub use addressed::addressed;

/// Every command, in the order of the help.
const ALL: [&Spec; 74] = [
    &help::SPEC,
    &community::SPEC,
    &groups::SPEC,
    &language::SPEC,
    &privacy::SPEC,
    &accept::SPEC,
    &consent::SPEC,
    &contact::SPEC,
    &flag::SPEC,
    &verify::VERIFY,
    &appeal::SPEC,
    &own_record::SPEC,
    &transparency::SPEC,
    &who::SPEC,
    &request::SPEC,
    &propose::SPEC,
    &seats::SPEC,
    &join::SPEC,
    &announce::SPEC,
    &redact::SPEC,
    &remind::SPEC,
    &move_message::SPEC,
    &spoiler::SPEC,
    &mute_topic::SPEC,
    &playbook::SPEC,
    &mute::SPEC,
    &unmute::SPEC,
    &ticket::SPEC,
    &tickets::SPEC,
    &kick::SPEC,
    &ban::SPEC,
    &unban::SPEC,
    &ephemeral::SPEC,
    &ephemeral::SLOW,
    &lockdown::SPEC,
    &unlock::SPEC,
    &incident::SPEC,
    &resume::SPEC,
    &grant::SPEC,
    &revoke::SPEC,
    &away::AWAY,
    &away::BACK,
    &register::SPEC,
    &load::SPEC,
    &alarms::SPEC,
    &plan::SPEC,
    &apply::SPEC,
    &roster::SPEC,
    &leaver::SPEC,
    &shape::adopt::SPEC,
    &shape::upgrade::SPEC,
    &shape::archive::ARCHIVE,
    &shape::archive::REOPEN,
    &shape::close::SPEC,
    &shape::group::SPEC,
    &approve::APPROVE,
    &approve::REFUSE,
    &cards::SPEC,
    &case::CASE,
    &case::CASES,
    &verify::VERDICT,
    &vouch::SPEC,
    &vouch::STRANGERS,
    &split::SPEC,
    &status::SPEC,
    &conduct::SPEC,
    &rules::SPEC,
    &lists::SPEC,
    &audit::SPEC,
    &risks::SPEC,
    &harden::SPEC,
    &review::SPEC,
    &report::SPEC,
    &mediate::SPEC,
];

/// Where a command was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// In the admins room of a community: the answer goes there, in the community's language.
    Admins(CommunityId),
    /// In a direct-message room with the bot: the answer goes there.
    Direct,
    /// In another place of a community: the answer goes to the person, to keep the group clean.
    Group(CommunityId, Place),
}

/// The longest command, in characters: an announcement is as long as it wants to be, anything else is a mistake (or an attack:
/// names are looked for in every part of a line).
const LONGEST: u16 = 2_000;
/// The longest word that may be the name of a command, in bytes.
const LONGEST_WORD: usize = 100;

/// What follows from a command line that [`addressed()`] gave.
#[must_use]
pub fn answer(
    snapshot: &Snapshot,
    event: &Event,
    setting: &Setting,
    line: &str,
    now: Timestamp,
) -> Decision {
    if event.sender == snapshot.bot {
        return Decision::default();
    }
    let (word, rest) = match join::bare_ticket(line) {
        Some(ticket) => (join::SPEC.name.en, ticket),
        None => accept::in_two_words(line)
            .or_else(|| own_record::in_two_words(line))
            .unwrap_or_else(|| input::first_word(line)),
    };
    let mut context = Context {
        snapshot,
        community: None,
        event,
        setting,
        locale: locale(snapshot, setting, &event.sender),
        now,
        confirmed: false,
    };
    let Some(spec) = find(if word.is_empty() { "help" } else { word }) else {
        let word = &word[..word.floor_char_boundary(LONGEST_WORD)];
        let text = help::unknown(&context, word);
        return decide(&context, Outcome::say(discreet(setting, text)));
    };
    if spec.name.en != announce::SPEC.name.en && line.chars().nth(LONGEST.into()).is_some() {
        let text = Text::new("command-too-long").with("most", i64::from(LONGEST));
        return decide(&context, Outcome::say(text));
    }
    let outcome =
        choose(snapshot, spec, setting, &event.sender, rest).and_then(|(community, rest)| {
            context.community = community;
            run(&context, spec, rest)
        });
    let outcome = outcome.unwrap_or_else(|refusal| match refusal {
        Refusal::NotAllowed(text) | Refusal::Mistake(text) => Outcome::say(discreet(setting, text)),
    });
    decide(&context, outcome)
}

/// What follows from a command of a card that its giver has confirmed.
#[must_use]
pub fn confirmed(
    snapshot: &Snapshot,
    community: &Community,
    event: &Event,
    line: &str,
    now: Timestamp,
) -> Decision {
    let (word, rest) = input::first_word(line);
    let setting = Setting::Admins(community.definition.id.clone());
    let context = Context {
        snapshot,
        community: Some(community),
        event,
        setting: &setting,
        locale: community.definition.locale,
        now,
        confirmed: true,
    };
    let outcome = match find(word) {
        Some(spec) => run(&context, spec, rest),
        None => Ok(Outcome::default()),
    };
    let outcome = outcome.unwrap_or_else(|refusal| match refusal {
        Refusal::NotAllowed(text) | Refusal::Mistake(text) => Outcome::say(text),
    });
    decide(&context, outcome)
}

/// What follows from a command that the answer to a card stands for, given by who answers: without its reply, for the card has its own.
///
/// # Errors
/// What to say when it must not or cannot be done.
pub(crate) fn on_behalf(
    snapshot: &Snapshot,
    community: &Community,
    event: &Event,
    line: &str,
    now: Timestamp,
) -> Result<Decision, Text> {
    let (word, rest) = input::first_word(line);
    let setting = Setting::Admins(community.definition.id.clone());
    let context = Context {
        snapshot,
        community: Some(community),
        event,
        setting: &setting,
        locale: community.definition.locale,
        now,
        confirmed: true,
    };
    let spec = find(word).ok_or_else(|| help::unknown(&context, word))?;
    let mut outcome = run(&context, spec, rest).map_err(|refusal| match refusal {
        Refusal::NotAllowed(text) | Refusal::Mistake(text) => text,
    })?;
    outcome.reply = None;
    Ok(decide(&context, outcome))
}

/// Somebody may tell the bot in private what they would tell nobody else: that is not repeated, and so not kept.
fn discreet(setting: &Setting, text: Text) -> Text {
    match setting {
        Setting::Direct => text.without_words(),
        Setting::Admins(_) | Setting::Group(..) => text,
    }
}

/// Whether a line is a command and surely nothing else: the name of one and no more, or a choice of language. What somebody says about
/// themselves may begin with the same word.
pub(crate) fn is_plainly_a_command(line: &str) -> bool {
    let (word, rest) = input::first_word(line);
    let language = |spec: &Spec| {
        spec.name.en == language::SPEC.name.en && matches!(words::fold(rest).as_str(), "fr" | "en")
    };
    find(word).is_some_and(|spec| rest.is_empty() || language(spec))
}

/// The command that `word` calls.
fn find(word: &str) -> Option<&'static Spec> {
    let word = word
        .trim_start_matches(['!', '/'])
        .trim_end_matches([',', ':', '?', '.']);
    let mut all = ALL.into_iter().filter(|_| word.len() <= LONGEST_WORD);
    all.find(|spec| spec.is_called(word))
}

fn run(context: &Context, spec: &Spec, rest: &str) -> Result<Outcome, Refusal> {
    if let Some(community) = context.community
        && !permission::may_use(spec, community, context.issuer())
    {
        // «Crise d’angoisse» is no command of a member: who writes that in private must hear where there is help.
        if spec.scope == Scope::Spokesperson && *context.setting == Setting::Direct {
            let text = help::unknown(context, spec.name.of(context.locale));
            return Err(Refusal::NotAllowed(text));
        }
        let own = match spec.scope {
            Scope::Group => community.highest_role(context.issuer()),
            Scope::Anywhere | Scope::Community | Scope::Spokesperson => {
                community.role(context.issuer())
            }
        };
        return Err(permission::refusal(spec.role, own));
    }
    let input = Input::read(rest, spec.clauses);
    let outcome = (spec.run)(context, &input).map_err(|refusal| match refusal {
        Refusal::Mistake(text) => Refusal::Mistake(explained(context, spec, &input, text)),
        refused @ Refusal::NotAllowed(_) => refused,
    })?;
    Ok(confirm::instead(context, spec, &input, rest, &outcome).unwrap_or(outcome))
}

/// A mistake with what was understood, the usage and an example.
fn explained(context: &Context, spec: &Spec, input: &Input, mistake: Text) -> Text {
    let (prefix, locale) = (context.prefix(), context.locale);
    let example = spec
        .example_lines(&prefix, locale)
        .into_iter()
        .next()
        .unwrap_or_default();
    mistake
        .line("mistake-understood")
        .code("words", input.understood(spec.name.of(locale), locale))
        .line("mistake-usage")
        .code("usage", spec.usage_line(&prefix, locale))
        .line("mistake-example")
        .code("example", example)
}

fn locale(snapshot: &Snapshot, setting: &Setting, sender: &UserId) -> Locale {
    let of_community = match setting {
        Setting::Admins(id) => snapshot
            .communities
            .get(id)
            .map(|community| community.definition.locale),
        Setting::Direct | Setting::Group(..) => None,
    };
    of_community.unwrap_or_else(|| snapshot.locale_of(sender))
}

/// The community that a command is about, and the command's words without the name of it.
fn choose<'a, 'w>(
    snapshot: &'a Snapshot,
    spec: &Spec,
    setting: &Setting,
    issuer: &UserId,
    rest: &'w str,
) -> Result<(Option<&'a Community>, &'w str), Refusal> {
    if let Setting::Admins(id) | Setting::Group(id, _) = setting {
        return Ok((snapshot.communities.get(id), rest));
    }
    let own: Vec<&Community> = snapshot
        .communities
        .values()
        .filter(|it| {
            snapshot
                .communities_of(issuer)
                .any(|own| std::ptr::eq(own, *it))
        })
        .collect();
    let called = |name: &str| {
        let name = words::fold(name);
        own.iter().copied().find(|it| {
            words::fold(it.definition.id.as_str()) == name
                || words::fold(&it.definition.name) == name
        })
    };
    // The words of an announcement are not ours to cut.
    let (rest, named) = if spec.name.en == announce::SPEC.name.en {
        (rest, None)
    } else {
        input::suffix_in(rest, called)
    };
    if named.is_some() {
        return Ok((named, rest));
    }
    let allowed = own
        .iter()
        .copied()
        .filter(|it| spec.role == Role::Member || permission::may_use(spec, it, issuer));
    let allowed: Vec<&Community> = allowed.collect();
    match (allowed.as_slice(), own.as_slice()) {
        ([one], _) | ([], [one]) => Ok((Some(*one), rest)),
        _ if spec.scope == Scope::Anywhere => Ok((None, rest)),
        ([], []) => Err(Refusal::NotAllowed(Text::new("no-community"))),
        ([], _) => Err(permission::refusal(spec.role, Role::Member)),
        (several, _) => {
            let text = Text::new("several-communities");
            let text = several.iter().fold(text, |text, community| {
                let name = community.definition.name.as_str();
                text.line("group-line")
                    .with("name", name)
                    .code("id", &community.definition.id)
            });
            Err(Refusal::NotAllowed(text))
        }
    }
}

/// The whole decision of an outcome: effects with their identities, the answer, and a line for the admins when something was
/// done outside of their room.
fn decide(context: &Context, outcome: Outcome) -> Decision {
    let mut decision = Decision::default();
    // What a deed decided has its identities from the event itself, and comes before the answer.
    let cause = if outcome.actions.is_empty() {
        context.event.id.to_string()
    } else {
        format!("{}/answer", context.event.id)
    };
    let cause = cause.as_str();
    decision.actions.extend(outcome.actions);
    let community = context.community.map(|community| &community.definition.id);
    for effect in outcome.effects {
        decision.act(cause, community, effect);
    }
    let locale = outcome.locale.unwrap_or(context.locale);
    let (to, reply_to) = match context.setting {
        Setting::Admins(_) | Setting::Direct => (
            Recipient::Room(context.event.room.clone()),
            Some(context.event.id.clone()),
        ),
        Setting::Group(..) => (Recipient::Person(context.event.sender.clone()), None),
    };
    if let Some(text) = outcome.reply {
        if !outcome.audit.is_empty()
            && !outcome.admins_know
            && !matches!(context.setting, Setting::Admins(_))
            && let Some(room) = context.community.and_then(Community::admins_room)
            && let Some(locale) = context
                .community
                .map(|community| community.definition.locale)
        {
            let by = Argument::User(context.event.sender.to_string());
            let text = Text::new("done-elsewhere")
                .with("person", by)
                .then(text.clone());
            decision.act(
                cause,
                community,
                Effect::Say {
                    to: Recipient::Room(room.clone()),
                    text,
                    locale,
                    reply_to: None,
                },
            );
        }
        decision.act(
            cause,
            community,
            Effect::Say {
                to: to.clone(),
                text,
                locale,
                reply_to: reply_to.clone(),
            },
        );
    }
    decision.changes = outcome.changes;
    decision.audit = outcome.audit;
    if outcome.review {
        decision.review.extend(community.cloned());
    }
    decision.review.extend(outcome.review_also);
    if let (Some(question), Some(community)) = (outcome.ask, community) {
        decision.ask = Some(Ask {
            question,
            community: community.clone(),
            to,
            locale,
            reply_to,
        });
    }
    decision
}

#[cfg(test)]
mod tests;

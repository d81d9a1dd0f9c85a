//! What the join page shows: the ticket with its form, that the invitation is on its way, or kindly why not. Values in, HTML out; the words
//! are those of [`crate::reply`], the frame is in `src/web/templates`.
//!
//! Whoever holds a ticket learns what it is for, and nothing about anybody: that an account is there already looks like a success.

use askama::Template;
use ruma::ServerName;

use super::form::{Form, wanted};
use crate::{
    clock::Timestamp,
    community::{
        definition::{Locale, Terms},
        place::Place,
        record::Ticket,
        role::Role,
        snapshot::{Community, Snapshot},
    },
    dispatch::{Outcome, Redemption},
    governance::tickets::{self, Token, Why},
    reply::{Text, moment},
};

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// The last part of the path.
    pub(crate) token: &'a str,
    /// What stands after `?`.
    pub(crate) query: &'a str,
    /// `Accept-Language`.
    pub(crate) languages: &'a str,
}

/// A page and its HTTP status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) status: u16,
    pub(crate) html: String,
}

/// The page of a ticket.
pub(crate) fn ticket(snapshot: &Snapshot, asked: &Asked, now: Timestamp) -> Shown {
    match good(snapshot, asked, now) {
        Ok((community, ticket)) => {
            let locale = asked.locale(Some(community));
            offer(
                snapshot,
                community,
                ticket,
                (locale, &Form::default(), false),
            )
        }
        Err(why) => sorry(why, asked.locale(None)),
    }
}

/// What the form asks for.
///
/// # Errors
/// The page to show instead: what is to be corrected, or that the ticket is not good.
pub(crate) fn sent(
    snapshot: &Snapshot,
    asked: &Asked,
    body: &[u8],
    now: Timestamp,
) -> Result<Redemption, Shown> {
    let Some(token) = Token::parse(asked.token) else {
        return Err(sorry(Why::Unknown, asked.locale(None)));
    };
    let form = Form::read(body);
    let server = snapshot.bot.server_name();
    let found = tickets::find(snapshot, &token.id());
    let (community, ticket) = found.ok_or_else(|| sorry(Why::Unknown, asked.locale(None)))?;
    let user = ticket.person.clone().or_else(|| form.account(server));
    let again = ticket
        .used
        .as_ref()
        .is_some_and(|(who, _)| Some(who) == user.as_ref());
    if !again && let Err(refused) = tickets::look(community, ticket, now) {
        return Err(sorry(refused.why, asked.locale(None)));
    }
    match user {
        Some(user) if form.read => Ok(Redemption {
            ticket: ticket.id.clone(),
            user,
        }),
        _ => {
            let locale = asked.locale(Some(community));
            Err(offer(snapshot, community, ticket, (locale, &form, true)))
        }
    }
}

/// What came of it.
pub(crate) fn outcome(
    snapshot: &Snapshot,
    asked: &Asked,
    redemption: &Redemption,
    outcome: Outcome,
) -> Shown {
    let found = tickets::find(snapshot, &redemption.ticket);
    let locale = asked.locale(found.map(|(community, _)| community));
    match (outcome, found) {
        (
            Outcome::Invited | Outcome::Refused(Why::Done | Why::There),
            Some((community, ticket)),
        ) => {
            let name = community.definition.name.as_str();
            let group = group_of(community, ticket);
            let user = redemption.user.to_string();
            let page = Done {
                frame: Frame::new(locale, &Text::new("page-done-title")),
                welcome: Text::new("page-done").with("community", name).plain(locale),
                group: group.map(|name| {
                    Text::new("page-done-group")
                        .with("group", name)
                        .plain(locale)
                }),
                account: ticket.person.is_none().then_some(user),
            };
            shown(200, &page)
        }
        (Outcome::Refused(why), _) => sorry(why, locale),
        (Outcome::Invited | Outcome::Failed, _) => sorry(Why::Early, locale),
    }
}

impl Asked<'_> {
    /// In which language: as the reader wants, else as the community speaks.
    fn locale(&self, community: Option<&Community>) -> Locale {
        let own = community.map_or(Locale::Fr, |it| it.definition.locale);
        wanted(self.query, self.languages).unwrap_or(own)
    }
}

/// The ticket that is meant, when it is still good.
fn good<'a>(
    snapshot: &'a Snapshot,
    asked: &Asked,
    now: Timestamp,
) -> Result<(&'a Community, &'a Ticket), Why> {
    let token = Token::parse(asked.token).ok_or(Why::Unknown)?;
    let found = tickets::find(snapshot, &token.id()).ok_or(Why::Unknown)?;
    tickets::look(found.0, found.1, now).map_err(|refused| refused.why)?;
    Ok(found)
}

/// What every page has.
struct Frame {
    locale: Locale,
    title: String,
}

impl Frame {
    fn new(locale: Locale, title: &Text) -> Self {
        let title = title.plain(locale);
        Self { locale, title }
    }

    fn lang(&self) -> &'static str {
        lang(self.locale)
    }

    fn speaks(&self, lang: &str) -> bool {
        self.lang() == lang
    }

    /// A text of the catalogue, without arguments.
    fn say(&self, key: &str) -> String {
        Text::new(key).plain(self.locale)
    }
}

fn lang(locale: Locale) -> &'static str {
    match locale {
        Locale::Fr => "fr",
        Locale::En => "en",
    }
}

#[derive(Template)]
#[template(path = "ticket.html")]
struct Offer<'a> {
    frame: Frame,
    /// What the page is called in the browser's list: a page with mistakes says so first.
    heading: String,
    /// The language of what the community wrote.
    own: &'static str,
    purpose: &'a str,
    opens: &'a str,
    is_group: bool,
    role: Option<String>,
    until: String,
    conduct: &'a str,
    terms: Option<(String, &'a str)>,
    for_one: bool,
    id: &'a str,
    id_help: String,
    id_problem: Option<String>,
    read: bool,
    read_problem: Option<String>,
}

#[derive(Template)]
#[template(path = "done.html")]
struct Done {
    frame: Frame,
    welcome: String,
    group: Option<String>,
    account: Option<String>,
}

#[derive(Template)]
#[template(path = "sorry.html")]
struct Sorry {
    frame: Frame,
    what: String,
    /// The ticket stays good.
    again: bool,
}

/// The page of a ticket that is good; after a form was sent with mistakes, with these.
fn offer(
    snapshot: &Snapshot,
    community: &Community,
    ticket: &Ticket,
    (locale, form, was_sent): (Locale, &Form, bool),
) -> Shown {
    let definition = &community.definition;
    let title = Text::new("page-title").with("community", definition.name.as_str());
    let frame = Frame::new(locale, &title);
    let heading = frame.title.clone();
    let server: &ServerName = snapshot.bot.server_name();
    let example = |key: &str| Text::new(key).with("server", server.as_str()).plain(locale);
    let for_one = ticket.person.is_some();
    let id_problem = match (form.id.is_empty(), form.account(server)) {
        _ if for_one || !was_sent => None,
        (true, _) => Some(frame.say("page-id-missing")),
        (false, None) => Some(example("page-id-wrong")),
        (false, Some(_)) => None,
    };
    let read_problem = (was_sent && !form.read).then(|| frame.say("page-read-missing"));
    let wrong = id_problem.is_some() || read_problem.is_some();
    let mut page = Offer {
        heading,
        own: lang(definition.locale),
        purpose: definition.purpose.trim(),
        opens: community.name_of(&ticket.place),
        is_group: ticket.place != Place::Space,
        role: (ticket.role > Role::Member).then(|| Text::new(ticket.role.text_key()).plain(locale)),
        until: moment(ticket.until, &definition.timezone).plain(locale),
        conduct: definition.code_of_conduct.text.trim(),
        terms: terms_of(community, ticket).map(|terms| {
            let name = community.name_of(&ticket.place);
            let title = Text::new("page-terms").with("group", name).plain(locale);
            (title, terms.text.trim())
        }),
        for_one,
        id: &form.id,
        id_help: example("page-id-help"),
        id_problem,
        read: form.read,
        read_problem,
        frame,
    };
    if wrong {
        let title = page.frame.title.clone();
        page.frame.title = Text::new("page-error-title")
            .with("title", title)
            .plain(locale);
    }
    shown(if wrong { 422 } else { 200 }, &page)
}

fn terms_of<'a>(community: &'a Community, ticket: &Ticket) -> Option<&'a Terms> {
    match &ticket.place {
        Place::Space => None,
        Place::Group(id) => community.group(id)?.terms.as_ref(),
    }
}

fn group_of<'a>(community: &'a Community, ticket: &'a Ticket) -> Option<&'a str> {
    match &ticket.place {
        Place::Space => None,
        place @ Place::Group(_) => Some(community.name_of(place)),
    }
}

/// Kindly why not, and what to do. It does not say what the ticket was for, nor whether there ever was one.
fn sorry(why: Why, locale: Locale) -> Shown {
    let (status, key, again) = match why {
        Why::Unknown => (404, "unknown", false),
        Why::Over | Why::Done | Why::There => (410, "over", false),
        Why::NotYou => (403, "not-you", true),
        Why::Full => (409, "full", true),
        Why::Early => (503, "later", true),
    };
    let frame = Frame::new(locale, &Text::new(&format!("page-{key}-title")));
    let what = frame.say(&format!("page-{key}"));
    shown(status, &Sorry { frame, what, again })
}

fn shown(status: u16, page: &impl Template) -> Shown {
    let html = page
        .render()
        .expect("the templates only write into a string");
    Shown { status, html }
}

#[cfg(test)]
mod tests;

//! Reports that members make with the button of their client: they go to the admin of the homeserver and not to the moderators, so they are read
//! from there, with the admin's token. Each is taken up once: how far was read stands in the store, in the commit of what follows from it.

use std::{path::PathBuf, sync::Arc, time::Duration};

use ruma::OwnedDeviceId;
use tracing::{debug, warn};

use crate::{
    clock::Timestamp,
    config::Homeserver,
    dispatch::Dispatcher,
    governance::cases::asked::{self, ServerReport},
    matrix::{Admin, Connection, EventReport, MatrixError},
    shared::Shared,
};

/// How many reports are read at a time at most, so many hundreds.
const PAGES: usize = 10;

/// Where the admin API is and how often it is asked.
pub struct Reported {
    homeserver: Homeserver,
    token_file: PathBuf,
    every: Duration,
}

impl Reported {
    /// As the configuration says; none without a token.
    #[must_use]
    pub fn new(homeserver: &Homeserver) -> Option<Self> {
        Some(Self {
            token_file: homeserver.admin_token_file.clone()?,
            every: homeserver.reports_every.get(),
            homeserver: homeserver.clone(),
        })
    }
}

/// Asks again and again. What is wrong is told once.
pub async fn poll(shared: Arc<Shared>, dispatcher: Dispatcher, from: Reported) {
    let mut told = None;
    loop {
        if shared.health.is_set_up() {
            match read(&shared, &from).await {
                Ok((reports, to)) => {
                    told = None;
                    if let Some(to) = to {
                        dispatcher.reports(reports, to).await;
                        // Or the same would be read again before it is known that it was.
                        dispatcher.flush().await;
                    }
                }
                Err(problem) if told.as_ref() == Some(&problem) => debug!("{problem}"),
                Err(problem) => {
                    warn!("{problem}");
                    told = Some(problem);
                }
            }
        }
        tokio::time::sleep(from.every).await;
    }
}

/// The admin API with the token that the file holds now.
///
/// # Errors
/// What is wrong, with the remedy.
pub async fn admin(
    homeserver: &Homeserver,
    file: &PathBuf,
    bot: &ruma::UserId,
) -> Result<Admin, String> {
    let shown = file.display();
    let token = tokio::fs::read_to_string(file).await;
    let token = token.map_err(|problem| {
        format!("the token of `homeserver.admin_token_file` cannot be read: {shown}: {problem}")
    })?;
    let (token, device) = (token.trim().to_owned(), OwnedDeviceId::from("ADMIN"));
    if token.is_empty() {
        return Err(format!(
            "`homeserver.admin_token_file` is empty: {shown}; write the access token of a server admin into it"
        ));
    }
    let connection = Connection::new(homeserver.url.clone(), token, bot.to_owned(), device);
    let connection = connection.map_err(|problem| problem.to_string())?;
    Ok(Admin::new(connection))
}

/// What is wrong when the admin API does not answer, with the remedy.
#[must_use]
pub fn explain(problem: &MatrixError) -> String {
    format!(
        "reports made with the button of a client cannot be read: {problem}; `homeserver.admin_token_file` must hold the access token of a server admin, and `/_synapse/admin` be reachable at `homeserver.url`"
    )
}

/// What was reported since, the oldest first, and up to where; nothing when nothing is new.
async fn read(
    shared: &Shared,
    from: &Reported,
) -> Result<(Vec<ServerReport>, Option<i64>), String> {
    let (bot, known) = {
        let snapshot = shared.snapshot();
        (snapshot.bot.clone(), asked::read_to(&snapshot))
    };
    let admin = admin(&from.homeserver, &from.token_file, &bot).await?;
    let mut reports: Vec<EventReport> = Vec::new();
    for _ in 0..PAGES {
        let page = admin.event_reports(reports.len()).await;
        let page = page.map_err(|problem| explain(&problem))?;
        let ends = page.len() < 100 || page.iter().any(|it| known.is_some_and(|to| it.id <= to));
        reports.extend(page);
        if ends {
            break;
        }
    }
    reports.retain(|it| known.is_none_or(|to| it.id > to));
    reports.sort_by_key(|it| it.id);
    reports.dedup_by_key(|it| it.id);
    // An empty list is read to its end, too: what comes later is new.
    let to = reports
        .last()
        .map(|it| it.id)
        .or(known.is_none().then_some(0));
    Ok((reports.into_iter().map(taken).collect(), to))
}

fn taken(report: EventReport) -> ServerReport {
    ServerReport {
        id: report.id,
        at: Timestamp(report.received_ts),
        by: report.user_id,
        room: report.room_id,
        event: report.event_id,
        words: report.reason.unwrap_or_default(),
    }
}

//! What happens by itself: ended mutes and lockdowns, regular reviews, tidying up, watching the homeserver. Every job may run
//! twice; what it must not forget stands in the store.

mod missed;
pub mod reported;
mod restored;

use std::{sync::Arc, time::Duration};

use ruma::OwnedRoomId;
use serde_json::json;
use tokio::time::Instant;
use tracing::{debug, warn};

use restored::Restored;

use crate::{
    action::{Action, ActionId, Effect},
    appservice::Appservice,
    dispatch::Dispatcher,
    executor::Finished,
    fault, governance,
    health::Writing,
    matrix::{MatrixError, Pinger, Reader},
    shared::Shared,
};

/// How often it is looked whether something in force has ended. Mutes and lockdowns are counted in minutes.
const TIMER_TICK: Duration = Duration::from_secs(1);
/// How often it is looked whether something is due in a community. Days and hours are counted there.
const DUE_TICK: Duration = Duration::from_secs(2);
/// How often the homeserver is asked whether it is there.
const WATCH: Duration = Duration::from_secs(5);
/// How often it is asked to reach us, when all is well.
const PING: Duration = Duration::from_mins(1);
/// How often it is asked while it is not.
const WATCH_WHILE_DOWN: Duration = Duration::from_secs(1);
/// How often it is looked whether it was restored from an older backup or did not push something, besides whenever it comes
/// back.
const LOOK: Duration = Duration::from_mins(10);
/// When it is looked once more for what was not pushed, after it came back: while it catches up it may lay something aside.
const LOOK_AGAIN: [Duration; 3] = [WATCH, WATCH.saturating_mul(2), Duration::from_mins(1)];
/// How many rooms are read anew each time.
const REREAD: usize = 200;
/// How often what is not needed any more is thrown away.
const TIDY: Duration = Duration::from_mins(5);

/// Lifts mutes and lockdowns whose time has come.
pub async fn timers(shared: Arc<Shared>, dispatcher: Dispatcher) {
    loop {
        let due = shared
            .snapshot()
            .next_end()
            .is_some_and(|end| end <= shared.now());
        if due {
            fault::point("jobs.timers_due");
            dispatcher.timers().await;
            fault::point("jobs.timers_handed_over");
        }
        tokio::time::sleep(TIMER_TICK).await;
    }
}

/// Looks what is due in the communities: reminders, ends of roles and tickets, alarms, reports.
pub async fn due(shared: Arc<Shared>, dispatcher: Dispatcher) {
    loop {
        tokio::time::sleep(DUE_TICK).await;
        let any = {
            let (snapshot, now) = (shared.snapshot(), shared.now());
            let mut communities = snapshot.communities.keys();
            communities.any(|id| !governance::due::due(&snapshot, id, now).is_empty())
        };
        if any {
            fault::point("jobs.due");
            dispatcher.due().await;
        }
    }
}

/// Compares every community with what it should be, at the start and then regularly. Then rooms are also read anew, so that
/// a push that never came is made up for: as many as [`REREAD`] each time, in turn.
pub async fn reviews(shared: Arc<Shared>, dispatcher: Dispatcher, every: Duration) {
    let mut turn = 0;
    loop {
        review_all(&shared, &dispatcher).await;
        tokio::time::sleep(every).await;
        let rooms = bound_rooms(&shared);
        let next: Vec<_> = rooms
            .iter()
            .cycle()
            .skip(turn)
            .take(REREAD.min(rooms.len()))
            .cloned()
            .collect();
        turn = (turn + next.len()) % rooms.len().max(1);
        dispatcher.reread(next).await;
    }
}

fn bound_rooms(shared: &Shared) -> Vec<OwnedRoomId> {
    let snapshot = shared.snapshot();
    let places = snapshot
        .communities
        .values()
        .flat_map(|community| community.places.values());
    places.cloned().collect()
}

/// Compares every community with what it should be.
pub async fn review_all(shared: &Shared, dispatcher: &Dispatcher) {
    let communities: Vec<_> = shared.snapshot().communities.keys().cloned().collect();
    for community in communities {
        dispatcher.review(community).await;
        fault::point("jobs.review");
    }
}

/// Throws away what is not needed any more.
pub async fn tidy(shared: Arc<Shared>) {
    loop {
        tokio::time::sleep(TIDY).await;
        if let Err(problem) = shared.store.prune(shared.now()).await {
            warn!(error = %problem, "the store could not be tidied; trying again later");
        }
    }
}

/// Watches whether the homeserver answers, and once it does, whether it reaches us (`listen, then ping`: a successful ping
/// makes it deliver at once what it has kept).
pub async fn watch(
    shared: Arc<Shared>,
    appservice: Appservice,
    reader: Reader,
    pinger: Option<Pinger>,
) {
    let dispatcher = appservice.dispatcher.clone();
    let mut restored = Restored {
        shared: shared.clone(),
        dispatcher,
        reader: reader.clone(),
        seen_to: None,
    };
    let mut looked = Instant::now();
    // What came until then was there before an outage, or before a restart too short to be seen.
    let (mut looked_at, mut last_up) = (shared.now(), shared.now());
    let (mut was_up, mut came_back) = (false, false);
    let mut look_again: Vec<Instant> = Vec::new();
    let mut outages_seen = 0;
    let mut told: Option<String> = None;
    let mut last_ping = Instant::now();
    loop {
        let up = match tokio::time::timeout(WATCH, reader.versions()).await {
            Ok(answer) => answer.is_ok(),
            Err(_) => false,
        };
        shared.health.homeserver_answered(up);
        // The executor may have met an outage that began and ended between two looks.
        let outages = shared.health.outages();
        let is_back = up && (!was_up || outages != outages_seen);
        came_back |= is_back;
        if up {
            outages_seen = outages;
        }
        // While the store takes no events, the homeserver waits longer and longer before it tries again.
        let refuses = shared.health.store_refuses(Writing::Events).is_some();
        match &pinger {
            Some(pinger)
                if up && (is_back || told.is_some() || refuses || last_ping.elapsed() > PING) =>
            {
                last_ping = Instant::now();
                told = ping(&shared, pinger, told).await;
            }
            None if up => shared.health.way_back_works(true),
            _ => {}
        }
        if was_up && !up {
            warn!("the homeserver does not answer; everything waits until it does");
        }
        if up && shared.health.is_set_up() && (came_back || looked.elapsed() > LOOK) {
            looked = Instant::now();
            if came_back {
                cause_delivery(&shared, &restored.dispatcher).await;
                look_again = LOOK_AGAIN.map(|after| looked + after).to_vec();
            }
            missed::fetch(&appservice, &reader).await;
            let until = if came_back { last_up } else { looked_at };
            came_back = false;
            restored.look(until).await;
            looked_at = shared.now();
        } else if up
            && look_again
                .extract_if(.., |at| at.elapsed() > Duration::ZERO)
                .count()
                > 0
        {
            missed::fetch(&appservice, &reader).await;
        }
        if up && !came_back {
            last_up = shared.now();
        }
        was_up = up;
        let pause = if up && told.is_none() && !refuses {
            WATCH
        } else {
            WATCH_WHILE_DOWN
        };
        tokio::time::sleep_until(Instant::now() + pause).await;
    }
}

/// Has something happen in one room. What a homeserver took and had not pushed when it stopped, it pushes only with the next
/// event that concerns us: a leak must not wait for it.
async fn cause_delivery(shared: &Shared, dispatcher: &Dispatcher) {
    let now = shared.now();
    let action = {
        let snapshot = shared.snapshot();
        let mut communities = snapshot.communities.iter();
        communities.find_map(|(id, community)| {
            let effect = Effect::SetState {
                room: community.admins_room()?.clone(),
                event_type: "org.hygie.awake".to_owned(),
                state_key: String::new(),
                content: json!({"at": now.0}),
            };
            let id = (ActionId::derive(&format!("awake/{}", now.0), 0), id.clone());
            let (id, community) = (id.0, Some(id.1));
            Some(Action {
                id,
                community,
                effect,
            })
        })
    };
    let finished = Finished {
        room: action.as_ref().and_then(|it| it.effect.room().cloned()),
        notices: action.into_iter().collect(),
        ..Finished::default()
    };
    dispatcher.finished(finished).await;
}

/// Has the homeserver ping us; what is wrong in one sentence, told once.
async fn ping(shared: &Shared, pinger: &Pinger, told: Option<String>) -> Option<String> {
    match pinger.ping_back().await {
        Ok(took) => {
            debug!(took_ms = took.as_millis(), "the homeserver reaches Hygie");
            shared.health.way_back_works(true);
            None
        }
        Err(problem) => {
            let sentence = explain_ping(&problem);
            if told.as_ref() != Some(&sentence) {
                warn!("{sentence}");
            }
            shared.health.way_back_fails(sentence.clone());
            Some(sentence)
        }
    }
}

/// What is wrong with the way back, and the remedy, in one sentence.
#[must_use]
pub fn explain_ping(problem: &MatrixError) -> String {
    match (problem, problem.errcode()) {
        (_, "M_CONNECTION_FAILED" | "M_CONNECTION_TIMEOUT") => {
            "The homeserver cannot connect to Hygie at the `url` of its registration.yaml; check `appservice.url`, `appservice.listen` and what lies between them.".to_owned()
        }
        (_, "M_BAD_STATUS") => {
            "The homeserver reaches something at the `url` of its registration.yaml, but its hs_token is refused there; give the homeserver the same registration.yaml and restart it.".to_owned()
        }
        (_, "M_URL_NOT_SET") => "The registration.yaml that the homeserver has loaded has no `url`; give it the one that Hygie wrote and restart it.".to_owned(),
        (MatrixError::Unauthorised(_) | MatrixError::Refused { .. }, _) => {
            "The homeserver does not know this appservice; add registration.yaml to `app_service_config_files` in homeserver.yaml and restart it.".to_owned()
        }
        _ => format!("The homeserver could not be asked to call back: {problem}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_fail_has_its_own_remedy() {
        let refused = |status, errcode: &str| MatrixError::Refused {
            status,
            errcode: errcode.to_owned(),
            message: String::new(),
        };
        let failed = |status, errcode: &str| MatrixError::Failed {
            status,
            errcode: errcode.to_owned(),
            message: String::new(),
        };
        let sentences = [
            explain_ping(&failed(502, "M_CONNECTION_FAILED")),
            explain_ping(&failed(502, "M_BAD_STATUS")),
            explain_ping(&refused(400, "M_URL_NOT_SET")),
            explain_ping(&MatrixError::Unauthorised("M_UNKNOWN_TOKEN".to_owned())),
            explain_ping(&MatrixError::Unreachable("refused".to_owned())),
        ];
        let distinct: std::collections::BTreeSet<_> = sentences.iter().collect();
        assert_eq!(distinct.len(), sentences.len());
    }
}

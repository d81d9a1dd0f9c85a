//! Pushing to the appservice, as Synapse does: one transaction in flight, in order, again until it is answered 200.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};

use super::{Fault, Occasion, Shared, data::BATCH};
use crate::wait::pause;

/// One transaction in flight; the same one again, slower and slower, until it is answered 200.
pub(super) async fn push_all(shared: Arc<Shared>) {
    let mut from = 0;
    let mut number = 0_u64;
    loop {
        let mut held_back = shared.held_back.subscribe();
        let goes = held_back.wait_for(|held_back| !held_back).await;
        drop(goes);
        let (events, to) = shared.data().outgoing(from, &shared.appservice.bot);
        if to == from {
            shared.news.notified().await;
            continue;
        }
        let fault = shared.weather(Occasion::Push);
        if fault == Fault::Again {
            // What a homeserver does that was restored from a backup: old events in a new transaction.
            let (old, _) = shared
                .data()
                .outgoing(from.saturating_sub(BATCH), &shared.appservice.bot);
            number += 1;
            push(&shared, &number.to_string(), &old).await;
        }
        number += 1;
        push(&shared, &number.to_string(), &events).await;
        if fault == Fault::AnswerLost {
            push(&shared, &number.to_string(), &events).await;
        }
        from = to;
        shared.pushed.send_replace(to as u64);
    }
}

pub(super) async fn push(shared: &Shared, id: &str, events: &[Value]) {
    let appservice = &shared.appservice;
    let url = format!("{}/_matrix/app/v1/transactions/{id}", appservice.url);
    let body = json!({"events": events});
    let mut back_off = Duration::from_millis(20);
    loop {
        let request = shared.http.put(&url).bearer_auth(&appservice.hs_token);
        match request.json(&body).send().await {
            Ok(answer) if answer.status().is_success() => return,
            _ => pause(back_off).await,
        }
        back_off = (back_off * 2).min(Duration::from_millis(200));
    }
}

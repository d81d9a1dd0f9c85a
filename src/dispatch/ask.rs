//! Questions that only the store can answer.

use crate::{
    action::Effect,
    clock::Timestamp,
    commands,
    community::{definition::CommunityId, desired, plan},
    decide::{Ask, Question, StatusReport},
    governance,
    reply::Text,
    shared::Shared,
    store::StoreError,
};

/// The answer, as something to say.
pub(super) async fn answer(shared: &Shared, ask: Ask) -> (CommunityId, Effect) {
    let text = find(shared, &ask).await.unwrap_or_else(|problem| {
        tracing::error!(error = %problem, "a question could not be answered");
        Text::new("ask-failed")
    });
    (
        ask.community,
        Effect::Say {
            to: ask.to,
            text,
            locale: ask.locale,
            reply_to: ask.reply_to,
        },
    )
}

async fn find(shared: &Shared, ask: &Ask) -> Result<Text, StoreError> {
    match &ask.question {
        Question::Audit { limit, which } => {
            let rows = shared.store.audit(&ask.community, which, *limit).await?;
            Ok(commands::audit::format(
                &rows,
                &timezone(shared, &ask.community),
            ))
        }
        Question::Load { since } => {
            let done = shared.store.audit_counts(&ask.community, *since).await?;
            let snapshot = shared.snapshot();
            let community = snapshot.communities.get(&ask.community);
            Ok(community.map_or_else(Text::default, |community| {
                commands::load::format(&snapshot, community, &done, shared.now())
            }))
        }
        Question::Status => Ok(commands::status::format(
            &status(shared, &ask.community).await?,
        )),
        Question::Report => report(shared, &ask.community).await,
        Question::Transparency { days } => transparency(shared, &ask.community, *days).await,
    }
}

async fn report(shared: &Shared, id: &CommunityId) -> Result<Text, StoreError> {
    let now = shared.now();
    let activity = shared.store.activity(now).await?;
    let snapshot = shared.snapshot();
    let community = snapshot.communities.get(id);
    let text = community.map(|it| governance::report::compose(&snapshot, it, &activity, now));
    Ok(text.unwrap_or_else(|| Text::new("ask-failed")))
}

async fn transparency(
    shared: &Shared,
    id: &CommunityId,
    days: [u16; 2],
) -> Result<Text, StoreError> {
    let now = shared.now();
    let mut counted = Vec::new();
    for days in days {
        let since = Timestamp(now.0 - i64::from(days) * 24 * 3_600_000);
        counted.push((days, shared.store.moderation(id, since).await?));
    }
    let snapshot = shared.snapshot();
    let community = snapshot.communities.get(id);
    let text = community.map(|it| commands::transparency::format(it, &counted));
    Ok(text.unwrap_or_else(|| Text::new("ask-failed")))
}

/// The time zone that a community reads times in.
fn timezone(shared: &Shared, id: &CommunityId) -> String {
    let snapshot = shared.snapshot();
    let community = snapshot.communities.get(id);
    community.map_or_else(|| "UTC".to_owned(), |it| it.definition.timezone.clone())
}

async fn status(shared: &Shared, id: &CommunityId) -> Result<StatusReport, StoreError> {
    let (inbox_waiting, _) = shared.store.inbox_depth().await?;
    let (outbox_waiting, dead_letters) = shared.store.outbox_depth().await?;
    let snapshot = shared.snapshot();
    let mut report = StatusReport {
        // The question itself is still in the inbox.
        inbox_waiting: inbox_waiting.saturating_sub(1),
        outbox_waiting,
        dead_letters,
        drift_steps: plan::plan(&snapshot, id).len() as u64,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..StatusReport::default()
    };
    if let Some(community) = snapshot.communities.get(id) {
        report.rooms_bound = community.places.len() as u64;
        report.rooms_declared = desired::places(community).len() as u64;
        report.mutes = community.mutes.len() as u64;
        report.lockdowns = community.lockdowns.len() as u64;
    }
    Ok(report)
}

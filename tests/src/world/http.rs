//! Hygie's own HTTP server, as probes, Prometheus and the homeserver use it.

use serde_json::Value;

use super::World;
use crate::{process::Guarded, wait::wait_until};

impl World {
    /// What `/health/ready` answers: status (0: nobody answers) and JSON.
    pub async fn ready(&self) -> (u16, Value) {
        self.get("/health/ready")
            .await
            .map_or((0, Value::Null), |(status, text)| {
                (status, serde_json::from_str(&text).unwrap_or_default())
            })
    }

    /// Waits until `/health/ready` is green (200) or not.
    pub async fn wait_ready(&self, green: bool) {
        let what = if green { "green" } else { "red" };
        wait_until(&format!("/health/ready to be {what}"), async || {
            if green && let Some(code) = self.hygie.as_ref().and_then(Guarded::ended) {
                panic!("hygie ended with {code}:\n{}", self.log());
            }
            let (status, _) = self.ready().await;
            (status != 0 && (status == 200) == green).then_some(())
        })
        .await;
    }

    /// The text of `/metrics`.
    pub async fn metrics(&self) -> String {
        let answer = self.get("/metrics").await;
        answer.expect("Hygie answers").1
    }

    /// The sum over all series of `name` in `/metrics` whose labels contain `labels` (`kind="redact"`; empty: all).
    pub async fn metric(&self, name: &str, labels: &str) -> f64 {
        let metrics = self.metrics().await;
        metrics
            .lines()
            .filter_map(|line| line.rsplit_once(' '))
            .filter(|(series, _)| series.split('{').next() == Some(name) && series.contains(labels))
            .filter_map(|(_, value)| value.parse::<f64>().ok())
            .sum()
    }

    /// GET of a path of Hygie's own HTTP server: status and text; None when nobody answers.
    pub async fn get(&self, path: &str) -> Option<(u16, String)> {
        let answer = self
            .http
            .get(format!("{}{path}", self.slot.url()))
            .send()
            .await
            .ok()?;
        Some((answer.status().as_u16(), answer.text().await.ok()?))
    }

    /// Sends a transaction to Hygie as Synapse does: status and text.
    pub async fn transaction(&self, id: &str, token: &str, body: &str) -> (u16, String) {
        let url = format!("{}/_matrix/app/v1/transactions/{id}", self.slot.url());
        let request = self.http.put(url).bearer_auth(token).body(body.to_owned());
        let request = request.header("content-type", "application/json");
        let answer = request.send().await.expect("Hygie answers");
        (
            answer.status().as_u16(),
            answer.text().await.unwrap_or_default(),
        )
    }
}

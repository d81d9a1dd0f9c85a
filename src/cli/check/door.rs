//! The guard door in `hygie check`: whether it answers where the homeserver's module reaches it, and whether the module ever asked.

use super::Findings;
use crate::{
    config::{Config, Fail},
    guard::Status,
    matrix::{self, MatrixError},
};

pub(super) async fn check(config: &Config, findings: &mut Findings) {
    let Some(token) = config.guard.token() else {
        return;
    };
    let url = &config.appservice.url;
    match matrix::guard_status(url, token.expose(), config.bot_user_id()).await {
        Ok(status) => say(status, &remedy(config), findings),
        Err(MatrixError::Unauthorised(_)) => findings.error(&format!(
            "guard: the door at {url} has another token than this file; restart `hygie serve`"
        )),
        Err(MatrixError::Refused { status: 404, .. }) => findings.error(&format!(
            "guard: `hygie serve` at {url} has no door yet; restart it"
        )),
        Err(MatrixError::Unreachable(why)) => findings.warning(&format!(
            "guard: the door at {url} cannot be reached ({why}); `hygie serve` does not run at the moment, or `appservice.url` is wrong"
        )),
        Err(problem) => findings.error(&format!("guard: the door at {url}: {problem}")),
    }
}

fn say(status: Status, remedy: &str, findings: &mut Findings) {
    if status.unauthorised > 0 {
        findings.error(&format!(
            "guard: since its start, {} request(s) came to the door with another token; `authorization` in the module's `config` must be `guard.token`, and Synapse restarted",
            status.unauthorised
        ));
    } else if status.asked == 0 {
        findings.warning(&format!(
            "guard: the door answers, and the homeserver has not asked there since `hygie serve` started; {remedy}"
        ));
    } else {
        findings.ok(&format!(
            "guard: the homeserver asks at the door ({} time(s) since `hygie serve` started)",
            status.asked
        ));
    }
}

/// How the module gets to where it asks.
fn remedy(config: &Config) -> String {
    let url = config.appservice.url.as_str().trim_end_matches('/');
    let fail_open = config.guard.fail == Fail::Open;
    format!(
        "write any message, and look again. If nobody asks then: `pip install synapse-http-antispam==0.5.1` where Synapse is installed, put deploy/synapse/guard-fragment.yaml into homeserver.yaml with `base_url: {url}/_hygie/guard`, `authorization:` the value of guard.token and `fail_open:` {fail_open} for each callback, and restart Synapse"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(asked: u64, unauthorised: u64) -> (usize, usize) {
        let mut findings = Findings::default();
        let status = Status {
            asked,
            unauthorised,
        };
        say(status, "do this", &mut findings);
        (findings.warnings, findings.errors)
    }

    #[test]
    fn another_token_is_an_error_and_a_door_where_nobody_asks_a_warning() {
        assert_eq!(said(3, 0), (0, 0));
        assert_eq!(said(0, 0), (1, 0));
        assert_eq!(said(3, 1), (0, 1));
    }

    #[test]
    fn the_remedy_has_the_address_and_what_fail_says_and_not_the_token() {
        let mut config = Config::example();
        let open = remedy(&config);
        assert!(
            open.contains("base_url: http://127.0.0.1:29331/_hygie/guard`"),
            "{open}"
        );
        assert!(open.contains("`fail_open:` true"), "{open}");
        config.guard.fail = Fail::Closed;
        assert!(remedy(&config).contains("`fail_open:` false"));
    }
}

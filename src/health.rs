//! How the program is, as `/health/ready` tells it: red while something keeps it from doing its work, green again afterwards.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use serde::Serialize;

/// What the running parts say about themselves.
#[derive(Debug, Default)]
pub struct Health {
    /// The executor has made the bot exist and carries out actions.
    set_up: AtomicBool,
    /// The homeserver answered the last time.
    homeserver: AtomicBool,
    /// How often it stopped answering.
    outages: AtomicU64,
    /// The homeserver reached us when asked to.
    way_back: AtomicBool,
    /// Why it could not, and the remedy.
    way_back_problem: Mutex<Option<String>>,
    /// What an operator must mend before anything works.
    fatal: Mutex<Option<String>>,
    /// Why keys of encrypted rooms do not come in; nothing where there is no encryption.
    keys: Mutex<Option<String>>,
    /// What the store said when it took nothing, by what was to be written.
    refused: [Mutex<Option<String>>; 2],
}

/// What is written into the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// What the homeserver pushed.
    Events,
    /// What was decided.
    Decisions,
}

/// The parts of readiness, each `ok` or what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Readiness {
    /// Everything below is `ok`.
    pub ready: bool,
    /// The database.
    pub store: String,
    /// The homeserver.
    pub homeserver: String,
    /// The way from the homeserver to us.
    pub way_back: String,
    /// The inbox.
    pub inbox: String,
    /// The keys of encrypted rooms.
    pub keys: String,
}

/// Events that wait longer than this mean that deciding is stuck.
pub const STUCK_AFTER: std::time::Duration = std::time::Duration::from_secs(30);

impl Health {
    /// The bot exists and actions are carried out.
    pub fn set_up(&self) {
        self.set_up.store(true, Ordering::Relaxed);
    }

    /// Whether the homeserver answered.
    pub fn homeserver_answered(&self, answered: bool) {
        let before = self.homeserver.swap(answered, Ordering::Relaxed);
        if before && !answered {
            self.outages.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How often the homeserver has stopped answering, whoever noticed it.
    #[must_use]
    pub fn outages(&self) -> u64 {
        self.outages.load(Ordering::Relaxed)
    }

    /// Whether the homeserver answered the last time.
    #[must_use]
    pub fn homeserver_is_up(&self) -> bool {
        self.homeserver.load(Ordering::Relaxed)
    }

    /// Whether the homeserver could reach us.
    pub fn way_back_works(&self, works: bool) {
        self.way_back.store(works, Ordering::Relaxed);
    }

    /// The homeserver could not reach us: why, and the remedy.
    pub fn way_back_fails(&self, problem: String) {
        self.way_back_works(false);
        *self
            .way_back_problem
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(problem);
    }

    /// Whether the bot exists and actions are carried out.
    #[must_use]
    pub fn is_set_up(&self) -> bool {
        self.set_up.load(Ordering::Relaxed)
    }

    /// Something that an operator must mend; `None` when it is mended.
    pub fn fatal(&self, problem: Option<String>) {
        *self.fatal.lock().unwrap_or_else(PoisonError::into_inner) = problem;
    }

    /// Why keys of encrypted rooms do not come in; `None` when they do. True when that is news.
    pub fn keys(&self, problem: Option<String>) -> bool {
        let mut known = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let news = *known != problem;
        *known = problem;
        news
    }

    /// Whether they do.
    #[must_use]
    pub fn keys_come(&self) -> bool {
        let problem = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        problem.is_none()
    }

    /// What the store said to writing something; `None` when it took it. True when that is news.
    pub fn store_said(&self, writing: Writing, problem: Option<String>) -> bool {
        let mut refused = self.refused[writing as usize]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let news = refused.is_some() != problem.is_some();
        *refused = problem;
        news
    }

    /// What keeps the store from taking this, if something does.
    #[must_use]
    pub fn store_refuses(&self, writing: Writing) -> Option<String> {
        let refused = self.refused[writing as usize].lock();
        refused.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Everything together. `store` is what the database says, `oldest` how long the oldest event waits.
    #[must_use]
    pub fn readiness(&self, store: Result<(), String>, oldest: std::time::Duration) -> Readiness {
        let ok = || "ok".to_owned();
        let fatal = self
            .fatal
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let homeserver = if let Some(problem) = fatal {
            problem
        } else if !self.homeserver_is_up() {
            "the homeserver does not answer".to_owned()
        } else if !self.is_set_up() {
            "the bot is not registered on the homeserver yet".to_owned()
        } else {
            ok()
        };
        let way_back = if self.way_back.load(Ordering::Relaxed) {
            ok()
        } else {
            let problem = self
                .way_back_problem
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let not_yet = || "the homeserver has not reached Hygie yet".to_owned();
            problem.clone().unwrap_or_else(not_yet)
        };
        let inbox = if oldest < STUCK_AFTER {
            ok()
        } else {
            format!("an event has been waiting for {} s", oldest.as_secs())
        };
        let refused = [Writing::Events, Writing::Decisions];
        let refused = refused.into_iter().find_map(|it| self.store_refuses(it));
        let store = store.err().or(refused).unwrap_or_else(ok);
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = keys.clone().unwrap_or_else(ok);
        let ready = [&store, &homeserver, &way_back, &inbox, &keys]
            .iter()
            .all(|part| *part == "ok");
        Readiness {
            ready,
            store,
            homeserver,
            way_back,
            inbox,
            keys,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn it_is_green_only_when_all_is_well_and_red_again_when_something_fails() {
        let health = Health::default();
        assert!(!health.readiness(Ok(()), Duration::ZERO).ready);
        health.set_up();
        health.homeserver_answered(true);
        health.way_back_works(true);
        assert!(health.readiness(Ok(()), Duration::ZERO).ready);
        assert!(
            !health
                .readiness(Err("locked".to_owned()), Duration::ZERO)
                .ready
        );
        assert!(!health.readiness(Ok(()), STUCK_AFTER).ready);
        assert!(health.keys(Some("another identity".to_owned())));
        assert!(!health.readiness(Ok(()), Duration::ZERO).ready);
        assert!(health.keys(None) && !health.keys(None));
        health.homeserver_answered(false);
        assert!(!health.readiness(Ok(()), Duration::ZERO).ready);
        health.homeserver_answered(true);
        assert!(health.store_said(Writing::Events, Some("full".to_owned())));
        assert!(
            !health.store_said(Writing::Events, Some("full".to_owned())),
            "no news"
        );
        assert!(!health.store_said(Writing::Decisions, None));
        assert_eq!(health.readiness(Ok(()), Duration::ZERO).store, "full");
        assert!(health.store_said(Writing::Events, None));
        health.way_back_fails("restart it".to_owned());
        assert_eq!(
            health.readiness(Ok(()), Duration::ZERO).way_back,
            "restart it"
        );
        health.way_back_works(true);
        assert!(health.readiness(Ok(()), Duration::ZERO).ready);
        health.fatal(Some("token".to_owned()));
        assert_eq!(health.readiness(Ok(()), Duration::ZERO).homeserver, "token");
    }
}

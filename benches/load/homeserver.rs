//! A homeserver made for load, in the harness' own thread: HTTP/1.1 on loopback, transactions pushed as Synapse does, what the
//! bot does pushed back, faults by seed. It keeps what is to be counted and nothing else.

mod answer;
mod faults;
mod ledger;
mod push;
mod rooms;

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    net::SocketAddr,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use hygie_servers::key_server::KeyServer;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::Notify,
    task::{JoinHandle, spawn_local},
};

pub use self::{
    faults::{Faults, Latency},
    ledger::{Counts, Ledger},
    push::message,
};
use self::{push::Pending, rooms::Rooms};

/// The token with which the appservice speaks to us.
pub const AS_TOKEN: &str = "as_token_of_the_load_harness_0123456789";
/// The token with which we speak to the appservice.
pub const HS_TOKEN: &str = "hs_token_of_the_load_harness_0123456789";

/// A running fake homeserver; it ends when dropped.
pub struct Homeserver {
    shared: Rc<Shared>,
    address: SocketAddr,
    tasks: Vec<JoinHandle<()>>,
}

/// What the server, the pusher and the scenario share. All of them live in one thread.
struct Shared {
    faults: Faults,
    ledger: RefCell<Ledger>,
    keys: Arc<KeyServer>,
    rooms: RefCell<Rooms>,
    queue: RefCell<VecDeque<Pending>>,
    /// Something was queued, or may be pushed again.
    wake: Notify,
    /// Nothing is pushed while this is set: what comes piles up, as for an appservice that is down.
    held: Cell<bool>,
    next: Cell<u64>,
    /// How many events of the bot are still taken now, and since when: see [`Faults::per_second`].
    allowance: Cell<Option<(f64, Instant)>>,
}

impl Drop for Homeserver {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Homeserver {
    /// Starts a homeserver that pushes to the appservice on this loopback port. Call it inside a `LocalSet`.
    pub async fn start(port: u16, faults: Faults) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let shared = Rc::new(Shared {
            faults,
            ledger: RefCell::default(),
            keys: Arc::default(),
            rooms: RefCell::default(),
            queue: RefCell::default(),
            wake: Notify::new(),
            held: Cell::new(false),
            next: Cell::new(0),
            allowance: Cell::new(None),
        });
        let tasks = vec![
            spawn_local(serve(Rc::clone(&shared), listener)),
            spawn_local(push::run(Rc::clone(&shared), port)),
        ];
        Self {
            shared,
            address,
            tasks,
        }
    }

    /// Its address, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was counted so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.shared.ledger.borrow().counts()
    }

    /// Looks into what was noted, or starts it anew.
    pub fn ledger<T>(&self, look: impl FnOnce(&mut Ledger) -> T) -> T {
        look(&mut self.shared.ledger.borrow_mut())
    }

    /// Queues a message that is to be taken down.
    pub fn push_leak(&self, room: &str, sender: &str, body: &str) {
        let number = self.shared.ledger.borrow_mut().expect_leak();
        let id = format!("$leak{number}");
        let json = push::message(room, sender, &id, body);
        self.shared.queue(json, Some(number), false);
    }

    /// Queues a message that nothing follows from.
    pub fn push_clean(&self, room: &str, sender: &str, body: &str) {
        let id = format!("$clean{}", self.shared.number());
        let json = push::message(room, sender, &id, body);
        self.shared.queue(json, None, false);
    }

    /// Its part that keeps keys.
    #[must_use]
    pub fn keys(&self) -> &Arc<KeyServer> {
        &self.shared.keys
    }

    /// Queues an encrypted message, which is to be taken down or not.
    pub fn push_sealed(&self, room: &str, sender: &str, content: &Value, is_leak: bool) {
        let leak = is_leak.then(|| self.shared.ledger.borrow_mut().expect_leak());
        let id = match leak {
            Some(number) => format!("$leak{number}"),
            None => format!("$clean{}", self.shared.number()),
        };
        let json = push::event(room, sender, &id, "m.room.encrypted", &content.to_string());
        self.shared.queue(json, leak, false);
    }

    /// Queues an announcement, which is copied to `targets` rooms.
    pub fn push_announcement(&self, room: &str, sender: &str, body: &str, targets: usize) {
        let id = format!("$announcement{}", self.shared.number());
        let json = push::message(room, sender, &id, body);
        self.shared.rooms.borrow_mut().keep(&id, &json);
        let mut ledger = self.shared.ledger.borrow_mut();
        ledger.expect_copies(&id, targets);
        drop(ledger);
        self.shared.queue(json, None, false);
    }

    /// Queues somebody's arrival.
    pub fn push_join(&self, room: &str, user: &str) {
        let id = format!("$join{}", self.shared.number());
        let json = push::join(room, user, &id);
        self.shared.queue(json, None, false);
    }

    /// Pushes nothing until [`Homeserver::release`]: what is queued meanwhile comes at once then.
    pub fn hold(&self) {
        self.shared.held.set(true);
    }

    /// Pushes again.
    pub fn release(&self) {
        self.shared.held.set(false);
        self.shared.wake.notify_one();
    }

    /// How many events are not acknowledged yet.
    #[must_use]
    pub fn unacknowledged(&self) -> usize {
        let queued = self.shared.queue.borrow().len();
        queued + self.shared.ledger.borrow().in_flight
    }
}

impl Shared {
    fn number(&self) -> u64 {
        let number = self.next.get();
        self.next.set(number + 1);
        number
    }

    /// Whether one more event of the bot is taken now; otherwise in how many milliseconds it may come back.
    fn allow(&self, at: Instant) -> Result<(), u64> {
        let rate = f64::from(self.faults.per_second);
        if rate == 0.0 {
            return Ok(());
        }
        let (left, since) = self.allowance.get().unwrap_or((rate, at));
        let left = (left + rate * at.duration_since(since).as_secs_f64()).min(rate);
        let allowed = left >= 1.0;
        let left = if allowed { left - 1.0 } else { left };
        self.allowance.set(Some((left, at)));
        let wait = Duration::from_secs_f64((1.0 - left).max(0.0) / rate);
        let wait = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        if allowed { Ok(()) } else { Err(wait + 1) }
    }

    fn queue(&self, json: String, leak: Option<usize>, echo: bool) {
        let pending = Pending {
            json,
            leak,
            echo,
            queued: Instant::now(),
        };
        self.queue.borrow_mut().push_back(pending);
        self.wake.notify_one();
    }
}

async fn serve(shared: Rc<Shared>, listener: TcpListener) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let _unsupported = stream.set_nodelay(true);
        let shared = Rc::clone(&shared);
        spawn_local(async move {
            let service = service_fn(|request| answer::answer(Rc::clone(&shared), request));
            // A connection that the other side, or a fault, breaks is no news here.
            let _broken = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

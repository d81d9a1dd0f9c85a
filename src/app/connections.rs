//! The HTTP server: takes connections and keeps those out of the way that hold one without being the homeserver.
//!
//! A connection that has not shown the homeserver's token has one request and [`PATIENCE`] for it, and of those there are at
//! most [`STRANGERS`]: for another one, the oldest must go. The homeserver shows its token with its first request, and its
//! connection then stays as long as it is used. So nobody who only reaches the port can keep the homeserver out.

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, BodyDataStream},
    extract::Request,
    http::{HeaderValue, header::CONNECTION},
    response::Response,
};
use futures_util::{StreamExt as _, stream::poll_fn};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
    time::Instant,
};
use tower::ServiceExt;
use tracing::{debug, warn};

use crate::web::{Limits, Peer, secure};

/// How long a connection may stay that has not shown the homeserver's token.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many of those there may be.
const STRANGERS: usize = 256;
/// How long the homeserver's connection may be idle. Synapse itself ends it after two minutes; were we faster, it would now
/// and then send a transaction into a connection that is just being closed, and back off.
const IDLE: Duration = Duration::from_mins(10);
/// How long to wait when the system has no more connections to give.
const EXHAUSTED: Duration = Duration::from_millis(200);
/// How much of a refused request is read, and for how long, before its connection is closed.
const MOST_UNREAD: usize = 64 * 1024;
const LINGER: Duration = Duration::from_secs(1);
/// How often addresses are forgotten that do not ask any more.
const FORGET: Duration = Duration::from_mins(1);

/// Serves `routes` to whoever connects, until `stop`; then ends when what is under way is answered.
pub(super) async fn serve(listener: TcpListener, routes: Router, stop: Arc<Notify>) {
    serve_patiently(listener, routes, stop, PATIENCE).await;
}

async fn serve_patiently(
    listener: TcpListener,
    routes: Router,
    stop: Arc<Notify>,
    patience: Duration,
) {
    let limits = Arc::new(Limits::default());
    let graceful = GracefulShutdown::new();
    let mut strangers = Strangers::default();
    let mut forget = tokio::time::interval(FORGET);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = forget.tick() => {
                limits.forget();
                continue;
            }
            () = stop.notified() => break,
        };
        match accepted {
            Ok((stream, address)) => {
                let peer = Peer::new(address.ip(), limits.clone());
                strangers.add(peer.clone());
                let deadline = Instant::now() + patience;
                let watcher = graceful.watcher();
                tokio::spawn(converse(stream, peer, deadline, routes.clone(), watcher));
            }
            Err(problem) => {
                warn!(error = %problem, "a connection could not be taken");
                tokio::time::sleep(EXHAUSTED).await;
            }
        }
    }
    drop(listener);
    graceful.shutdown().await;
}

/// Answers what comes over one connection.
async fn converse(
    stream: TcpStream,
    peer: Peer,
    deadline: Instant,
    routes: Router,
    watcher: Watcher,
) {
    // Answers are small and complete: nothing is gained by holding them back.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(request, peer.clone(), routes.clone()));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        ended = watcher.watch(connection) => {
            if let Err(problem) = ended {
                debug!(error = %problem, "a connection broke off");
            }
        }
        () = peer.outstays(deadline) => debug!("a connection without the homeserver's token had to go"),
    }
}

async fn answer(
    request: hyper::Request<Incoming>,
    peer: Peer,
    routes: Router,
) -> Result<Response, Infallible> {
    let mut request: Request = request.map(Body::new);
    request.extensions_mut().insert(peer.clone());
    let mut rest = None;
    if !peer.is_proven() {
        request = request.map(|body| {
            let (body, unread) = shared(body);
            rest = Some(unread);
            body
        });
    }
    let mut response = routes.oneshot(request).await?;
    secure(response.headers_mut());
    if !peer.is_proven() {
        if let Some(rest) = rest {
            let _ = tokio::time::timeout(LINGER, read_out(rest)).await;
        }
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    Ok(response)
}

type Unread = Arc<Mutex<BodyDataStream>>;

/// A body, and what will be left of it.
fn shared(body: Body) -> (Body, Unread) {
    let unread = Arc::new(Mutex::new(body.into_data_stream()));
    let read = unread.clone();
    let body = Body::from_stream(poll_fn(move |context| {
        let mut body = read.lock().unwrap_or_else(PoisonError::into_inner);
        body.poll_next_unpin(context)
    }));
    (body, unread)
}

/// Reads what a route has left unread. A connection that is closed over it is reset, and the answer lost on the way: Synapse
/// would say that it cannot connect where its token is wrong.
async fn read_out(unread: Unread) {
    let mut read = 0;
    while let Some(Ok(part)) = std::future::poll_fn(|context| {
        let mut body = unread.lock().unwrap_or_else(PoisonError::into_inner);
        body.poll_next_unpin(context)
    })
    .await
    {
        read += part.len();
        if read > MOST_UNREAD {
            return;
        }
    }
}

/// The connections that have not shown the homeserver's token, the oldest first.
#[derive(Default)]
struct Strangers(VecDeque<Peer>);

impl Strangers {
    /// One more; the oldest must go when there are too many.
    fn add(&mut self, peer: Peer) {
        self.0.retain(|peer| !peer.is_proven() && !peer.is_gone());
        self.0.push_back(peer);
        if self.0.len() > STRANGERS
            && let Some(oldest) = self.0.pop_front()
        {
            oldest.push_out();
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// A server whose `/prove` takes everybody for the homeserver.
    async fn server() -> (
        std::net::SocketAddr,
        Arc<Notify>,
        tokio::task::JoinHandle<()>,
    ) {
        impatient_server(PATIENCE).await
    }

    async fn impatient_server(
        patience: Duration,
    ) -> (
        std::net::SocketAddr,
        Arc<Notify>,
        tokio::task::JoinHandle<()>,
    ) {
        let prove = async |axum::Extension(peer): axum::Extension<Peer>| peer.prove();
        let routes = Router::new()
            .route("/prove", get(prove))
            .route("/", get(async || "hello"));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = Arc::new(Notify::new());
        let serving = tokio::spawn(serve_patiently(listener, routes, stop.clone(), patience));
        (address, stop, serving)
    }

    async fn connect(address: std::net::SocketAddr) -> TcpStream {
        TcpStream::connect(address).await.unwrap()
    }

    /// Sends a request and gives the head of the answer.
    async fn ask(stream: &mut TcpStream, path: &str) -> String {
        let request = format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        String::from_utf8(head).unwrap().to_lowercase()
    }

    /// Whether the other side has ended the connection.
    async fn has_ended(stream: &mut TcpStream) -> bool {
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.is_ok()
    }

    #[tokio::test]
    async fn a_stranger_has_one_request_and_the_homeserver_as_many_as_it_likes() {
        let (address, ..) = server().await;
        let mut stranger = connect(address).await;
        assert!(ask(&mut stranger, "/").await.contains("connection: close"));
        assert!(has_ended(&mut stranger).await);
        let mut homeserver = connect(address).await;
        for _ in 0..3 {
            let head = ask(&mut homeserver, "/prove").await;
            assert!(!head.contains("connection: close"), "{head}");
        }
    }

    #[tokio::test]
    async fn every_answer_has_the_security_headers_even_that_of_a_path_that_does_not_exist() {
        let (address, ..) = server().await;
        for path in ["/", "/nowhere"] {
            let head = ask(&mut connect(address).await, path).await;
            for (name, value) in crate::web::SECURITY {
                let line = format!("{name}: {}\r\n", value.to_str().unwrap()).to_lowercase();
                assert!(head.contains(&line), "{line} is missing in {head}");
            }
        }
    }

    #[tokio::test]
    async fn who_sends_its_request_byte_by_byte_is_cut_off() {
        let (address, ..) = impatient_server(Duration::from_millis(300)).await;
        let mut slow = connect(address).await;
        slow.write_all(b"GET / HTTP/1.1\r\nX: ").await.unwrap();
        let mut homeserver = connect(address).await;
        ask(&mut homeserver, "/prove").await;
        let (mut reading, mut writing) = slow.into_split();
        let trickle = tokio::spawn(async move {
            let mut every = tokio::time::interval(Duration::from_millis(20));
            while writing.write_all(b"x").await.is_ok() {
                every.tick().await;
            }
        });
        let mut answer = Vec::new();
        // It ends without an answer: closed, or reset because a byte was still on its way.
        let cut_off = reading.read_to_end(&mut answer);
        let _ = tokio::time::timeout(PATIENCE / 2, cut_off)
            .await
            .expect("it is cut off in time");
        trickle.await.unwrap();
        assert_eq!(answer, b"");
        let head = ask(&mut homeserver, "/").await;
        assert!(head.starts_with("http/1.1 200"), "the homeserver stays");
    }

    #[tokio::test]
    async fn strangers_push_out_the_oldest_of_them_and_never_the_homeserver() {
        let (address, ..) = server().await;
        let mut homeserver = connect(address).await;
        ask(&mut homeserver, "/prove").await;
        let mut oldest = connect(address).await;
        let mut others = Vec::new();
        for _ in 0..STRANGERS {
            others.push(connect(address).await);
        }
        let ended = tokio::time::timeout(PATIENCE / 2, has_ended(&mut oldest)).await;
        assert!(ended.expect("it goes at once, not when its time is over"));
        assert!(ask(&mut homeserver, "/").await.starts_with("http/1.1 200"));
        let mut last = others.pop().unwrap();
        assert!(ask(&mut last, "/").await.starts_with("http/1.1 200"));
        let mut second = others.swap_remove(0);
        assert!(ask(&mut second, "/").await.starts_with("http/1.1 200"));
    }

    #[tokio::test]
    async fn told_to_stop_it_takes_no_more_connections_and_ends_the_idle_ones() {
        let (address, stop, serving) = server().await;
        let mut homeserver = connect(address).await;
        ask(&mut homeserver, "/prove").await;
        stop.notify_one();
        serving.await.unwrap();
        assert!(has_ended(&mut homeserver).await);
        assert!(TcpStream::connect(address).await.is_err());
    }
}

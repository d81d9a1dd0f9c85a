//! What the connection does when the homeserver, or who plays it, is hostile.

use ruma::{owned_device_id, user_id};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::*;

fn connection(base: &str, timeout: Duration) -> Connection {
    let user = user_id!("@hygie:example.org").to_owned();
    let base = base.parse().unwrap();
    Connection::with_timeout(base, "secret".into(), user, owned_device_id!("D"), timeout).unwrap()
}

/// A server that reads a request and hands over to `answer`, with the requests that it got.
async fn server<F, A>(answer: F) -> (String, tokio::task::JoinHandle<String>)
where
    F: FnOnce(TcpStream) -> A + Send + 'static,
    A: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.windows(4).any(|it| it == b"\r\n\r\n") {
            request.push(stream.read_u8().await.unwrap());
        }
        answer(stream).await;
        String::from_utf8(request).unwrap()
    });
    (base, task)
}

async fn answered_with(head: &'static str, body: &'static [u8]) -> MatrixError {
    let (base, _task) = server(async move |mut stream: TcpStream| {
        // Who hangs up early is right.
        let _ = stream.write_all(head.as_bytes()).await;
        while stream.write_all(body).await.is_ok() {}
    })
    .await;
    let reader = Reader::new(connection(&base, REQUEST_TIMEOUT));
    reader.versions().await.unwrap_err()
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_the_end() {
    for head in [
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 10737418240\r\n\r\n",
    ] {
        let error = answered_with(head, &[b' '; 16384]).await;
        assert!(
            error
                .to_string()
                .ends_with("larger than 8 MiB and was not read"),
            "{error}"
        );
    }
    let error = answered_with("HTTP/1.1 403 Forbidden\r\n\r\n", &[b'['; 16384]).await;
    assert!(
        matches!(error, MatrixError::Refused { status: 403, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn an_answer_that_drips_is_given_up() {
    let (base, _task) = server(async |mut stream: TcpStream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        let mut drip = tokio::time::interval(Duration::from_millis(20));
        while stream.write_all(b" ").await.is_ok() {
            drip.tick().await;
        }
    })
    .await;
    let reader = Reader::new(connection(&base, Duration::from_millis(300)));
    let error = reader.versions().await.unwrap_err();
    assert!(error.to_string().ends_with("no answer in time"), "{error}");
}

#[tokio::test]
async fn a_compressed_answer_is_neither_asked_for_nor_unpacked() {
    let (base, task) = server(async |mut stream: TcpStream| {
        let head = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}";
        let _ = stream.write_all(head.as_bytes()).await;
    })
    .await;
    let reader = Reader::new(connection(&base, REQUEST_TIMEOUT));
    // `{}` is no gzip: whoever unpacked it would fail.
    assert_eq!(reader.versions().await, Ok(serde_json::json!({})));
    let request = task.await.unwrap().to_ascii_lowercase();
    assert!(!request.contains("accept-encoding"), "{request}");
}

#[tokio::test]
async fn a_redirection_is_not_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to = elsewhere.local_addr().unwrap();
    let (base, _task) = server(async move |mut stream: TcpStream| {
        let head =
            format!("HTTP/1.1 302 Found\r\nlocation: http://{to}/\r\ncontent-length: 0\r\n\r\n");
        let _ = stream.write_all(head.as_bytes()).await;
    })
    .await;
    let reader = Reader::new(connection(&base, REQUEST_TIMEOUT));
    let error = reader.whoami().await.unwrap_err();
    assert!(
        matches!(error, MatrixError::Refused { status: 302, .. }),
        "{error}"
    );
    // Nobody stands in the queue of the other listener.
    let mut connected = Box::pin(elsewhere.accept());
    let polled =
        std::future::poll_fn(|context| std::task::Poll::Ready(connected.as_mut().poll(context)));
    assert!(polled.await.is_pending());
}

#[test]
fn whatever_stands_in_an_id_it_is_one_part_of_the_path_of_the_same_host() {
    let connection = connection("http://homeserver:8008/below/", REQUEST_TIMEOUT);
    for id in [
        "!a/../../admin:s",
        "!r:s/../x",
        "..%2f..%2f",
        "%2e%2e",
        "$e?access_token=x",
        "#x#y",
        "a\\..\\b",
        "a\r\nHost: evil",
        "@evil.example/",
        "//evil.example",
        "http://evil.example",
        "a b\t\0é\u{202e}",
        "",
    ] {
        let url = connection
            .url(&["v3", "rooms", id, "state"], Identity::Bot)
            .unwrap();
        let parts: Vec<_> = url.path_segments().unwrap().collect();
        assert_eq!(parts.len(), 7, "{url}");
        assert_eq!(
            &parts[..5],
            ["below", "_matrix", "client", "v3", "rooms"],
            "{url}"
        );
        let decoded = percent_decoded(parts[5]);
        assert_eq!((decoded.as_str(), parts[6]), (id, "state"), "{url}");
        assert_eq!(
            (url.host_str(), url.port()),
            (Some("homeserver"), Some(8008))
        );
        assert_eq!(url.query(), Some("user_id=%40hygie%3Aexample.org"));
        assert!(url.fragment().is_none() && url.username().is_empty());
    }
    for part in [".", ".."] {
        let error = connection.url(
            &["v3", "rooms", "!r:s", "state", "m.x", part],
            Identity::Bot,
        );
        assert!(
            matches!(error, Err(MatrixError::Refused { status: 400, .. })),
            "{error:?}"
        );
    }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            let digits = str::from_utf8(&digits).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

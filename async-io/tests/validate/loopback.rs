//! Around axum, over connections of HTTP/1.1.

use super::Told;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use futures::channel::oneshot;
use std::future::IntoFuture;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::pin::pin;
use std::thread::JoinHandle;
use tidegate_async_io::core::validate::Rule;
use tower_layer::Layer;

fn site() -> Router {
    Router::new()
        .route("/", get(|| async { "Hello World!" }))
        .route(
            "/echo",
            post(|body: Body| async move { ([("content-type", "text/plain")], body) }),
        )
        .route("/read", post(|text: String| async move { text }))
        .route("/empty", get(|| async { StatusCode::NO_CONTENT }))
        .route("/away", get(|| async { Redirect::to("/") }))
        .route(
            "/length",
            get(|| async { ([("content-length", "5")], stream("Hello World")) }),
        )
        .route(
            "/short",
            get(|| async { ([("content-length", "50")], stream("Hello World")) }),
        )
        .route(
            "/hop",
            get(|| async { ([("transfer-encoding", "chunked")], "x") }),
        )
        .route("/denied", get(|| async { StatusCode::UNAUTHORIZED }))
        .route("/trailers", get(trailers))
}

fn stream(text: &'static str) -> Body {
    let blocks = text
        .as_bytes()
        .chunks(4)
        .map(|block| Ok::<_, std::io::Error>(bytes::Bytes::from_static(block)));
    Body::from_stream(futures::stream::iter(blocks))
}

async fn trailers() -> impl IntoResponse {
    use http_body_util::BodyExt;
    let mut fields = HeaderMap::new();
    fields.insert("x-sum", "42".parse().unwrap());
    let body = stream("Hello").with_trailers(async { Some(Ok(fields)) });
    (
        [("trailer", "x-sum"), ("content-type", "text/plain")],
        Body::new(body),
    )
}

/// The site, until it is dropped.
struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    fn start(told: &Told) -> Self {
        let site = Router::new().fallback_service(told.layer().layer(site()));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let serve = async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let serving = axum::serve(listener, site).into_future();
            futures::future::select(pin!(serving), stopped).await;
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let thread = std::thread::spawn(move || runtime.block_on(serve));
        Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        }
    }
}

impl Drop for Server {
    /// Behind it there is no body any more.
    fn drop(&mut self) {
        drop(self.stop.take());
        self.thread.take().unwrap().join().unwrap();
    }
}

/// All that is answered until the server closes the connection.
fn exchange(address: SocketAddr, request: &str) -> String {
    let mut connection = TcpStream::connect(address).unwrap();
    connection
        .set_read_timeout(Some(std::time::Duration::from_secs(20)))
        .unwrap();
    connection.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).unwrap();
    String::from_utf8(answer).unwrap()
}

#[test]
#[rustfmt::skip]
fn axum_is_watched() {
    let cases: &[(&str, &str, &str, &[Rule])] = &[
        ("GET / HTTP/1.1", "", "HTTP/1.1 200 OK|Hello World!", &[]),
        ("HEAD / HTTP/1.1", "", "HTTP/1.1 200 OK|\r\n\r\n", &[]),
        ("PUT / HTTP/1.1", "", "HTTP/1.1 405 |\r\n\r\n", &[]),
        ("GET /nothing HTTP/1.1", "", "HTTP/1.1 404 |\r\n\r\n", &[]),
        ("GET /empty HTTP/1.1", "", "HTTP/1.1 204 |\r\n\r\n", &[]),
        ("GET /away HTTP/1.1", "", "HTTP/1.1 303 |\r\n\r\n", &[]),
        ("POST /echo HTTP/1.1\r\nContent-Length: 5", "Hello", "HTTP/1.1 200 |Hello", &[]),
        ("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked", "5\r\nHello\r\n0\r\n\r\n", "HTTP/1.1 200 |Hello\r\n0\r\n\r\n", &[]),
        ("POST /read HTTP/1.1\r\nContent-Length: 5", "Hello", "HTTP/1.1 200 |Hello", &[]),
        ("GET /trailers HTTP/1.1\r\nTE: trailers", "", "HTTP/1.1 200 |0\r\nx-sum: 42\r\n\r\n", &[]),
        ("GET /hop HTTP/1.1", "", "HTTP/1.1 500 |\r\n\r\n", &[Rule::HopByHop]),
        ("GET /denied HTTP/1.1", "", "HTTP/1.1 500 |\r\n\r\n", &[Rule::RequiredField]),
        ("GET /%zz HTTP/1.1", "", "HTTP/1.1 404 |\r\n\r\n", &[Rule::TargetBytes]),
    ];
    for (request, body, expected, rules) in cases {
        let told = Told::default();
        let server = Server::start(&told);
        let address = server.address;
        let request = format!("{request}\r\nHost: {address}\r\nConnection: close\r\n\r\n{body}");
        let answer = exchange(address, &request);
        let (start, end) = expected.split_once('|').unwrap();
        assert!(answer.starts_with(start) && answer.ends_with(end), "{request}{answer}");
        drop(server);
        assert_eq!(told.rules(), *rules, "{request}");
    }
}

/// hyper asks for no Host, and hands on a request without one.
#[test]
fn hyper_is_found_out() {
    let told = Told::default();
    let server = Server::start(&told);
    let answer = exchange(
        server.address,
        "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
    );
    assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
    assert_eq!(told.rules(), [Rule::Host]);
}

/// What is not what was promised does not look as if it were.
#[test]
fn a_body_is_cut_short() {
    for (path, promised, rule) in [
        ("/length", 5, Rule::TooLong),
        ("/short", 50, Rule::TooShort),
    ] {
        let told = Told::default();
        let server = Server::start(&told);
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let answer = exchange(server.address, &request);
        // What it had may be sent, or not.
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        assert!(
            body.len() < promised && "Hello World".starts_with(body),
            "{answer}"
        );
        drop(server);
        assert_eq!(told.rules(), [Rule::TypeMissing, rule]);
    }
}

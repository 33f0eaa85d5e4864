//! A guide: whole jobs, one after the other, each as it would stand in a program.
//!
//! | to | read |
//! |---|---|
//! | take the body of a request, and nothing behind it | [Read a body safely](#read-a-body-safely) |
//! | count the lines of something that may never end | [Count the lines of a hostile stream](#count-the-lines-of-a-hostile-stream) |
//! | put uploaded files on the disk, whole or not at all | [Receive an upload in axum](#receive-an-upload-in-axum) |
//! | send a file, or the rest of one | [Serve a file with ranges](#serve-a-file-with-ranges) |
//! | upload files, and again if that failed | [Send a form, with progress and retry](#send-a-form-with-progress-and-retry) |
//!
//! The same for blocking code is in the guide of `tidegate-std-io`, what firmware does
//! in that of [`tidegate-core`](crate::core::guide). The examples of this crate
//! (`axum_upload`, `reqwest_form`, `hyper_lines`, `smol_echo_lines`) are whole programs.
//!
//! Each is over tokio here, or over bodies of hyper and axum. Over readers of
//! futures-io it is the same with the words of the module `futures`, over streams of
//! `Bytes` with those of [`frames`](crate::frames).
//!
//! # Read a body safely
//!
//! A framework such as hyper has undone the framing when a handler sees a body: what
//! is left is to bound it, with [`LimitedStream`](crate::LimitedStream). Who reads off
//! a connection has to know where the body ends before reading any of it, and lets
//! [`BodyKind`](crate::core::BodyKind) say so from the headers. The reader made of it
//! ends where the body ends, and fails if it is cut short or too long, after all that
//! is good was handed out. The error knows what to answer.
//!
//! ```
//! # #[cfg(feature = "tokio")] {
//! use std::io;
//! use tidegate_async_io::core::{BodyKind, FaultClass, HttpVersion, InputLimits};
//! use tidegate_async_io::tokio::input_stream;
//! use tidegate_std_io::fault_class;
//! use tokio::io::{AsyncBufRead, AsyncReadExt};
//!
//! async fn read(
//!     connection: impl AsyncBufRead + Unpin,
//!     headers: &[(&str, &str)],
//! ) -> io::Result<Vec<u8>> {
//!     let kind = BodyKind::of_request(HttpVersion::Http11, headers.iter().copied())?;
//!     let mut body = input_stream(connection, kind, InputLimits::new().max_length(1000))?;
//!     let mut content = Vec::new();
//!     body.read_to_end(&mut content).await?;
//!     Ok(content)
//! }
//!
//! fn status(error: io::Error) -> u16 {
//!     fault_class(&error).map_or(500, FaultClass::http_status)
//! }
//!
//! # ::futures::executor::block_on(async {
//! let mut connection = &b"3\r\none\r\n0\r\n\r\nGET / HTTP/1.1\r\n"[..];
//! let content = read(&mut connection, &[("Transfer-Encoding", "chunked")]).await?;
//! assert_eq!(content, b"one");
//! assert!(connection.starts_with(b"GET /"));
//!
//! // Cut short, too long, and ambiguous.
//! let cut_short = read(&b"one"[..], &[("Content-Length", "9")]).await;
//! assert_eq!(cut_short.map_err(status), Err(400));
//! let too_long = read(&b"one"[..], &[("Content-Length", "1001")]).await;
//! assert_eq!(too_long.map_err(status), Err(413));
//! let both = [("Content-Length", "5"), ("Transfer-Encoding", "chunked")];
//! assert_eq!(read(&b"0\r\n\r\n"[..], &both).await.map_err(status), Err(400));
//! # Ok::<(), io::Error>(())
//! # }).unwrap();
//! # }
//! ```
//!
//! That bounds what a client sends, and not how long it takes over that: put a
//! `timeout` of your runtime around it. Nothing is lost if that drops the future.
//!
//! # Count the lines of a hostile stream
//!
//! A line may be as long as the stream. `make_line_iter` stops with an error at 1 MiB
//! of text; who would rather go on has a line that is longer than a maximum handed out
//! in fragments, or [skipped](crate::core::Overlong::Skip). Memory is bounded by that
//! maximum, and time is linear in the stream.
//!
//! ```
//! # #[cfg(feature = "tokio")]
//! # ::futures::executor::block_on(async {
//! use std::io;
//! use tidegate_async_io::core::{LineScanner, Overlong};
//! use tidegate_async_io::tokio::LineIter;
//! use tokio::io::{AsyncRead, AsyncReadExt, BufReader};
//!
//! /// How many lines there are, and the length of the longest.
//! async fn count(reader: impl AsyncRead + Unpin) -> io::Result<(u64, u64)> {
//!     let scanner = LineScanner::new().max_len(4096).overlong(Overlong::Fragment);
//!     let mut iter = LineIter::with_scanner(BufReader::new(reader), scanner);
//!     let (mut lines, mut longest, mut len) = (0, 0, 0);
//!     iter.for_each_line(|line| {
//!         len += line.text().len() as u64;
//!         if line.piece().is_end() {
//!             lines += 1;
//!             longest = longest.max(len);
//!             len = 0;
//!         }
//!     })
//!     .await?;
//!     Ok((lines, longest))
//! }
//!
//! assert_eq!(count(&b"one\r\ntwo\r\rfour"[..]).await?, (4, 4));
//! // A line of a million bytes, in 4 KiB.
//! let endless = tokio::io::repeat(b'x').take(1_000_000);
//! assert_eq!(count(endless.chain(&b"\nend\n"[..])).await?, (2, 1_000_000));
//! # Ok::<(), io::Error>(())
//! # }).unwrap();
//! ```
//!
//! # Receive an upload in axum
//!
//! [`Multipart`](crate::Multipart) hands out the parts of a form as they arrive, and
//! keeps nothing. The name of a file is what the client says it is: only
//! [`safe_file_name`](crate::core::safe_file_name) of it belongs into a path. And a form
//! may break off at any byte, so a file gets its name once all of the form is there.
//!
//! ```
//! # #[cfg(all(feature = "tokio", feature = "http-body"))] {
//! use axum::body::Body;
//! use axum::extract::State;
//! use axum::http::{HeaderMap, StatusCode, header};
//! use axum::{Router, routing::post};
//! use std::io;
//! use std::path::PathBuf;
//! use tempfile::NamedTempFile;
//! use tidegate_async_io::body::LimitedStream;
//! use tidegate_async_io::core::{FaultClass, safe_file_name};
//! use tidegate_async_io::{Frames, InFrames, Multipart};
//! use tidegate_std_io::fault_class;
//! use tokio::fs::File;
//! use tokio::net::TcpListener;
//!
//! /// The longest form, and the longest of its fields.
//! const MAX: u64 = 1 << 30;
//! const MAX_FIELD: u64 = 10_000;
//!
//! async fn upload(
//!     State(directory): State<PathBuf>,
//!     headers: HeaderMap,
//!     body: Body,
//! ) -> Result<String, (StatusCode, String)> {
//!     let content_type = headers.get(header::CONTENT_TYPE);
//!     let content_type = content_type.map_or(&b""[..], |value| value.as_bytes());
//!     let kept = receive(body, content_type, directory).await;
//!     // A broken form is 400, one that is too long 413, a full disk 500.
//!     kept.map_err(|error| {
//!         let status = fault_class(&error).map_or(500, FaultClass::http_status);
//!         (StatusCode::from_u16(status).unwrap(), error.to_string())
//!     })
//! }
//!
//! /// Says what was kept: all files of the form or none.
//! async fn receive(body: Body, content_type: &[u8], directory: PathBuf) -> io::Result<String> {
//!     let body: LimitedStream<_> = LimitedStream::at_most(Frames::of_body(body), MAX);
//!     let mut form: Multipart<_, InFrames> = Multipart::for_type(body, content_type)?;
//!     let mut files = Vec::new();
//!     while let Some(mut part) = form.next_part().await? {
//!         let filename = part.filename().map(|name| name.to_str_lossy().into_owned());
//!         match filename {
//!             // What a browser sends where no file was chosen.
//!             Some(filename) if filename.is_empty() => {}
//!             Some(filename) => {
//!                 let (file, path) = NamedTempFile::new_in(&directory)?.into_parts();
//!                 part.copy_to(&mut File::from_std(file)).await?;
//!                 files.push((path, safe_file_name(&filename)));
//!             }
//!             None => {
//!                 let _field = part.text(MAX_FIELD).await?;
//!             }
//!         }
//!     }
//!     // What is not named is removed when it is dropped.
//!     let mut kept = String::new();
//!     for (path, name) in files {
//!         path.persist_noclobber(directory.join(&name))?;
//!         kept += &(name + "\n");
//!     }
//!     Ok(kept)
//! }
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! let directory = tempfile::tempdir()?;
//! let routes = Router::new()
//!     .route("/upload", post(upload))
//!     .with_state(directory.path().to_owned());
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let url = format!("http://{}/upload", listener.local_addr()?);
//! # let client = reqwest::Client::new();
//! # let send = async |form: &'static str| {
//! #     let request = client.post(&url).body(form);
//! #     let request = request.header("Content-Type", "multipart/form-data; boundary=b");
//! #     request.send().await.map_err(io::Error::other)
//! # };
//! tokio::spawn(async move { axum::serve(listener, routes).await });
//!
//! let head = "Content-Disposition: form-data; name=\"photo\"; filename=\"../gate.jpg\"";
//! # let broken: &str = format!("--b\r\n{head}\r\n\r\n...\r\n--b").leak();
//! # let form: &str = format!("--b\r\n{head}\r\n\r\n...\r\n--b--\r\n").leak();
//! // Broken off: nothing is left of it.
//! let answer = send(broken).await?;
//! assert_eq!(answer.status(), 400);
//! assert_eq!(directory.path().read_dir()?.count(), 0);
//!
//! let answer = send(form).await?;
//! assert_eq!(answer.status(), 200);
//! assert_eq!(std::fs::read(directory.path().join("gate.jpg"))?, b"...");
//! # Ok::<(), io::Error>(())
//! # })?;
//! # }
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Serve a file with ranges
//!
//! [`FileAnswer`](crate::core::FileAnswer) weighs what a request asks for against what
//! is known of a file. `FileWrapper` is then a body of exactly that length (features
//! `tokio-fs` and `http-body`), read on threads that may block, so that hyper says the
//! Content-Length by itself. A file that shrinks meanwhile is an error, and no short
//! body.
//!
//! ```
//! # #[cfg(all(feature = "tokio-fs", feature = "http-body"))] {
//! use axum::body::Body;
//! use axum::http::{HeaderMap, Response, header};
//! use std::fs::File;
//! use std::io;
//! use std::time::SystemTime;
//! use tidegate_async_io::core::{ContentRange, ETag, FileAnswer, FileFacts};
//! use tidegate_async_io::tokio::FileWrapper;
//!
//! /// Answers a GET. Several ranges at once, which browsers do not ask for, are
//! /// answered with all of it, as is anybody's right; the example `axum_upload` has them.
//! fn serve(file: File, headers: &HeaderMap) -> io::Result<Response<Body>> {
//!     let metadata = file.metadata()?;
//!     let (size, modified) = (metadata.len(), metadata.modified()?);
//!     let since = modified.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
//!     // Without a date: the tag says more.
//!     let etag = ETag::of_file(size, since);
//!     let facts = FileFacts { size, etag, modified: None, is_settled: false };
//!     let fields = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
//!     let answer = FileAnswer::of("GET", fields, &facts, |_| None);
//!     let response = Response::builder()
//!         .header(header::ETAG, etag.as_str())
//!         .header(header::ACCEPT_RANGES, "bytes");
//!     let response = match answer {
//!         FileAnswer::Whole | FileAnswer::Parts(_) => {
//!             response.body(Body::new(FileWrapper::new(file).exact(size)))
//!         }
//!         FileAnswer::Part(range) => response
//!             .status(206)
//!             .header(header::CONTENT_RANGE, range.content_range(size).to_string())
//!             .body(Body::new(FileWrapper::new(file).range(range)?)),
//!         FileAnswer::RangeNotSatisfiable => response
//!             .status(416)
//!             .header(header::CONTENT_RANGE, ContentRange::unsatisfied(size).to_string())
//!             .body(Body::empty()),
//!         FileAnswer::NotModified | FileAnswer::PreconditionFailed => {
//!             response.status(answer.http_status()).body(Body::empty())
//!         }
//!     };
//!     response.map_err(io::Error::other)
//! }
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! # runtime.block_on(async {
//! let path = tempfile::NamedTempFile::new()?.into_temp_path();
//! std::fs::write(&path, "Hello World")?;
//! let mut headers = HeaderMap::new();
//! headers.insert(header::RANGE, "bytes=6-".parse().unwrap());
//! let response = serve(File::open(&path)?, &headers)?;
//! assert_eq!(response.status(), 206);
//! assert_eq!(response.headers()[header::CONTENT_RANGE], "bytes 6-10/11");
//! let content = axum::body::to_bytes(response.into_body(), 100).await.unwrap();
//! assert_eq!(content, "World");
//!
//! headers.insert(header::RANGE, "bytes=11-".parse().unwrap());
//! assert_eq!(serve(File::open(&path)?, &headers)?.status(), 416);
//! # Ok::<(), io::Error>(())
//! # })?;
//! # }
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Send a form, with progress and retry
//!
//! A [`Form`](crate::Form) knows its exact length before its first byte. As a body of
//! reqwest it says so, and its files are read as they are sent. The client owns what it
//! sends, so each try makes a form of its own: that costs no more than opening the
//! files, for nothing of them is read before.
//!
//! ```
//! # #[cfg(all(feature = "tokio-fs", feature = "http-body"))] {
//! use reqwest::{Body, Client, StatusCode};
//! use std::error::Error;
//! use std::path::Path;
//! use tidegate_async_io::{Form, FormBody};
//!
//! async fn form(path: &Path) -> std::io::Result<FormBody> {
//!     let mut form = Form::new()?;
//!     form.text("title", "Tide").file("log", path).await?;
//!     form.on_progress(|progress| {
//!         // Of a file the total is known.
//!         let total = progress.total.unwrap_or(progress.sent).max(1);
//!         eprintln!("{} %", progress.sent * 100 / total);
//!     });
//!     Ok(form.finish()?)
//! }
//!
//! async fn upload(url: &str, path: &Path) -> Result<StatusCode, Box<dyn Error>> {
//!     let client = Client::new();
//!     let mut tries = 3;
//!     loop {
//!         tries -= 1;
//!         let form = form(path).await?;
//!         let request = client.post(url).header("Content-Type", form.content_type());
//!         match request.body(Body::wrap(form)).send().await {
//!             Ok(answer) if !answer.status().is_server_error() => return Ok(answer.status()),
//!             Err(error) if tries == 0 => return Err(error.into()),
//!             Ok(answer) if tries == 0 => return Ok(answer.status()),
//!             failed => eprintln!("{failed:?}, and once more"),
//!         }
//!     }
//! }
//!
//! # use axum::http::HeaderMap;
//! # use axum::{Router, routing::post};
//! # use std::sync::atomic::{AtomicUsize, Ordering};
//! # static SEEN: AtomicUsize = AtomicUsize::new(0);
//! # async fn receive(headers: HeaderMap, body: axum::body::Bytes) -> axum::http::StatusCode {
//! #     let content_type = headers["content-type"].as_bytes();
//! #     assert_eq!(headers["content-length"].to_str().unwrap(), body.len().to_string());
//! #     let mut form = tidegate_async_io::tokio::Multipart::for_type(&body[..], content_type).unwrap();
//! #     let title = form.next_part().await.unwrap().unwrap().text(100).await.unwrap();
//! #     let log = form.next_part().await.unwrap().unwrap().text(100).await.unwrap();
//! #     assert_eq!((&title[..], &log[..]), ("Tide", "all is well"));
//! #     match SEEN.fetch_add(1, Ordering::Relaxed) {
//! #         0 => axum::http::StatusCode::SERVICE_UNAVAILABLE,
//! #         _ => axum::http::StatusCode::NO_CONTENT,
//! #     }
//! # }
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! # let path = tempfile::NamedTempFile::new()?.into_temp_path();
//! # std::fs::write(&path, "all is well")?;
//! # let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! # let url = format!("http://{}/upload", listener.local_addr()?);
//! // A server that is not ready for the first, and takes the second.
//! # let routes = Router::new().route("/upload", post(receive));
//! # tokio::spawn(async move { axum::serve(listener, routes).await });
//! assert_eq!(upload(&url, &path).await?, 204);
//! # assert_eq!(SEEN.load(Ordering::Relaxed), 2);
//! # Ok::<(), Box<dyn Error>>(())
//! # })?;
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

//! A guide: whole jobs, one after the other, each as it would stand in a program.
//!
//! | to | read |
//! |---|---|
//! | take the body of a request, and nothing behind it | [Read a body safely](#read-a-body-safely) |
//! | count the lines of something that may never end | [Count the lines of a hostile stream](#count-the-lines-of-a-hostile-stream) |
//! | put uploaded files on the disk, whole or not at all | [Receive an upload](#receive-an-upload) |
//! | read a form that fits into memory | [Read a whole form](#read-a-whole-form) |
//! | send a file, or the rest of one | [Serve a file with ranges](#serve-a-file-with-ranges) |
//! | upload files, and again if that failed | [Send a form, with progress and retry](#send-a-form-with-progress-and-retry) |
//!
//! The same for async code is in the guide of `tidegate-async-io`, what firmware does
//! in that of [`tidegate-core`](crate::core::guide). The example `serve` of this crate
//! is all of it in one server.
//!
//! # Read a body safely
//!
//! Who reads a request off a connection has to know where its body ends before reading
//! any of it. [`BodyKind`](crate::BodyKind) says so from the headers, and refuses what two
//! servers could read in two ways; [`input_stream`](crate::input_stream) makes a reader
//! of it which ends there. It fails if the body is cut short, and if it is longer than
//! [`InputLimits`](crate::InputLimits) let it be, after all that is good was handed out.
//!
//! Every such failure knows what to answer: [`fault_class`](crate::fault_class) finds
//! it in the error. And a handler that read only a part of the body need not throw the
//! connection away: [`drain`](crate::InputStream::drain) reads the rest, as far as a
//! budget goes.
//!
//! ```
//! use std::io::{self, BufRead, Read};
//! use std::time::Duration;
//! use tidegate_std_io::{
//!     BodyKind, Budget, FaultClass, HttpVersion, InputLimits, fault_class, input_stream,
//! };
//!
//! /// The status, and whether the connection may serve another request.
//! fn respond(connection: &mut impl BufRead, headers: &[(&str, &str)]) -> (u16, bool) {
//!     match read(connection, headers) {
//!         Ok(keep) => (200, keep),
//!         // A broken rule, a limit, or the connection itself.
//!         Err(error) => (fault_class(&error).map_or(500, FaultClass::http_status), false),
//!     }
//! }
//!
//! fn read(connection: &mut impl BufRead, headers: &[(&str, &str)]) -> io::Result<bool> {
//!     let kind = BodyKind::of_request(HttpVersion::Http11, headers.iter().copied())?;
//!     let mut body = input_stream(connection, kind, InputLimits::new().max_length(1000))?;
//!     // The first line is all that this handler wants.
//!     let mut first = String::new();
//!     body.by_ref().take(100).read_line(&mut first)?;
//!     body.drain(Budget { bytes: 1 << 20, time: Duration::from_secs(2) })?;
//!     Ok(body.may_reuse_connection())
//! }
//!
//! let mut connection = &b"5\r\none\n.\r\n3\r\nend\r\n0\r\n\r\nGET / HTTP/1.1\r\n"[..];
//! assert_eq!(respond(&mut connection, &[("Transfer-Encoding", "chunked")]), (200, true));
//! assert!(connection.starts_with(b"GET /"));
//!
//! // Cut short, too long, and ambiguous.
//! assert_eq!(respond(&mut &b"one"[..], &[("Content-Length", "9")]), (400, false));
//! assert_eq!(respond(&mut &b"one"[..], &[("Content-Length", "1001")]), (413, false));
//! let both = [("Content-Length", "5"), ("Transfer-Encoding", "chunked")];
//! assert_eq!(respond(&mut &b"0\r\n\r\n"[..], &both), (400, false));
//! ```
//!
//! That bounds what a client sends, and not how long it takes over that: put a
//! [`PacedReader`](crate::PacedReader) between the socket and its `BufReader`.
//!
//! # Count the lines of a hostile stream
//!
//! A line may be as long as the stream. [`make_line_iter`](crate::make_line_iter) stops
//! with an error at 1 MiB of text; who would rather go on has a line that is longer
//! than a maximum handed out in fragments, or [skipped](crate::Overlong::Skip). Either
//! way memory is bounded by that maximum, and time is linear in the stream.
//!
//! ```
//! use std::io::{self, BufReader, Read};
//! use tidegate_std_io::{LineIter, LineScanner, Overlong};
//!
//! /// How many lines there are, and the length of the longest.
//! fn count(reader: impl Read) -> io::Result<(u64, u64)> {
//!     let scanner = LineScanner::new().max_len(4096).overlong(Overlong::Fragment);
//!     let (mut lines, mut longest, mut len) = (0, 0, 0);
//!     LineIter::with_scanner(BufReader::new(reader), scanner).for_each_line(|line| {
//!         len += line.text().len() as u64;
//!         if line.piece().is_end() {
//!             lines += 1;
//!             longest = longest.max(len);
//!             len = 0;
//!         }
//!     })?;
//!     Ok((lines, longest))
//! }
//!
//! // `\n`, `\r\n` and `\r` end a line, and so does the end of the stream.
//! assert_eq!(count(&b"one\r\ntwo\r\rfour"[..])?, (4, 4));
//! // A line of ten million bytes, in 4 KiB.
//! let endless = io::repeat(b'x').take(10_000_000);
//! assert_eq!(count(endless.chain(&b"\nend\n"[..]))?, (2, 10_000_000));
//! # Ok::<(), io::Error>(())
//! ```
//!
//! # Receive an upload
//!
//! [`Multipart`](crate::Multipart) hands out the parts of a form as they arrive, and
//! keeps nothing. The name of a file is what the client says it is: only
//! [`safe_file_name`](crate::safe_file_name) of it belongs into a path. And a form may
//! break off at any byte, so a file gets its name once all of the form is there.
//!
//! ```
//! use std::io::{self, BufRead};
//! use std::path::{Path, PathBuf};
//! use tempfile::NamedTempFile;
//! use tidegate_std_io::{LimitedStream, Multipart, safe_file_name};
//!
//! /// The longest form, and the longest of all its fields.
//! const MAX: u64 = 1 << 30;
//! const MAX_FIELD: u64 = 10_000;
//!
//! /// Keeps the files of a form, all of them or none.
//! fn receive(body: impl BufRead, content_type: &[u8], directory: &Path) -> io::Result<Vec<PathBuf>> {
//!     let mut form = Multipart::for_type(LimitedStream::at_most(body, MAX), content_type)?;
//!     let mut files = Vec::new();
//!     while let Some(mut part) = form.next_part()? {
//!         let filename = part.filename().map(|name| name.to_str_lossy().into_owned());
//!         match filename {
//!             // What a browser sends where no file was chosen.
//!             Some(filename) if filename.is_empty() => {}
//!             Some(filename) => {
//!                 let mut file = NamedTempFile::new_in(directory)?;
//!                 part.copy_to(&mut file)?;
//!                 files.push((file, directory.join(safe_file_name(&filename))));
//!             }
//!             None => {
//!                 let _field = part.text(MAX_FIELD)?;
//!             }
//!         }
//!     }
//!     // What is not named is removed when it is dropped.
//!     let named = files.into_iter().map(|(file, path)| {
//!         file.persist_noclobber(&path)?;
//!         Ok(path)
//!     });
//!     named.collect()
//! }
//!
//! let body = "--b\r\n\
//!     Content-Disposition: form-data; name=\"photo\"; filename=\"../gate.jpg\"\r\n\r\n\
//!     ...\r\n--b--\r\n";
//! let directory = tempfile::tempdir()?;
//! let content_type = b"multipart/form-data; boundary=b";
//!
//! // Broken off: nothing is left of it.
//! let broken = &body[..body.len() - 6];
//! let error = receive(broken.as_bytes(), content_type, directory.path()).unwrap_err();
//! assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
//! assert_eq!(directory.path().read_dir()?.count(), 0);
//!
//! let files = receive(body.as_bytes(), content_type, directory.path())?;
//! assert_eq!(files, [directory.path().join("gate.jpg")]);
//! assert_eq!(std::fs::read(&files[0])?, b"...");
//! # Ok::<(), io::Error>(())
//! ```
//!
//! # Read a whole form
//!
//! Where a handler wants its fields by their names, in any order, `FormData` (feature
//! `form-data`) reads all of a form: small values into memory and large ones into a
//! temporary file, both bounded. It takes what a browser sends without files, too.
//!
//! ```
//! # #[cfg(feature = "form-data")] {
//! use tidegate_std_io::FormData;
//!
//! let body = &b"title=High+tide&note=%C3%BCber"[..];
//! let form = FormData::read(body, b"application/x-www-form-urlencoded")?;
//! assert_eq!(form.field("title").unwrap().text()?, "High tide");
//! assert_eq!(form.field("note").unwrap().text()?, "über");
//! assert!(form.file("photo").is_none());
//! # }
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Serve a file with ranges
//!
//! [`FileAnswer`](crate::FileAnswer) weighs what a request asks for against what is
//! known of a file: preconditions first, then ranges, in the order that HTTP says. What
//! is to be sent goes out through [`FileWrapper`](crate::FileWrapper), which the system
//! does by itself where the sink is a socket (feature `sendfile`), and several ranges
//! at once through [`MultiRange`](crate::MultiRange).
//!
//! ```
//! use std::fs::File;
//! use std::io::{self, Write};
//! use std::sync::Arc;
//! use std::time::SystemTime;
//! use tidegate_std_io::{
//!     ContentRange, ETag, FileAnswer, FileFacts, FileSink, FileWrapper, MultiRange,
//!     random_boundary,
//! };
//!
//! /// Answers a GET.
//! fn serve(file: File, headers: &[(&str, &str)], to: &mut (impl FileSink + Write)) -> io::Result<()> {
//!     let metadata = file.metadata()?;
//!     let (size, modified) = (metadata.len(), metadata.modified()?);
//!     let since = modified.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
//!     // Without a date: the tag says more.
//!     let etag = ETag::of_file(size, since);
//!     let facts = FileFacts { size, etag, modified: None, is_settled: false };
//!     let answer = FileAnswer::of("GET", headers.iter().copied(), &facts, |_| None);
//!     write!(to, "HTTP/1.1 {}\r\nETag: {}\r\n", answer.http_status(), etag.as_str())?;
//!     match answer {
//!         FileAnswer::Whole => {
//!             write!(to, "Content-Length: {size}\r\n\r\n")?;
//!             // A file that shrinks meanwhile is an error, and no short body.
//!             FileWrapper::new(file).exact(size).send_to(to)?;
//!         }
//!         FileAnswer::Part(range) => {
//!             let content_range = range.content_range(size);
//!             let mut part = FileWrapper::new(file).range(range)?;
//!             let len = part.len_hint().unwrap_or_default();
//!             write!(to, "Content-Range: {content_range}\r\nContent-Length: {len}\r\n\r\n")?;
//!             part.send_to(to)?;
//!         }
//!         FileAnswer::Parts(ranges) => {
//!             let boundary = random_boundary()?;
//!             let mut parts = MultiRange::new(Arc::new(file), size, &ranges, "text/plain", boundary)?;
//!             let (content_type, len) = (parts.content_type(), parts.content_length());
//!             write!(to, "Content-Type: {content_type}\r\nContent-Length: {len}\r\n\r\n")?;
//!             parts.send_to(to)?;
//!         }
//!         FileAnswer::RangeNotSatisfiable => {
//!             let content_range = ContentRange::unsatisfied(size);
//!             write!(to, "Content-Range: {content_range}\r\nContent-Length: 0\r\n\r\n")?;
//!         }
//!         FileAnswer::PreconditionFailed => write!(to, "Content-Length: 0\r\n\r\n")?,
//!         FileAnswer::NotModified => write!(to, "\r\n")?,
//!     }
//!     Ok(())
//! }
//!
//! let directory = tempfile::tempdir()?;
//! let path = directory.path().join("tide.txt");
//! std::fs::write(&path, "Hello World")?;
//!
//! let answer = |headers: &[(&str, &str)]| {
//!     let mut to = Vec::new();
//!     serve(File::open(&path)?, headers, &mut to)?;
//!     Ok::<_, io::Error>(String::from_utf8_lossy(&to).into_owned())
//! };
//! assert!(answer(&[])?.ends_with("Content-Length: 11\r\n\r\nHello World"));
//! let part = answer(&[("Range", "bytes=6-")])?;
//! assert!(part.starts_with("HTTP/1.1 206\r\n"));
//! assert!(part.ends_with("Content-Range: bytes 6-10/11\r\nContent-Length: 5\r\n\r\nWorld"));
//! assert!(answer(&[("Range", "bytes=0-0,6-7")])?.contains("multipart/byteranges"));
//! assert!(answer(&[("Range", "bytes=11-")])?.starts_with("HTTP/1.1 416\r\n"));
//! // The rest of a download, if it is the same file still.
//! let rest = [("Range", "bytes=6-"), ("If-Range", "\"another\"")];
//! assert!(answer(&rest)?.starts_with("HTTP/1.1 200\r\n"));
//! # Ok::<(), io::Error>(())
//! ```
//!
//! # Send a form, with progress and retry
//!
//! A [`Form`](crate::Form) knows its exact length before its first byte, and reads its
//! files as they are sent. Where the connection breaks it goes back to its beginning
//! ([`rewind`](crate::FormBody::rewind)), as far as its parts can: a file and what is
//! in memory always, a reader if it can be sought in or opened again. Boundaries are random, so
//! that nobody who knows a part of the form can end it early.
//!
//! ```
//! use std::io::{self, BufRead, BufReader, Write};
//! use std::net::{SocketAddr, TcpStream};
//! use std::path::Path;
//! use tidegate_std_io::{Form, FormBody};
//!
//! fn upload(to: SocketAddr, path: &Path) -> io::Result<String> {
//!     let mut form = Form::new()?;
//!     form.text("title", "Tide").file("log", path)?;
//!     form.on_progress(|progress| {
//!         // Of a file the total is known.
//!         let total = progress.total.unwrap_or(progress.sent).max(1);
//!         eprintln!("{} %", progress.sent * 100 / total);
//!     });
//!     let mut form = form.finish()?;
//!     let mut tries = 3;
//!     loop {
//!         tries -= 1;
//!         match attempt(to, &mut form) {
//!             Err(error) if tries > 0 => eprintln!("{error}, and once more"),
//!             outcome => return outcome,
//!         }
//!         form.rewind()?;
//!     }
//! }
//!
//! /// Gives the status line.
//! fn attempt(to: SocketAddr, form: &mut FormBody<'_>) -> io::Result<String> {
//!     let mut connection = TcpStream::connect(to)?;
//!     write!(
//!         connection,
//!         "POST /upload HTTP/1.1\r\nHost: {to}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n",
//!         form.content_type(),
//!         form.content_length().unwrap_or_default(),
//!     )?;
//!     form.send_to(&mut connection)?;
//!     let mut status = String::new();
//!     match BufReader::new(connection).read_line(&mut status)? {
//!         0 => Err(io::ErrorKind::UnexpectedEof.into()),
//!         _ => Ok(status),
//!     }
//! }
//!
//! # use std::io::Read;
//! # use tidegate_std_io::{LimitedStream, Multipart};
//! # let file = tempfile::NamedTempFile::new()?;
//! # std::fs::write(file.path(), "all is well")?;
//! // A server that hangs up on the first, and reads the second.
//! let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
//! let address = listener.local_addr()?;
//! let server = std::thread::spawn(move || {
//!     drop(listener.accept()?);
//!     let (stream, _) = listener.accept()?;
//!     // ...
//! #   let mut reader = BufReader::new(&stream);
//! #   let (mut content_type, mut length) = (Vec::new(), 0);
//! #   loop {
//! #       let mut line = String::new();
//! #       reader.read_line(&mut line)?;
//! #       match line.trim_end().split_once(": ") {
//! #           Some(("Content-Type", value)) => content_type = value.as_bytes().to_vec(),
//! #           Some(("Content-Length", value)) => length = value.parse().unwrap(),
//! #           _ if line == "\r\n" => break,
//! #           _ => {}
//! #       }
//! #   }
//! #   let mut form = Multipart::for_type(LimitedStream::exact(reader, length), &content_type)?;
//! #   let title = form.next_part()?.unwrap().text(100)?;
//! #   let log = form.next_part()?.unwrap().text(100)?;
//! #   assert!(form.next_part()?.is_none());
//! #   assert_eq!((&title[..], &log[..]), ("Tide", "all is well"));
//! #   form.into_inner().read_to_end(&mut Vec::new())?;
//!     (&stream).write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
//! });
//! assert_eq!(upload(address, file.path())?, "HTTP/1.1 204 No Content\r\n");
//! server.join().unwrap()?;
//! # Ok::<(), io::Error>(())
//! ```

//! A guide: what a program does that has neither readers nor an allocator, such as
//! firmware. That of `tidegate-std-io` has the jobs of servers and clients.
//!
//! | to | read |
//! |---|---|
//! | take lines from a serial port, each of a length that is known | [Lines from a serial port](#lines-from-a-serial-port) |
//! | read a body of a known length off a socket, and no more | [A body, and nothing behind it](#a-body-and-nothing-behind-it) |
//! | take a new image out of an upload, block by block | [A file out of an upload](#a-file-out-of-an-upload) |
//!
//! It goes the same way each time. A machine ([`Scan`](crate::Scan)) knows the grammar.
//! A [`Feed`](crate::Feed) owns it, and the few bytes that straddle two reads, in an array whose size you
//! choose: it is refused at once if it is too small for the limits of the machine. You
//! offer whatever arrived, take the token, and offer the rest.
//!
//! # Lines from a serial port
//!
//! The port is any of embedded-io. A line within one read is looked at where the port
//! put it. One that is too long is passed over and reported, so that noise on the
//! wire takes no memory, and the next line is a good one again.
//!
//! ```
//! use embedded_io::Read;
//! use tidegate_core::{At, Event, Feed, LineFault, LineScanner, Overlong, Piece};
//!
//! const LONGEST: usize = 80;
//!
//! #[derive(Debug, PartialEq)]
//! enum Stopped<E> {
//!     Port(E),
//!     Line(At<LineFault>),
//! }
//!
//! /// Hands each line to `each`, or `None` for one that is too long, until the port is
//! /// at its end.
//! fn for_each_line<P: Read>(
//!     port: &mut P,
//!     mut each: impl FnMut(Option<&[u8]>),
//! ) -> Result<(), Stopped<P::Error>> {
//!     let scanner = LineScanner::new().max_len(LONGEST).overlong(Overlong::Skip);
//!     // The longest text and its `\r\n`, which is what this machine needs.
//!     let Ok(mut feed) = Feed::new(scanner, [0; LONGEST + 2]) else { unreachable!() };
//!     let mut fifo = [0; 16];
//!     loop {
//!         let len = port.read(&mut fifo).map_err(Stopped::Port)?;
//!         let mut input = &fifo[..len];
//!         loop {
//!             let offer = feed.offer(input, len == 0).map_err(Stopped::Line)?;
//!             match offer.event {
//!                 Event::Found(placed) => {
//!                     let line = feed.token(placed, input);
//!                     each((line.piece() != Piece::Overlong).then_some(line.text()));
//!                 }
//!                 Event::More => break,
//!                 Event::Done => return Ok(()),
//!             }
//!             input = &input[offer.taken..];
//!         }
//!     }
//! }
//!
//! // A slice is a port, too.
//! let noise = [b'~'; 1000];
//! let received = [b"$GPGGA,123519\r\n", &noise[..], b"\n$GPRMC\r\n"].concat();
//! let (mut sentences, mut too_long) = (0, 0);
//! let outcome = for_each_line(&mut &received[..], |line| match line {
//!     Some(line) if line.starts_with(b"$GP") => sentences += 1,
//!     Some(_) => {}
//!     None => too_long += 1,
//! });
//! assert_eq!(outcome, Ok(()));
//! assert_eq!((sentences, too_long), (2, 1));
//! ```
//!
//! # A body, and nothing behind it
//!
//! [`Limit`](crate::Limit) says how much to ask the socket for, and is told how much
//! there was. A connection that ends early is a fault, which says what was expected.
//!
//! ```
//! use tidegate_core::{At, Limit, LimitFault, Plan};
//!
//! /// Sums up a body of so many bytes, read by `read`, which gives 0 at the end.
//! fn sum(length: u64, mut read: impl FnMut(&mut [u8]) -> usize) -> Result<u32, At<LimitFault>> {
//!     let mut limit = Limit::exact(length);
//!     let mut block = [0; 32];
//!     let mut sum = 0;
//!     while let Plan::Read(wanted) = limit.plan(block.len())? {
//!         let len = read(&mut block[..wanted]);
//!         limit.record(len)?;
//!         sum += block[..len].iter().map(|byte| u32::from(*byte)).sum::<u32>();
//!     }
//!     Ok(sum)
//! }
//!
//! /// A socket that has received this, five bytes at a time.
//! fn socket<'s>(received: &mut &'s [u8]) -> impl FnMut(&mut [u8]) -> usize {
//!     |buffer| {
//!         let len = buffer.len().min(5).min(received.len());
//!         let (front, rest) = received.split_at(len);
//!         buffer[..len].copy_from_slice(front);
//!         *received = rest;
//!         len
//!     }
//! }
//!
//! let mut received = &b"\x01\x02\x03\x04\x05\x06\x07GET / HTTP/1.1\r\n"[..];
//! assert_eq!(sum(7, socket(&mut received)), Ok(28));
//! assert!(received.starts_with(b"GET /"));
//!
//! let early = sum(7, socket(&mut &b"\x01\x02\x03"[..])).unwrap_err();
//! assert_eq!(early.fault, LimitFault::Disconnected { expected: 7, received: 3 });
//! ```
//!
//! # A file out of an upload
//!
//! A browser sends a file within a form. The data are handed out as they arrive, to be
//! written to flash block by block, and the limits of the
//! [`Decoder`](crate::Decoder) say what else may come. A part is whole at its
//! [`End`](crate::Decoded::End), and the form when the feed is done: only then is the
//! new image a good one.
//!
//! ```
//! use tidegate_core::{At, Boundary, DecodeFault, Decoded, Decoder, Event, Feed};
//!
//! /// As heads go, 500 bytes are plenty; a carry holds one and its empty line.
//! type Upload = Feed<Decoder, [u8; 502]>;
//!
//! /// Where the image goes.
//! #[derive(Debug, Default)]
//! struct Flash {
//!     is_open: bool,
//!     written: Vec<u8>,
//! }
//!
//! /// Takes what arrived; `Ok(true)` once all of the form has.
//! fn take(
//!     upload: &mut Upload,
//!     flash: &mut Flash,
//!     mut input: &[u8],
//!     end: bool,
//! ) -> Result<bool, At<DecodeFault>> {
//!     loop {
//!         let offer = upload.offer(input, end)?;
//!         match offer.event {
//!             Event::Found(placed) => match upload.token(placed, input) {
//!                 Decoded::Head(head) => {
//!                     flash.is_open = head.name().is_some_and(|name| name == "image");
//!                 }
//!                 Decoded::Data(data) if flash.is_open => flash.written.extend_from_slice(data),
//!                 Decoded::End => flash.is_open = false,
//!                 _ => {}
//!             },
//!             Event::More => return Ok(false),
//!             Event::Done => return Ok(true),
//!         }
//!         input = &input[offer.taken..];
//!     }
//! }
//!
//! fn receive(body: &[u8]) -> Result<Flash, At<DecodeFault>> {
//!     let Ok(boundary) = Boundary::new("b") else { unreachable!() };
//!     let decoder = Decoder::form_data(boundary).max_head_len(500).max_parts(4);
//!     let Ok(mut upload) = Feed::new(decoder, [0; 502]) else { unreachable!() };
//!     let mut flash = Flash::default();
//!     // Ten bytes are what the radio gives at a time.
//!     for piece in body.chunks(10) {
//!         take(&mut upload, &mut flash, piece, false)?;
//!     }
//!     take(&mut upload, &mut flash, b"", true)?;
//!     Ok(flash)
//! }
//!
//! let body = b"--b\r\n\
//!     Content-Disposition: form-data; name=\"image\"; filename=\"new.bin\"\r\n\r\n\
//!     \x7fELF\r\n--b\x00\r\n--b--\r\n";
//! assert_eq!(receive(body).unwrap_err().fault, DecodeFault::MalformedDelimiter);
//!
//! let body = b"--b\r\n\
//!     Content-Disposition: form-data; name=\"image\"; filename=\"new.bin\"\r\n\r\n\
//!     \x7fELF\r\n--\x00\r\n--b--\r\n";
//! assert_eq!(receive(body).map(|flash| flash.written), Ok(b"\x7fELF\r\n--\x00".to_vec()));
//!
//! // Broken off: what was written is not whole, and the fault says so.
//! assert_eq!(receive(&body[..90]).map(|_| ()).unwrap_err().fault, DecodeFault::Truncated);
//! ```

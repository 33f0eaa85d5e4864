//! What is sent of an answer, and what in its place.

use super::Sent;
use crate::FileSink;
use crate::gateway::failure::catch;
use crate::gateway::head::{Head, Manner};
use crate::gateway::sending::Sending;
use crate::gateway::{ErrorStream, Failure, HandlerOptions, Output};
use http::{Response, StatusCode};
use std::io;

/// What came of sending one response.
pub(super) struct Answered {
    pub(super) status: StatusCode,
    pub(super) bytes: u64,
    pub(super) promised: Option<u64>,
    pub(super) sent: Sent,
    pub(super) keeps: bool,
}

/// Sends a response, or what takes its place.
pub(super) struct Answering<'h, W> {
    pub(super) writer: &'h mut W,
    pub(super) manner: Manner,
    pub(super) options: &'h HandlerOptions,
    pub(super) errors: ErrorStream,
    /// All that went wrong, the first of it first.
    pub(super) failures: Vec<Failure>,
}

impl<W: FileSink> Answering<'_, W> {
    pub(super) fn answer(&mut self, response: Result<Response<Output>, Failure>) -> Answered {
        let failure = match response.and_then(|response| self.send(response)) {
            Ok(answered) => return answered,
            Err(failure) => failure,
        };
        // What is left of the request nobody wants to read.
        self.manner.close();
        let (options, mut errors) = (self.options, self.errors.clone());
        let page = in_its_place(&failure, options, &mut errors, |page| self.send(page));
        self.failures.insert(0, failure);
        match page {
            Some(answered) => answered.of_error_page(),
            None => Answered {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                bytes: 0,
                promised: None,
                sent: Sent::CutShort,
                keeps: false,
            },
        }
    }

    /// # Errors
    ///
    /// What went wrong before anything was sent.
    fn send(&mut self, response: Response<Output>) -> Result<Answered, Failure> {
        let (parts, mut output) = response.into_parts();
        let head = match Head::new(parts, &output, self.manner.clone()) {
            Ok(head) => head,
            Err(fault) => {
                catch(|| output.close(0, false))?;
                return Err(fault.into());
            }
        };
        let status = head.status();
        let promised = head.promised();
        let mut sending = Sending::new(head, self.writer, self.options.sendfile);
        let result = catch(|| sending.send(&mut output));
        let (bytes, keeps) = (sending.sent(), sending.keeps());
        let is_gone = sending.client_is_gone();
        let is_unsent = sending.is_unsent();
        let is_whole = matches!(result, Ok(Ok(())));
        // The response is what it is, whatever happens at its close.
        if let Err(failure) = catch(|| output.close(bytes, is_whole)) {
            self.log(failure);
        }
        let sent = match result {
            Ok(Ok(())) => Sent::Whole,
            Ok(Err(error)) if is_gone => Sent::Disconnected(error),
            Ok(Err(error)) if is_unsent => return Err(failure_of(error)),
            Err(failure) if is_unsent => return Err(failure),
            Ok(Err(error)) => self.cut_short(failure_of(error)),
            Err(failure) => self.cut_short(failure),
        };
        Ok(Answered {
            status,
            bytes,
            promised,
            sent,
            keeps,
        })
    }

    fn cut_short(&mut self, failure: Failure) -> Sent {
        self.log(failure);
        // So that the client has what there is. That it is not all, it sees.
        let _ = self.writer.flush();
        Sent::CutShort
    }

    pub(super) fn log(&mut self, failure: Failure) {
        if self.options.logs() {
            log(&failure, self.options, &mut self.errors);
        }
        self.failures.push(failure);
    }
}

/// Logs a failure, unless somebody else does, and sends the page that says so. `None` if none could be sent.
pub(in crate::gateway) fn in_its_place<T>(
    failure: &Failure,
    options: &HandlerOptions,
    errors: &mut ErrorStream,
    mut send: impl FnMut(Response<Output>) -> Result<T, Failure>,
) -> Option<T> {
    if options.logs() {
        log(failure, options, errors);
    }
    let pages: [fn(&HandlerOptions, &Failure) -> Response<Output>; 3] = [
        HandlerOptions::error_page,
        HandlerOptions::plain_error_page,
        // What was set of it may be what is wrong with it.
        |_, failure| HandlerOptions::new().plain_error_page(failure),
    ];
    pages.iter().find_map(|page| {
        let page = catch(|| page(options, failure));
        page.and_then(&mut send)
            .map_err(|page_failure| log(&page_failure, options, errors))
            .ok()
    })
}

fn log(failure: &Failure, options: &HandlerOptions, errors: &mut ErrorStream) {
    // There is nobody left to be told of a log that panics.
    let _ = catch(|| options.log(failure, errors));
}

impl Answered {
    fn of_error_page(self) -> Self {
        match self.sent {
            Sent::Whole => Self {
                sent: Sent::ErrorPage,
                ..self
            },
            _ => self,
        }
    }
}

fn failure_of(error: io::Error) -> Failure {
    error.into()
}

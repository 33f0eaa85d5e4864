//! What all connections of a server share.

use super::{Asked, Limits, LogEntry, LogEvent, RequestHandler};
use crate::gateway::failure::catch;
use crate::gateway::{Application, ErrorStream, HandlerOptions, Variables};
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};

pub(super) type App = Arc<dyn Application + Send + Sync>;

/// The application, which may be replaced while the server runs.
pub(super) struct CurrentApp(RwLock<App>);

impl CurrentApp {
    pub(super) fn new(app: App) -> Self {
        Self(RwLock::new(app))
    }

    pub(super) fn get(&self) -> App {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set(&self, app: App) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = app;
    }
}

#[derive(Clone)]
pub(super) struct Site {
    pub(super) app: Arc<CurrentApp>,
    pub(super) handler: Arc<dyn RequestHandler>,
    pub(super) options: HandlerOptions,
    pub(super) limits: Limits,
    pub(super) base: Arc<Variables>,
}

impl Site {
    /// That of a handler which panics is the standard error.
    pub(super) fn errors(&self) -> ErrorStream {
        catch(|| self.handler.error_stream()).unwrap_or_else(|_| ErrorStream::stderr())
    }

    /// A log that panics ends nothing.
    pub(super) fn log(
        &self,
        peer: Option<SocketAddr>,
        request: Option<&Asked>,
        event: LogEvent<'_>,
    ) {
        let entry = LogEntry {
            peer,
            request,
            event,
        };
        let _ = catch(|| self.handler.log(&entry));
    }
}

//! The application, where the tests of the sockets have a server.

use crate::args::{self, Command};
use crate::client::Client;
use crate::routes::Root;
use crate::site::Site;
use crate::store::Store;
use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// How long anything may take before the test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Server {
    pub(crate) site: Arc<Site>,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    pub(crate) fn with(args: &[&str]) -> Self {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080));
        Self::at(address, args)
    }

    pub(crate) fn at(address: SocketAddr, args: &[&str]) -> Self {
        let Ok(Command::Serve(settings)) = args::parse(args.iter().map(OsString::from)) else {
            panic!("{args:?}");
        };
        let site = Site {
            address,
            root: settings
                .root
                .as_deref()
                .map(|root| Root::new(root).unwrap()),
            store: settings
                .save
                .as_deref()
                .map(|save| Store::new(save).unwrap()),
            settings,
        };
        Self {
            site: Arc::new(site),
        }
    }

    pub(crate) fn connect(&self) -> Client {
        Client::new(Arc::clone(&self.site))
    }
}

//! Whose request it is.

use crate::gateway::Variables;
use std::net::SocketAddr;
use std::sync::Arc;
use tidegate_core::environ::Environ;

/// The connection of a request, in the extensions of each that a
/// [`SimpleServer`](super::SimpleServer) reads.
///
/// [`RequestEnviron`](crate::gateway::RequestEnviron) knows its variables:
/// `REMOTE_ADDR` and `REMOTE_PORT`, and those of the
/// [base](super::SimpleServer::base_environ).
#[derive(Clone, Debug)]
pub struct ConnectionInfo(Arc<Info>);

#[derive(Debug)]
struct Info {
    peer: SocketAddr,
    own: [(&'static str, String); 2],
    base: Arc<Variables>,
}

impl ConnectionInfo {
    pub(super) fn new(peer: SocketAddr, base: Arc<Variables>) -> Self {
        let own = [
            ("REMOTE_ADDR", peer.ip().to_string()),
            ("REMOTE_PORT", peer.port().to_string()),
        ];
        Self(Arc::new(Info { peer, own, base }))
    }

    /// The address of the client, or of what is in front of this server.
    pub fn peer(&self) -> SocketAddr {
        self.0.peer
    }

    /// Names and values of its variables.
    pub(in crate::gateway) fn variables(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let own = self.0.own.iter();
        own.map(|(name, value)| (*name, value.as_bytes()))
            .chain(self.0.base.iter())
    }
}

impl Environ for ConnectionInfo {
    fn var(&self, name: &str) -> Option<&[u8]> {
        let own = self.0.own.iter().find(|(other, _)| *other == name);
        match own {
            Some((_, value)) => Some(value.as_bytes()),
            None => self.0.base.var(name),
        }
    }
}

//! Limits as they are meant to be.

use tidegate_core::{At, Limit, LimitFault, Plan};

#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub exact: bool,
    pub max: u64,
}

impl Settings {
    pub fn limit(self) -> Limit {
        match self.exact {
            true => Limit::exact(self.max),
            false => Limit::at_most(self.max),
        }
    }

    /// What of a source of so many bytes is to be handed out, and how it ends.
    pub fn of(self, source: u64) -> (u64, Option<At<LimitFault>>) {
        let received = source.min(self.max);
        let fault = match self.exact {
            true if source < self.max => Some(self.disconnected(received)),
            false if source > self.max => Some(self.too_large()),
            _ => None,
        };
        (received, fault)
    }

    fn disconnected(self, received: u64) -> At<LimitFault> {
        let expected = self.max;
        At {
            offset: received,
            fault: LimitFault::Disconnected { expected, received },
        }
    }

    fn too_large(self) -> At<LimitFault> {
        At {
            offset: self.max,
            fault: LimitFault::TooLarge { limit: self.max },
        }
    }
}

/// A meter beside ours: what was read so far, and whether the source is known
/// to end there or to go on.
#[derive(Clone, Copy, Debug)]
pub struct Meter {
    pub settings: Settings,
    pub received: u64,
    pub fault: Option<At<LimitFault>>,
    pub ended: bool,
}

impl Meter {
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            received: 0,
            fault: None,
            ended: false,
        }
    }

    pub fn plan(&self, wanted: usize) -> Result<Plan, At<LimitFault>> {
        let left = self.settings.max - self.received;
        match self.fault {
            _ if wanted == 0 => Ok(Plan::Read(0)),
            Some(at) => Err(at),
            None if self.ended => Ok(Plan::End),
            None if left > 0 => Ok(Plan::Read(left.min(wanted as u64) as usize)),
            None if self.settings.exact => Ok(Plan::End),
            None => Ok(Plan::Probe),
        }
    }

    /// As many bytes were read as a plan allows, or none because of the end.
    pub fn record(&mut self, read: usize) -> Result<(), At<LimitFault>> {
        let left = self.settings.max - self.received;
        if read == 0 {
            self.ended = true;
            self.fault = self.settings.of(self.received).1;
        } else if read as u64 <= left {
            self.received += read as u64;
        } else {
            self.fault = Some(self.settings.too_large());
        }
        self.fault.map_or(Ok(()), Err)
    }
}

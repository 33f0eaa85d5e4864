//! What a count depends on, beside the code.

use std::env::consts::{ARCH, OS};
use std::fmt::{self, Display, Formatter};
use std::io;
use std::process::Command;

/// In words, as they stand in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tools(pub(crate) Vec<String>);

impl Tools {
    pub(crate) fn here() -> io::Result<Self> {
        let valgrind = said_by("valgrind", &["--version"])
            .map_err(|error| io::Error::new(error.kind(), format!("valgrind: {error}")))?;
        let rustc = said_by("rustc", &["--version"]).unwrap_or_else(|_| "rustc unknown".to_owned());
        // Its memcpy and its allocator are in the counts.
        let libc = said_by("getconf", &["GNU_LIBC_VERSION"])
            .unwrap_or_else(|_| "another C library".to_owned());
        let processor = format!("{ARCH} {OS}{}", with_avx2());
        Ok(Self(vec![rustc, processor, valgrind, libc]))
    }
}

impl Display for Tools {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.join(", "))
    }
}

fn with_avx2() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    if !std::is_x86_feature_detected!("avx2") {
        return " without AVX2";
    }
    ""
}

fn said_by(program: &str, args: &[&str]) -> io::Result<String> {
    let output = Command::new(program).args(args).output()?;
    if !output.status.success() {
        return Err(io::Error::other(output.status.to_string()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

//! The tests of std-io, over readers of futures-io, spilled on those of `blocking`.

#[path = "../../../std-io/tests/form_data/disk.rs"]
mod disk;
#[path = "../../../std-io/tests/form_data/readers.rs"]
mod readers;
#[path = "../../../std-io/tests/form_data/sinks.rs"]
mod sinks;
#[path = "../../../std-io/tests/form_data/spill.rs"]
mod spill;
#[path = "../../../std-io/tests/form_data/urlencoded.rs"]
mod urlencoded;
#[path = "../../../std-io/tests/form_data/werkzeug.rs"]
mod werkzeug;

use crate::bodies::{TYPE, URLENCODED, fault, form};
use crate::kinds::SmolReader as Kind;
use crate::over::FormSink;
use crate::readers::{Cut, Moody};
use crate::vectors;

type FormData = crate::over::FormData<Kind>;
type FormEntry = crate::over::FormEntry<Kind>;
type FormOptions<'s> = crate::over::FormOptions<'s, Kind>;

use std::error::Error;
use std::io;
use tidegate_core::environ::{ExtractFault, HostFault, VariableFault};
use tidegate_core::{
    At, BodyKindFault, ChunkFault, ChunkedFault, DecodeFault, Fault, FaultClass, FileFault,
    LimitFault, LineFault, MultipartTypeFault, PaceFault, ParameterFault, SpillFault,
};

/// What kind of fault of a stream an error is, if it is one that tidegate made.
///
/// For a server that has to answer: its
/// [`http_status`](FaultClass::http_status) is 400, 408 or 413. Errors of the
/// reader itself are none.
///
/// ```
/// use std::io::Read;
/// use tidegate_std_io::{FaultClass, LimitedStream, fault_class};
///
/// let mut body = LimitedStream::at_most(&b"too long"[..], 3);
/// let error = body.read_to_end(&mut Vec::new()).unwrap_err();
/// assert_eq!(fault_class(&error).map(FaultClass::http_status), Some(413));
/// ```
pub fn fault_class(error: &io::Error) -> Option<FaultClass> {
    class_of(error.get_ref()?)
}

/// The same of what is in one.
pub(crate) fn class_of(error: &(dyn Error + Send + Sync + 'static)) -> Option<FaultClass> {
    class::<LimitFault>(error)
        .or_else(|| class::<ChunkedFault>(error))
        .or_else(|| class::<PaceFault>(error))
        .or_else(|| class::<DecodeFault>(error))
        .or_else(|| class::<MultipartTypeFault>(error))
        .or_else(|| class::<SpillFault>(error))
        .or_else(|| class::<ParameterFault>(error))
        .or_else(|| class::<LineFault>(error))
        .or_else(|| class::<ChunkFault>(error))
        .or_else(|| class::<FileFault>(error))
        .or_else(|| error.downcast_ref().map(BodyKindFault::class))
        .or_else(|| error.downcast_ref().map(HostFault::class))
        .or_else(|| error.downcast_ref().map(VariableFault::class))
        .or_else(|| error.downcast_ref().map(ExtractFault::class))
        .or_else(|| charset_class(error))
        .or_else(|| request_class(error))
}

#[cfg(feature = "gateway")]
fn request_class(error: &(dyn Error + Send + Sync + 'static)) -> Option<FaultClass> {
    error
        .downcast_ref()
        .map(crate::gateway::RequestFault::class)
}

#[cfg(not(feature = "gateway"))]
const fn request_class(_: &(dyn Error + Send + Sync + 'static)) -> Option<FaultClass> {
    None
}

#[cfg(feature = "encoding_rs")]
fn charset_class(error: &(dyn Error + Send + Sync + 'static)) -> Option<FaultClass> {
    class::<crate::CharsetFault>(error)
}

#[cfg(not(feature = "encoding_rs"))]
const fn charset_class(_: &(dyn Error + Send + Sync + 'static)) -> Option<FaultClass> {
    None
}

fn class<F: Fault>(error: &(dyn Error + Send + Sync + 'static)) -> Option<FaultClass> {
    error.downcast_ref().map(|at: &At<F>| at.fault.class())
}

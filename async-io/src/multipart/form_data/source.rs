use crate::frame_source::Frames;
use crate::source::{InFrames, Source};

/// What a form may be read from: the readers of a runtime, among them the rooms over
/// frames, and [`Frames`] themselves.
///
/// Sealed: it is implemented for these.
pub trait FormSource<K>: sealed::Sealed<K> {
    #[doc(hidden)]
    type Source: Source<Self::Kind>;
    #[doc(hidden)]
    type Kind;

    #[doc(hidden)]
    fn into_source(self) -> Self::Source;
}

mod sealed {
    #[expect(unnameable_types, reason = "that is what it is for")]
    pub trait Sealed<K> {}
}

// One for all kinds would overlap with that for frames.

#[cfg(feature = "tokio-fs")]
mod on_tokio {
    use super::{FormSource, Frames, InFrames, Source, sealed::Sealed};
    use crate::source::TokioIo;

    impl<R: Source<TokioIo>> Sealed<TokioIo> for R {}

    impl<R: Source<TokioIo>> FormSource<TokioIo> for R {
        type Source = Self;
        type Kind = TokioIo;

        fn into_source(self) -> Self {
            self
        }
    }

    impl<S> Sealed<TokioIo> for Frames<S> where Self: Source<InFrames> {}

    impl<S> FormSource<TokioIo> for Frames<S>
    where
        Self: Source<InFrames>,
    {
        type Source = Self;
        type Kind = InFrames;

        fn into_source(self) -> Self {
            self
        }
    }
}

#[cfg(feature = "smol-fs")]
mod on_smol {
    use super::{FormSource, Frames, InFrames, Source, sealed::Sealed};
    use crate::source::FuturesIo;

    impl<R: Source<FuturesIo>> Sealed<FuturesIo> for R {}

    impl<R: Source<FuturesIo>> FormSource<FuturesIo> for R {
        type Source = Self;
        type Kind = FuturesIo;

        fn into_source(self) -> Self {
            self
        }
    }

    impl<S> Sealed<FuturesIo> for Frames<S> where Self: Source<InFrames> {}

    impl<S> FormSource<FuturesIo> for Frames<S>
    where
        Self: Source<InFrames>,
    {
        type Source = Self;
        type Kind = InFrames;

        fn into_source(self) -> Self {
            self
        }
    }
}

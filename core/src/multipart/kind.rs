/// What kind of multipart body it is: how its parts belong together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MultipartKind {
    /// The fields and files of a form (RFC 7578).
    #[default]
    FormData,
    /// Parts of any kind, one behind the other (RFC 2046 section 5.1.3).
    Mixed,
    /// Parts that make one thing, the first of which names the others (RFC
    /// 2387). Its media type needs a parameter `type` of your own.
    Related,
    /// Ranges of a file (RFC 9110 section 14.6); see [`PartHead::bare`](super::PartHead::bare).
    Byteranges,
    /// Parts that replace each other, as the pictures of a camera.
    XMixedReplace,
}

impl MultipartKind {
    /// The media type, without parameters.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::FormData => "multipart/form-data",
            Self::Mixed => "multipart/mixed",
            Self::Related => "multipart/related",
            Self::Byteranges => "multipart/byteranges",
            Self::XMixedReplace => "multipart/x-mixed-replace",
        }
    }
}

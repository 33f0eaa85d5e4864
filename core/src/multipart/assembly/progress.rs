/// How far a form is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormProgress {
    /// Which part is being sent, counted from 0.
    pub part: usize,
    /// How many bytes of the whole are sent.
    pub sent: u64,
    /// How many there are, if that is known.
    pub total: Option<u64>,
}

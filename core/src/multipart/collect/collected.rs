use crate::multipart::safe_file_name;
use alloc::string::String;
use alloc::vec::Vec;

/// A field or a file of a form, and where its data are.
///
/// Names are bytes, as they were sent: nothing says that they are UTF-8.
#[derive(Debug)]
pub struct Collected {
    pub(super) name: Vec<u8>,
    pub(super) filename: Option<Vec<u8>>,
    pub(super) content_type: Option<Vec<u8>>,
    pub(super) kept: Kept,
}

/// Where data are. Complete by definition.
#[derive(Debug, PartialEq, Eq)]
pub enum Kept {
    /// Here.
    InMemory(Vec<u8>),
    /// In the file of the form.
    OnDisk {
        /// Where they begin in it.
        start: u64,
        /// How many bytes.
        len: u64,
    },
    /// With the writer that was chosen for them.
    Elsewhere {
        /// How many bytes.
        len: u64,
    },
}

impl Collected {
    /// The name of the field, with the `%22`, `%0D` and `%0A` that a browser wrote:
    /// see [`decode_form_escapes`](crate::decode_form_escapes).
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// The name of the file as the sender wrote it, in the same way: never a path
    /// to write to.
    pub fn filename(&self) -> Option<&[u8]> {
        self.filename.as_deref()
    }

    /// The name of the file as a name to write to; see [`safe_file_name`]. `None`
    /// for what is no file.
    pub fn safe_file_name(&self) -> Option<String> {
        let name = self.filename.as_deref()?;
        Some(safe_file_name(&String::from_utf8_lossy(name)))
    }

    /// The media type, as it was sent.
    pub fn content_type(&self) -> Option<&[u8]> {
        self.content_type.as_deref()
    }

    /// It has a file name, be it an empty one: browsers send that for a field
    /// where no file was chosen.
    pub const fn is_file(&self) -> bool {
        self.filename.is_some()
    }

    /// It is a field with this name, and no file.
    pub fn is_field_named(&self, name: &str) -> bool {
        self.name == name.as_bytes() && !self.is_file()
    }

    /// It is a file, and the name of its field is this.
    pub fn is_file_named(&self, name: &str) -> bool {
        self.name == name.as_bytes() && self.is_file()
    }

    /// Where the data are.
    pub const fn kept(&self) -> &Kept {
        &self.kept
    }

    /// How many bytes of data it has.
    pub const fn len(&self) -> u64 {
        match &self.kept {
            Kept::InMemory(bytes) => bytes.len() as u64,
            Kept::OnDisk { len, .. } | Kept::Elsewhere { len } => *len,
        }
    }

    /// Whether it has none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

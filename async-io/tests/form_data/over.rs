//! The words of std-io, over an async source of each kind: so that one table of tests
//! is for both.

use crate::kinds::{Kind, Slow};
use bytes::Bytes;
use std::borrow::Cow;
use std::io::{self, BufRead, Read, Write};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::ptr;
use tidegate_async_io::FormReader;
use tidegate_async_io::core::{Decoder, Head, Spill};

pub(crate) type FormSink<'s> =
    tidegate_async_io::core::FormSink<Box<dyn Write + Send + 's>, io::Error>;

pub(crate) struct FormOptions<'s, K: Kind>(tidegate_async_io::FormOptions<'s, K::Threads>);

#[derive(Debug)]
pub(crate) struct FormData<K: Kind> {
    form: tidegate_async_io::FormData<K::Threads>,
    entries: Vec<FormEntry<K>>,
}

#[derive(Debug)]
pub(crate) struct FormEntry<K: Kind>(tidegate_async_io::FormEntry<K::Threads>);

impl<'s, K: Kind> FormOptions<'s, K> {
    pub(crate) fn new() -> Self {
        Self(tidegate_async_io::FormOptions::new())
    }

    pub(crate) fn decoder(self, prepare: impl FnOnce(Decoder) -> Decoder + Send + 's) -> Self {
        Self(self.0.decoder(prepare))
    }

    pub(crate) fn spill(self, spill: Spill) -> Self {
        Self(self.0.spill(spill))
    }

    pub(crate) fn temp_dir(self, dir: impl Into<PathBuf>) -> Self {
        Self(self.0.temp_dir(dir))
    }

    pub(crate) fn choose(
        self,
        mut choose: impl FnMut(&Head<'_>) -> FormSink<'s> + Send + 's,
    ) -> Self {
        type Sink<'s, K> = tidegate_async_io::FormSink<'s, <K as Kind>::Threads>;
        Self(self.0.choose(move |head| -> Sink<'s, K> {
            match choose(head) {
                FormSink::Keep => Sink::<K>::Keep,
                FormSink::Memory => Sink::<K>::Memory,
                FormSink::Disk => Sink::<K>::Disk,
                FormSink::Writer(writer) => Sink::<K>::Writer(K::writer(Slow::new(writer))),
                FormSink::Tee(writer) => Sink::<K>::Tee(K::writer(Slow::new(writer))),
                FormSink::Skip => Sink::<K>::Skip,
                FormSink::Refuse(error) => Sink::<K>::Refuse(error),
                other => panic!("what is {other:?}?"),
            }
        }))
    }

    pub(crate) fn read(self, reader: impl BufRead, content_type: &[u8]) -> io::Result<FormData<K>> {
        let form = K::read(self.0, Slow::new(reader), content_type)?;
        let entries = form.iter().map(|entry| FormEntry(entry.clone())).collect();
        Ok(FormData { form, entries })
    }
}

impl<K: Kind> FormData<K> {
    pub(crate) fn read(reader: impl BufRead, content_type: &[u8]) -> io::Result<Self> {
        FormOptions::new().read(reader, content_type)
    }

    /// The entry that is this one there.
    fn own(&self, found: &tidegate_async_io::FormEntry<K::Threads>) -> &FormEntry<K> {
        let at = self.form.iter().position(|entry| ptr::eq(entry, found));
        &self.entries[at.unwrap()]
    }

    pub(crate) fn field(&self, name: &str) -> Option<&FormEntry<K>> {
        self.form.field(name).map(|it| self.own(it))
    }

    pub(crate) fn fields<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f FormEntry<K>> {
        self.form.fields(name).map(|it| self.own(it))
    }

    pub(crate) fn file(&self, name: &str) -> Option<&FormEntry<K>> {
        self.form.file(name).map(|it| self.own(it))
    }

    pub(crate) fn files<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f FormEntry<K>> {
        self.form.files(name).map(|it| self.own(it))
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, FormEntry<K>> {
        self.entries.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.form.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.form.is_empty()
    }
}

impl<K: Kind> FormEntry<K> {
    pub(crate) fn text(&self) -> io::Result<Cow<'_, str>> {
        K::block_on(self.0.text())
    }

    pub(crate) fn persist(&self, path: impl AsRef<Path>) -> io::Result<u64> {
        K::block_on(self.0.persist(path))
    }

    pub(crate) fn reader(&self) -> Blocks<K> {
        Blocks {
            reader: self.0.reader(),
            block: Bytes::new(),
        }
    }
}

/// A reader of them, one after the other.
pub(crate) struct Blocks<K: Kind> {
    reader: FormReader<K::Threads>,
    block: Bytes,
}

impl<K: Kind> Read for Blocks<K> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.block.is_empty()
            && let Some(next) = K::block_on(self.reader.next_block())
        {
            self.block = next?;
        }
        let len = self.block.len().min(buf.len());
        buf[..len].copy_from_slice(&self.block.split_to(len));
        Ok(len)
    }
}

impl<K: Kind> Deref for FormEntry<K> {
    type Target = tidegate_async_io::FormEntry<K::Threads>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

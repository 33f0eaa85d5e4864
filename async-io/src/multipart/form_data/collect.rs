//! The fields and parts of a form, each to where it was decided to go.

use super::options::Choose;
use super::spool::Spool;
use crate::chunk::ChunkIter;
use crate::file::Threads;
use crate::multipart::copy::poll_flush;
use crate::multipart::{Holds, Multipart, Part, Target};
use crate::reader::Room;
use crate::source::Source;
use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::task::{Context, Poll, ready};
use tidegate_core::{Arriving, Chunk, Collector, Decoder, Spill};
use tidegate_std_io::{FormData, SpillFile, UrlEncoded};

/// What was decided to keep, and what of it is on its way to disk.
pub(super) struct Collects<K: Threads> {
    collector: Collector,
    spool: Spool<K>,
}

impl<K: Threads> Collects<K> {
    pub(super) fn new(spill: Spill, temp_dir: Option<PathBuf>) -> Self {
        Self {
            collector: Collector::new(spill),
            spool: Spool::new(SpillFile::new(temp_dir).closed_by(K::dispose)),
        }
    }

    pub(super) async fn parts<R: Source<S>, S>(
        &mut self,
        source: R,
        decoder: Decoder,
        choose: &mut Choose<'_, K>,
    ) -> io::Result<()> {
        let mut multipart = Multipart::new(source, decoder);
        while let Some(mut part) = multipart.next_part().await? {
            let sink = choose(&part.head());
            let begun = Arriving::part(&part.head(), part.position(), sink)?;
            let Some((mut arriving, mut writer)) = begun else {
                continue;
            };
            poll_fn(|cx| self.poll_part(cx, &mut part, &mut arriving, &mut writer)).await?;
            self.collector.end(arriving);
        }
        Ok(())
    }

    /// Takes all data of a part, and flushes its writer.
    fn poll_part<H: Holds>(
        &mut self,
        cx: &mut Context<'_>,
        part: &mut Part<H>,
        arriving: &mut Arriving,
        writer: &mut Option<Box<dyn Target<K> + Send + '_>>,
    ) -> Poll<io::Result<()>> {
        loop {
            let room = ready!(self.spool.poll_room(cx))?;
            let data = match ready!(part.poll_window(cx)) {
                Ok([]) => break,
                Ok(data) => &data[..data.len().min(room)],
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Poll::Ready(Err(error)),
            };
            let taken = match writer {
                None => data,
                // What a writer did not take is not kept either, as yet.
                Some(writer) => match ready!(writer.poll_write(cx, data)) {
                    Ok(0) => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                    Ok(written) => &data[..written],
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    Err(error) => return Poll::Ready(Err(error)),
                },
            };
            self.spool
                .stow(self.collector.push(arriving, taken)?, taken);
            let len = taken.len();
            part.take(len);
        }
        match writer {
            Some(writer) => poll_flush(cx, &mut **writer),
            None => Poll::Ready(Ok(())),
        }
    }

    pub(super) async fn fields<R: Source<S>, S>(
        &mut self,
        source: R,
        decoder: &Decoder,
    ) -> io::Result<()> {
        let mut form = UrlEncoded::new(decoder);
        let mut chunks = ChunkIter::with_scanner(source, form.scanner());
        // At the first look: the next one may be interrupted.
        while let Some(kept) =
            poll_fn(|cx| chunks.poll_see(cx, |chunk| self.keep(&mut form, chunk)))
                .await
                .map_err(|error| form.fault(error))?
        {
            kept?;
            poll_fn(|cx| self.spool.poll_room(cx)).await?;
        }
        Ok(())
    }

    fn keep(&mut self, form: &mut UrlEncoded, chunk: Chunk<'_>) -> io::Result<()> {
        if let Some(field) = form.field(chunk)? {
            let value = field.value.as_bytes();
            let mut arriving = Arriving::field(field.name.into_owned().into(), field.offset);
            self.spool
                .stow(self.collector.push(&mut arriving, value)?, value);
            self.collector.end(arriving);
        }
        Ok(())
    }

    pub(super) async fn finish(mut self) -> io::Result<FormData> {
        let file = poll_fn(|cx| self.spool.poll_finish(cx)).await?;
        Ok(FormData::collected(self.collector, file))
    }
}

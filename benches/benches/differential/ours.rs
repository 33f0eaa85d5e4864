//! tidegate.

use crate::{End, HEAD, Reading};
use std::io::{self, BufRead, BufReader, Read};
use std::net::TcpStream;
use tidegate_core::{At, ChunkedFault};
use tidegate_std_io::{BodyKind, InputLimits, input_stream};

pub(crate) fn read(connection: TcpStream) -> io::Result<Reading<ChunkedFault>> {
    let mut connection = BufReader::new(connection);
    connection.read_exact(&mut [0; HEAD.len()])?;
    let limits = InputLimits::new().unlimited();
    let mut body = input_stream(&mut connection, BodyKind::Chunked, limits)?;
    let mut content = Vec::new();
    let end = match take_all(&mut body, &mut content) {
        Ok(()) => {
            assert!(body.may_reuse_connection());
            let field = |(name, value): (&[u8], &[u8])| (name.to_ascii_lowercase(), value.to_vec());
            let mut trailers: Vec<_> = body.trailers().map(field).collect();
            trailers.sort();
            drop(body);
            let mut rest = Vec::new();
            connection.read_to_end(&mut rest)?;
            Ok(End { trailers, rest })
        }
        Err(error) => {
            assert!(!body.may_reuse_connection());
            let at = error.get_ref().and_then(|cause| cause.downcast_ref());
            let Some(At { fault, .. }) = at else {
                return Err(error);
            };
            Err(*fault)
        }
    };
    Ok(Reading { content, end })
}

fn take_all(body: &mut impl BufRead, content: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let data = body.fill_buf()?;
        if data.is_empty() {
            return Ok(());
        }
        content.extend_from_slice(data);
        let used = data.len();
        body.consume(used);
    }
}

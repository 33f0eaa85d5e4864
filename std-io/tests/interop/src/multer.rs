//! multer, which axum, rocket and warp stand on.

use crate::work::{Answer, Part, Reading, Work};
use futures_util::stream;
use std::convert::Infallible;
use std::error::Error;
use std::fs;

pub(crate) fn run(work: &Work) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut answers = Vec::new();
    for body in work.index()? {
        let bytes = fs::read(&body.path)?;
        let reading = match runtime.block_on(read(&body.content_type, &bytes)) {
            Ok(parts) => Reading::Parts(parts),
            Err(err) => Reading::Refused(err.to_string()),
        };
        answers.push(Answer {
            writer: body.writer,
            case: body.case,
            reading,
        });
    }
    work.save_answers("multer", &answers)
}

async fn read(content_type: &str, body: &[u8]) -> Result<Vec<Part>, multer::Error> {
    let boundary = multer::parse_boundary(content_type)?;
    let blocks = body
        .chunks(8 * 1024)
        .map(|block| Ok::<_, Infallible>(block.to_vec()));
    let mut form = multer::Multipart::new(stream::iter(blocks.collect::<Vec<_>>()), boundary);
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await? {
        let name = field.name().map(str::to_owned);
        let filename = field.file_name().map(str::to_owned);
        let content_type = field.content_type().map(ToString::to_string);
        let content = field.bytes().await?;
        parts.push(Part::new(name, filename, content_type, &content));
    }
    Ok(parts)
}

//! Which engines run over what.

use crate::case::Case;
use crate::{limits, ours, peers};
use tidegate_benches::{Engine, Gives};

pub(crate) fn decoders() -> Vec<Engine<Case>> {
    vec![
        Engine::ours("feed", ours::feed),
        Engine::ours("multipart", ours::multipart),
        Engine::ours("multipart_copied", ours::multipart_copied),
        Engine::ours("frames", ours::frames),
        Engine::peer("multer", peers::multer),
        Engine::peer("multra", peers::multra),
        Engine::peer("multiparty", peers::multiparty),
        Engine::peer("multipart_async_stream", peers::multipart_async_stream),
        Engine::peer("form-net", peers::form_net),
        Engine::peer("nostd-multipart", peers::nostd_multipart),
        Engine::peer("actix-multipart", peers::actix_multipart),
        Engine::peer("form-data", peers::form_data),
    ]
}

/// All that decode this, and what cannot be beaten.
pub(crate) fn right_about(case: &Case) -> Vec<Engine<Case>> {
    let mut engines = decoders();
    // It ends a part at two dashes and the boundary even within a line; and byte by
    // byte it takes 22 s for a MiB.
    let is_fair = !case.holds_boundary() && case.read() > 1;
    engines.retain(|engine| engine.name != "form-data" || is_fair);
    engines.extend([
        Engine::limit("memmem", limits::memmem).giving(Gives::Bytes),
        Engine::limit("memcpy", limits::memcpy).giving(Gives::Bytes),
    ]);
    engines
}

//! `GET /help`: what there is, and how to try it.

use super::ROUTES;
use crate::answer::Answer;
use crate::site::Site;
use http::request::Parts;
use std::io;
use tidegate_std_io::gateway::Input;

pub(super) fn help(_: &Parts, _: &mut Input, site: &Site) -> io::Result<Answer> {
    let address = format!("http://{}", site.address);
    let mut page = format!(
        "tidegate: reads a request body only as far as it may be read.\n\
         Bodies of up to {} bytes are taken here, and uploads of up to {}, with a\n\
         length or in chunks. How long a client may take, and how many there may\n\
         be: serve --help\n",
        site.settings.max_body, site.settings.max_upload
    );
    for route in ROUTES {
        page += &format!("\n{} {}\n    {}\n", route.method, route.path, route.about);
        for example in route.examples {
            page += &format!("    $ {}\n", example.replace("{site}", &address));
        }
    }
    Ok(Answer::text(200, page))
}

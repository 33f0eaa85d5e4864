use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::io::{self, ErrorKind};
use tidegate_std_io::fault_class;

/// What went wrong, and whose fault it was.
pub(crate) struct Refusal(io::Error);

impl<E: Into<io::Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = match (fault_class(&self.0), self.0.kind()) {
            (Some(class), _) => StatusCode::from_u16(class.http_status()).ok(),
            (None, ErrorKind::NotFound) => Some(StatusCode::NOT_FOUND),
            (None, ErrorKind::AlreadyExists) => Some(StatusCode::CONFLICT),
            (None, ErrorKind::InvalidInput | ErrorKind::InvalidData) => {
                Some(StatusCode::BAD_REQUEST)
            }
            (None, _) => None,
        };
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, format!("{status}: {}\n", self.0)).into_response()
    }
}

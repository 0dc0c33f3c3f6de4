//! Who may ask at all: the host asked for, the site that asks, the token it brings.

mod door;
mod headers;
mod host;
mod origin;
mod token;

pub(crate) use door::Door;
pub(crate) use headers::headers;
pub(crate) use host::host;
pub(crate) use origin::origin;
pub(crate) use token::token;

//! Names in paths.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use tdev_core::component::ComponentRef;
use tdev_core::{Code, Error, Result};

use crate::problem::Problem;

/// An id in a path.
#[derive(Debug)]
pub(crate) struct IdPath(pub(crate) String);

/// A reference in a path: `Name` or `Name@v1`.
#[derive(Debug)]
pub(crate) struct ComponentPath(pub(crate) ComponentRef);

impl<S: Send + Sync> FromRequestParts<S> for IdPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<String>::from_request_parts(parts, state).await {
            Ok(Path(id)) => Ok(Self(id)),
            Err(_) => Err(Error::new(Code::InvalidInput, "the path is not UTF-8 text").into()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ComponentPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let IdPath(text) = IdPath::from_request_parts(parts, state).await?;
        Ok(Self(text.parse()?))
    }
}

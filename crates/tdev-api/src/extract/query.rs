//! The query of a URL.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use tdev_core::{Code, Error};

use crate::problem::Problem;

/// The query, read into a type.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::<T>::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(fault) => Err(Error::new(
                Code::InvalidInput,
                format!("the query cannot be read: {}", source_of(&fault)),
            )
            .into()),
        }
    }
}

fn source_of(fault: &dyn std::error::Error) -> String {
    fault
        .source()
        .map_or_else(|| fault.to_string(), ToString::to_string)
}

//! What AWS's services answer when they refuse, in the one vocabulary.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use tdev_core::{Code, Error};

/// The error behind a refused request; `doing` says what was tried, as in "read the table `x`".
pub(crate) fn of<E: ProvideErrorMetadata, R>(doing: &str, error: &SdkError<E, R>) -> Error {
    let (code, reason) = match error {
        SdkError::ServiceError(said) => {
            let name = said.err().code().unwrap_or("an unnamed error");
            (code_of(name), name.to_owned())
        }
        SdkError::TimeoutError(_) => (Code::StoreUnavailable, "it did not answer".to_owned()),
        SdkError::DispatchFailure(_) => {
            (Code::StoreUnavailable, "it could not be reached".to_owned())
        }
        SdkError::ResponseError(_) => (
            Code::StoreUnavailable,
            "its answer could not be read".to_owned(),
        ),
        _ => (
            Code::Internal,
            "the request could not be written".to_owned(),
        ),
    };
    let fault = Error::new(code, format!("could not {doing}: {reason}"));
    // What the service said may name accounts and roles: for the log, not for clients.
    if let SdkError::ServiceError(said) = error {
        tracing::warn!(
            aws.error = reason,
            aws.message = said.err().message().unwrap_or_default(),
            "{fault}"
        );
    }
    match code {
        Code::PermissionDenied => fault.hint("give the function's role this permission"),
        Code::Internal if reason == "ResourceNotFoundException" => {
            fault.hint("deploy the template, and name its stack in the configuration")
        }
        _ => fault,
    }
}

fn code_of(name: &str) -> Code {
    match name {
        "AccessDenied" | "AccessDeniedException" | "UnrecognizedClientException" => {
            Code::PermissionDenied
        }
        "ResourceNotFoundException"
        | "NoSuchBucket"
        | "StateMachineDoesNotExist"
        | "ValidationException" => Code::Internal,
        "ItemCollectionSizeLimitExceededException" | "RequestTooLargeException" => {
            Code::PayloadTooLarge
        }
        _ => Code::StoreUnavailable,
    }
}

//! The SDK's failures in the one vocabulary.

use aws_sdk_bedrockruntime::config::http::HttpResponse;
use aws_sdk_bedrockruntime::error::{ProvideErrorMetadata, SdkError};
use tdev_core::{Code, Error};

/// Characters of a service's own words that are passed on.
const MOST_TOLD: usize = 200;

/// A call that failed after all tries of the SDK.
pub(super) fn of<E: ProvideErrorMetadata>(fault: &SdkError<E, HttpResponse>) -> Error {
    match fault {
        // A success whose body is none.
        SdkError::ServiceError(said) if said.raw().status().is_success() => unreadable(),
        SdkError::ServiceError(said) => service(said.err()),
        SdkError::TimeoutError(_) => unavailable("Bedrock did not answer in time"),
        SdkError::DispatchFailure(failed) if failed.is_timeout() => {
            unavailable("Bedrock did not answer in time")
        }
        SdkError::DispatchFailure(failed) if failed.is_io() => {
            unavailable("Bedrock cannot be reached")
        }
        // Neither region nor credentials: nothing was sent.
        SdkError::DispatchFailure(_) | SdkError::ConstructionFailure(_) => Error::new(
            Code::InvalidConfig,
            "Bedrock cannot be called with this AWS configuration",
        )
        .hint("it needs a region and credentials: `aws configure`, a role, or AWS_REGION and AWS_PROFILE"),
        _ => unreadable(),
    }
}

/// A stream that failed after it had begun.
pub(super) fn midway<E: ProvideErrorMetadata, R>(fault: &SdkError<E, R>) -> Error {
    match fault {
        SdkError::ServiceError(said) => unavailable(&format!(
            "Bedrock broke off ({})",
            words(said.err().code().unwrap_or("no reason given"))
        )),
        _ => unavailable("the answer of the language model was cut off on the way"),
    }
}

fn service(error: &impl ProvideErrorMetadata) -> Error {
    let code = error.code().unwrap_or_default();
    let said = words(error.message().unwrap_or(code));
    let told = |code, what: &str| Error::new(code, format!("Bedrock {what}: {said}"));
    match code {
        "ThrottlingException" | "ServiceQuotaExceededException" | "TooManyRequestsException" => {
            told(Code::ModelThrottled, "takes no more requests for now")
        }
        "AccessDeniedException" | "UnrecognizedClientException" | "ExpiredTokenException"
        | "InvalidSignatureException" => told(Code::PermissionDenied, "does not let this account in")
            .hint("the role needs bedrock:InvokeModel and bedrock:InvokeModelWithResponseStream on the model, and the account access to it"),
        "ResourceNotFoundException" => told(Code::InvalidConfig, "has no such model here")
            .hint("look at `model` and `region` under [models] in tdev.toml"),
        "ValidationException" => told(Code::ModelRefused, "does not take the request"),
        _ => told(Code::ModelUnavailable, "failed"),
    }
}

pub(super) fn unreadable() -> Error {
    Error::new(
        Code::ModelInvalid,
        "Bedrock sent an answer that cannot be read",
    )
}

fn unavailable(message: &str) -> Error {
    Error::new(Code::ModelUnavailable, message)
}

/// Somebody else's words as one short line.
fn words(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let line: String = line
        .join(" ")
        .chars()
        .filter(|c| !c.is_control())
        .take(MOST_TOLD)
        .collect();
    line.trim_end_matches('.').to_owned()
}

//! How much of an error a client may see.

use tdev_core::{Code, Error};

/// The error as a client sees it: faults of the server's own side lose their message, which may
/// name host paths and stored data; what a component printed stays out of `details`.
pub(crate) fn public(error: &Error) -> Error {
    if let Some((message, hint)) = generic(error.code) {
        return Error::new(error.code, message).hint(hint);
    }
    let details = if about_the_request(error.code) {
        error.details.clone()
    } else {
        None
    };
    Error {
        details,
        ..error.clone()
    }
}

/// What is said instead of a message that is about this machine.
const fn generic(code: Code) -> Option<(&'static str, &'static str)> {
    match code {
        Code::Internal => Some((
            "the program met a fault of its own",
            "the server's log has the cause",
        )),
        Code::StoreUnavailable => Some((
            "stored data could not be read or written",
            "try again; the server's log has the cause",
        )),
        Code::StoreCorrupt => Some((
            "stored data is damaged or of a newer format",
            "the server's log names it",
        )),
        Code::Locked => Some((
            "another process holds what this one needs",
            "try again when it is done",
        )),
        Code::InvalidConfig => Some((
            "a configuration file cannot be used",
            "the server's log names it",
        )),
        Code::InterpreterMissing | Code::InterpreterForeign => Some((
            "the Python interpreter of this server cannot be used",
            "run `tdev doctor` where the server runs",
        )),
        _ => None,
    }
}

/// Codes whose details speak of what the client sent.
const fn about_the_request(code: Code) -> bool {
    matches!(
        code,
        Code::InvalidInput
            | Code::InvalidWorkflow
            | Code::InvalidComponent
            | Code::InvalidSchema
            | Code::SchemaMismatch
            | Code::CapabilityMissing
            | Code::NeedsReview
            | Code::TestsFailed
    )
}

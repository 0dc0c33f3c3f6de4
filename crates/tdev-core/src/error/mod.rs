//! The one error vocabulary: from an agent to the Lambda `error_type`, ASL `ErrorEquals`, the CLI
//! and problem+json.

mod failure;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What went wrong, and everything the caller needs to put it right.
///
/// Shape when serialised: `{"code", "message", "field"?, "hint"?, "details"?}`. The message is one
/// lowercase line without a final period; `field` names the offending field as a dotted path;
/// `hint` says the nearest right thing. Nothing secret and no Rust type name ever enters it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {message}{}{}", OnField(field.as_deref()), OrHint(hint.as_deref()))]
pub struct Error {
    /// The stable code.
    pub code: Code,
    /// One line for a person.
    pub message: String,
    /// Dotted path of the field at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The nearest right thing to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// More for machines: traceback, other faults, limits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Box<Value>>,
}

struct OnField<'a>(Option<&'a str>);

impl fmt::Display for OnField<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |field| write!(f, " (at `{field}`)"))
    }
}

struct OrHint<'a>(Option<&'a str>);

impl fmt::Display for OrHint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

impl Error {
    /// An error of `code` with a one-line message.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field: None,
            hint: None,
            details: None,
        }
    }

    /// Names the field at fault.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Says the nearest right thing.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says the nearest right thing when there is one.
    #[must_use]
    pub fn hint_opt(mut self, hint: Option<String>) -> Self {
        self.hint = hint.or(self.hint);
        self
    }

    /// Attaches machine-readable detail.
    #[must_use]
    pub fn details(mut self, details: Value) -> Self {
        self.details = Some(Box::new(details));
        self
    }

    /// Whether trying the same thing again may succeed.
    pub fn retryable(&self) -> bool {
        self.code.retryable()
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident => $status:literal, $retry:literal;)*) => {
        /// A stable error code. Its spelling is the Lambda `error_type`, the ASL `ErrorEquals`
        /// string and the last segment of the problem type.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code, in the order of their documentation.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The stable spelling.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => stringify!($name),)* }
            }

            /// The HTTP status a client sees.
            pub const fn http_status(self) -> u16 {
                match self { $(Code::$name => $status,)* }
            }

            /// Whether trying the same thing again may succeed.
            pub const fn retryable(self) -> bool {
                match self { $(Code::$name => $retry,)* }
            }
        }
    };
}

codes! {
    /// The request itself is malformed: JSON, arguments, a missing field.
    InvalidInput => 400, false;
    /// A workflow that cannot be right: unknown reference, cycle, ill-typed or missing field.
    InvalidWorkflow => 422, false;
    /// Component metadata or code that cannot be registered.
    InvalidComponent => 422, false;
    /// A schema that is neither shorthand nor JSON Schema.
    InvalidSchema => 422, false;
    /// A state machine definition with faults.
    InvalidStateMachine => 422, false;
    /// A configuration file that cannot be used.
    InvalidConfig => 422, false;
    /// A value that does not fit the schema of the component it is given to or comes from.
    SchemaMismatch => 422, false;
    /// No component of that name or version.
    ComponentNotFound => 404, false;
    /// The component exists, but its status forbids running it.
    ComponentDisabled => 409, false;
    /// No workflow of that id.
    WorkflowNotFound => 404, false;
    /// No run of that id.
    RunNotFound => 404, false;
    /// No stored artifact of that hash.
    ArtifactNotFound => 404, false;
    /// No approval waiting under that id.
    ApprovalNotFound => 404, false;
    /// A file that is not there.
    FileNotFound => 404, false;
    /// No service of that id, or no such version of it.
    ServiceNotFound => 404, false;
    /// A service definition that cannot be run, or is not what its hash says.
    InvalidService => 422, false;
    /// A new version of a service did not show that it works; the version before goes on.
    HealthCheckFailed => 422, false;
    /// Already there, and not the same.
    AlreadyExists => 409, false;
    /// Somebody else changed it first.
    Conflict => 409, true;
    /// The goal needs a capability that no component has and that cannot be composed.
    CapabilityMissing => 422, false;
    /// The component raised or reported a failure.
    ComponentFailed => 502, false;
    /// The component ran past its time limit.
    ComponentTimeout => 504, true;
    /// The component asked for more memory than its limit.
    ComponentOutOfMemory => 502, false;
    /// The component printed or returned more than its limit.
    OutputLimit => 502, false;
    /// The component's sandbox ended abnormally.
    ComponentCrashed => 502, true;
    /// A remote service answered with an error or not at all.
    RemoteUnavailable => 502, true;
    /// Something the metadata does not grant: a file root, host, secret or component.
    PermissionDenied => 403, false;
    /// A secret that is not configured.
    SecretNotFound => 422, false;
    /// The Python interpreter component is not there.
    InterpreterMissing => 503, false;
    /// The Python interpreter component is not the one this program built.
    InterpreterForeign => 503, false;
    /// A file or payload over its limit.
    PayloadTooLarge => 413, false;
    /// Stored data could not be read or written: full or read-only disk, I/O error.
    StoreUnavailable => 503, true;
    /// Stored data is damaged or of a newer format.
    StoreCorrupt => 500, false;
    /// Another process holds what this one needs.
    Locked => 423, true;
    /// An approval was answered with no.
    ApprovalRejected => 403, false;
    /// An approval ran out of time.
    ApprovalExpired => 408, false;
    /// The run was cancelled.
    Cancelled => 409, false;
    /// The plan stayed under the threshold and a person must decide.
    NeedsReview => 409, false;
    /// Tests failed.
    TestsFailed => 422, false;
    /// No language model is configured, and this needs one.
    ModelNotConfigured => 501, false;
    /// The language model's service failed or did not answer in time.
    ModelUnavailable => 502, true;
    /// The language model's service takes no more requests for now.
    ModelThrottled => 429, true;
    /// The language model, or a guardrail before it, declined.
    ModelRefused => 422, false;
    /// What the language model answered cannot be used.
    ModelInvalid => 502, false;
    /// The next call of a language model could cost more than the run has left.
    BudgetExceeded => 402, false;
    /// A capability this build or configuration does not have.
    Unsupported => 501, false;
    /// A fault of the program itself.
    Internal => 500, false;
}

/// The RFC 9457 problem type of a code's spelling, the same wherever problems are told.
pub fn problem_type(code: &str) -> String {
    format!("urn:tdev:error:{code}")
}

impl Code {
    /// The code of that spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A result in the one vocabulary.
pub type Result<T, E = Error> = std::result::Result<T, E>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives_its_spelling() {
        for code in Code::ALL {
            assert_eq!(Code::parse(code.as_str()), Some(*code));
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }

    #[test]
    fn a_message_names_field_and_remedy_in_one_line() {
        let error = Error::new(Code::InvalidWorkflow, "unknown step `tranlate`")
            .field("steps.send.input.body")
            .hint("did you mean `translate`?");
        assert_eq!(
            error.to_string(),
            "InvalidWorkflow: unknown step `tranlate` (at `steps.send.input.body`); did you mean `translate`?"
        );
    }
}

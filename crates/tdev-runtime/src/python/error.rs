//! Why a Python component did not give a result.

use std::path::PathBuf;
use std::time::Duration;

use super::artifact::BUILD_COMMAND;

/// Each variant says what the caller does next; `code()` is the shared error vocabulary.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PythonError {
    /// Set-up has not been run: run the build command.
    #[error("no python interpreter in `{}`; build it with `{BUILD_COMMAND}`", folder.display())]
    InterpreterMissing {
        /// Where it would be.
        folder: PathBuf,
    },
    /// What is there was not built by and for this program, or others could have changed it.
    #[error("the python interpreter in `{}` cannot be trusted: {reason}; build it again with `{BUILD_COMMAND}`", folder.display())]
    InterpreterForeign {
        /// Where it is.
        folder: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The source is not Python.
    #[error("{file} line {line} column {column}: {message}")]
    Syntax {
        /// The component's file.
        file: String,
        /// From 1; 0 if unknown.
        line: u32,
        /// From 1; 0 if unknown.
        column: u32,
        /// Python's own message.
        message: String,
    },
    /// The source has no such entry, or several and none was named.
    #[error("{message}")]
    EntryMissing {
        /// Lists what the source has.
        message: String,
    },
    /// The input's fields are not the entry's parameters.
    #[error("{message}")]
    InputInvalid {
        /// Names the fields.
        message: String,
    },
    /// The result has no JSON form.
    #[error("{message}")]
    ResultInvalid {
        /// Names the part that has none.
        message: String,
    },
    /// The component raised an exception, or a host call it made failed and it did not catch it.
    #[error("{kind}: {message}")]
    Failed {
        /// `ComponentFailed`, or the code of the `ToolError` that ended it.
        code: String,
        /// The exception's type.
        kind: String,
        /// The exception's message.
        message: String,
        /// In the component's own file and lines.
        traceback: String,
        /// The last line of the component that was running; 0 if none.
        line: u32,
        /// As the failed host call said.
        retryable: bool,
    },
    /// It ran past its wall time.
    #[error("the component was still running after {} ms", limit.as_millis())]
    Timeout {
        /// The wall time it had.
        limit: Duration,
    },
    /// It asked for more memory than it may have.
    #[error("the component needs more than {} MiB of memory", limit >> 20)]
    OutOfMemory {
        /// Bytes.
        limit: usize,
    },
    /// It printed, returned or sent more than it may.
    #[error("the component's {what} is over {limit} bytes")]
    OutputLimit {
        /// `output`, `result` or `host call`.
        what: &'static str,
        /// Bytes.
        limit: usize,
    },
    /// Its instance ended abnormally: recursion too deep for the stack, `os._exit`.
    #[error("the component crashed its sandbox: {reason}")]
    Crashed {
        /// One line.
        reason: String,
    },
    /// Components call each other in a circle, or too deep.
    #[error("components call each other more than {limit} deep")]
    TooDeep {
        /// The deepest allowed.
        limit: u32,
    },
    /// Every slot stayed taken for as long as the call was allowed to take.
    #[error("the python sandbox is busy: {slots} components are running")]
    Busy {
        /// How many may run at once.
        slots: usize,
    },
    /// A fault of the sandbox itself.
    #[error("the python sandbox failed: {reason}")]
    Sandbox {
        /// One line.
        reason: String,
    },
}

impl PythonError {
    /// The stable code, in the vocabulary that all of T-Developer shares.
    pub fn code(&self) -> &str {
        match self {
            Self::InterpreterMissing { .. } => "InterpreterMissing",
            Self::InterpreterForeign { .. } => "InterpreterForeign",
            Self::Syntax { .. } | Self::EntryMissing { .. } => "InvalidComponent",
            Self::InputInvalid { .. } => "InvalidInput",
            Self::ResultInvalid { .. } => "SchemaMismatch",
            Self::Failed { code, .. } => code,
            Self::Timeout { .. } => "ComponentTimeout",
            Self::OutOfMemory { .. } => "ComponentOutOfMemory",
            Self::OutputLimit { .. } => "OutputLimit",
            Self::Crashed { .. } => "ComponentCrashed",
            Self::TooDeep { .. } => "ComponentFailed",
            Self::Busy { .. } => "Locked",
            Self::Sandbox { .. } => "Internal",
        }
    }

    /// Whether the same call may succeed later.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Failed { retryable, .. } => *retryable,
            Self::Timeout { .. } | Self::Crashed { .. } | Self::Busy { .. } => true,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use tdev_core::Code;

    use super::*;

    #[test]
    fn codes_and_retries_are_those_of_the_shared_vocabulary() {
        let text = String::new;
        for error in [
            PythonError::InterpreterMissing {
                folder: PathBuf::new(),
            },
            PythonError::InterpreterForeign {
                folder: PathBuf::new(),
                reason: text(),
            },
            PythonError::Syntax {
                file: text(),
                line: 1,
                column: 1,
                message: text(),
            },
            PythonError::EntryMissing { message: text() },
            PythonError::InputInvalid { message: text() },
            PythonError::ResultInvalid { message: text() },
            PythonError::Timeout {
                limit: Duration::ZERO,
            },
            PythonError::OutOfMemory { limit: 0 },
            PythonError::OutputLimit {
                what: "output",
                limit: 0,
            },
            PythonError::Crashed { reason: text() },
            PythonError::TooDeep { limit: 8 },
            PythonError::Busy { slots: 1 },
            PythonError::Sandbox { reason: text() },
        ] {
            let shared = Code::parse(error.code()).map(Code::retryable);
            assert_eq!(shared, Some(error.retryable()), "{error:?}");
        }
    }
}

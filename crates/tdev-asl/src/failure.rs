//! Why a state failed, before the engine decides whether it is retried, caught or fatal.

/// A failure on its way from where it happened to a retrier, a catcher or the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The error name; a Fail state may leave it out.
    pub(crate) error: Option<String>,
    pub(crate) cause: Option<String>,
    pub(crate) origin: Origin,
}

/// Where a failure comes from, which decides how its cause reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The cause stands as it is.
    Reported,
    /// The engine itself: the cause is prefixed with the state and its event.
    Engine,
    /// A JSONata field: as `Engine`, and an `EvaluationFailed` event is written.
    Evaluation {
        /// The field, such as `Output/total`.
        location: String,
    },
}

/// The error names of the language.
pub(crate) mod names {
    pub(crate) const ALL: &str = "States.ALL";
    pub(crate) const RUNTIME: &str = "States.Runtime";
    pub(crate) const TIMEOUT: &str = "States.Timeout";
    pub(crate) const HEARTBEAT: &str = "States.HeartbeatTimeout";
    pub(crate) const TASK_FAILED: &str = "States.TaskFailed";
    pub(crate) const QUERY: &str = "States.QueryEvaluationError";
    pub(crate) const INTRINSIC: &str = "States.IntrinsicFailure";
    pub(crate) const NO_CHOICE: &str = "States.NoChoiceMatched";
    pub(crate) const RESULT_PATH: &str = "States.ResultPathMatchFailure";
    pub(crate) const DATA_LIMIT: &str = "States.DataLimitExceeded";
    pub(crate) const ITEM_READER: &str = "States.ItemReaderFailed";
    pub(crate) const RESULT_WRITER: &str = "States.ResultWriterFailed";
    pub(crate) const THRESHOLD: &str = "States.ExceedToleratedFailureThreshold";
}

impl Failure {
    /// A failure whose cause is already complete.
    pub(crate) fn reported(error: impl Into<String>, cause: impl Into<String>) -> Self {
        Self {
            error: Some(error.into()),
            cause: Some(cause.into()),
            origin: Origin::Reported,
        }
    }

    /// A failure of the engine under `error`.
    pub(crate) fn engine(error: &str, cause: impl Into<String>) -> Self {
        Self {
            error: Some(error.to_owned()),
            cause: Some(cause.into()),
            origin: Origin::Engine,
        }
    }

    /// `States.Runtime`, which nothing retries or catches.
    pub(crate) fn runtime(cause: impl Into<String>) -> Self {
        Self::engine(names::RUNTIME, cause)
    }

    /// A JSONata expression that gave no usable value.
    pub(crate) fn query(location: &str, cause: impl Into<String>) -> Self {
        Self {
            error: Some(names::QUERY.to_owned()),
            cause: Some(cause.into()),
            origin: Origin::Evaluation {
                location: location.to_owned(),
            },
        }
    }

    /// Whether the failure ends the execution whatever the definition says.
    pub(crate) fn is_fatal(&self) -> bool {
        self.error.as_deref() == Some(names::RUNTIME)
    }

    /// Whether a retrier or catcher naming `wanted` is meant.
    pub(crate) fn matches(&self, wanted: &str) -> bool {
        let error = self.error.as_deref();
        if self.is_fatal() {
            return false;
        }
        match wanted {
            names::ALL => error != Some(names::DATA_LIMIT),
            names::TASK_FAILED => !matches!(
                error,
                Some(names::TIMEOUT | names::HEARTBEAT | names::DATA_LIMIT)
            ),
            // A heartbeat timeout is a timeout.
            names::TIMEOUT => matches!(error, Some(names::TIMEOUT | names::HEARTBEAT)),
            _ => error == Some(wanted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_all_matches_everything_but_the_terminal_errors() {
        assert!(Failure::reported("Mine", "x").matches(names::ALL));
        assert!(Failure::engine(names::QUERY, "x").matches(names::ALL));
        assert!(!Failure::runtime("x").matches(names::ALL));
        assert!(!Failure::runtime("x").matches(names::RUNTIME));
        assert!(!Failure::engine(names::DATA_LIMIT, "x").matches(names::ALL));
        assert!(Failure::engine(names::DATA_LIMIT, "x").matches(names::DATA_LIMIT));
    }

    #[test]
    fn task_failed_is_any_error_but_a_timeout() {
        assert!(Failure::reported("Mine", "x").matches(names::TASK_FAILED));
        assert!(!Failure::engine(names::TIMEOUT, "x").matches(names::TASK_FAILED));
        assert!(Failure::engine(names::HEARTBEAT, "x").matches(names::TIMEOUT));
    }
}

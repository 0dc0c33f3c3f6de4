//! Errors as a state machine sees them: an error name and a cause, the shape Lambda gives both.

use serde_json::{Value, json};

use super::{Code, Error};

impl Error {
    /// The cause text a failing function leaves in a state machine: Lambda's
    /// `{"errorType", "errorMessage"}`, where the message is this error as JSON, so that nothing
    /// is lost on the way.
    pub fn to_cause(&self) -> String {
        let whole = serde_json::to_string(self).unwrap_or_else(|_| self.message.clone());
        json!({"errorType": self.code.as_str(), "errorMessage": whole}).to_string()
    }

    /// The error behind a state machine's error name and cause, whoever raised it.
    pub fn from_failure(name: &str, cause: &str) -> Self {
        let parsed: Option<Value> = serde_json::from_str(cause).ok();
        let text = parsed
            .as_ref()
            .and_then(|c| c.get("errorMessage"))
            .and_then(Value::as_str)
            .unwrap_or(cause);
        if let Ok(error) = serde_json::from_str::<Error>(text) {
            return error;
        }
        let code = Code::parse(name).unwrap_or(match name {
            "States.Timeout" | "States.HeartbeatTimeout" => Code::ComponentTimeout,
            "States.DataLimitExceeded" => Code::PayloadTooLarge,
            "States.Permissions" => Code::PermissionDenied,
            _ => Code::ComponentFailed,
        });
        let message = if text.is_empty() {
            name.to_owned()
        } else {
            text.to_owned()
        };
        let error = Self::new(code, message);
        if code.as_str() == name {
            error
        } else {
            error.details(json!({"error": name}))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_crosses_a_state_machine_unchanged() {
        let error = Error::new(Code::PermissionDenied, "host not granted")
            .field("url")
            .hint("grant it");
        assert_eq!(
            Error::from_failure(error.code.as_str(), &error.to_cause()),
            error
        );
        assert_eq!(
            Error::from_failure("States.Timeout", "").code,
            Code::ComponentTimeout
        );
    }
}

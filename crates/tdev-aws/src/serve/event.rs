//! The event of a function: what is asked, and on whose behalf.

use serde_json::Value;
use tdev_core::ports::Scope;
use tdev_core::{Code, Error, Result};

/// The input and on whose behalf it came.
pub(super) fn taken_apart(mut event: Value) -> Result<(Value, Scope)> {
    let scope = event
        .as_object_mut()
        .and_then(|fields| fields.remove("scope"))
        .ok_or_else(|| {
            Error::new(
                Code::InvalidInput,
                "a function is called with an object that has a `scope`",
            )
            .field("scope")
        })?;
    let scope = serde_json::from_value(scope).map_err(|e| {
        Error::new(Code::InvalidInput, format!("`scope` makes no sense: {e}")).field("scope")
    })?;
    Ok((event, scope))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_scope_is_taken_out_of_what_is_asked() {
        let scope = json!({"project": "demo", "run_id": "r1"});
        let (input, scope) = taken_apart(json!({"goal": "x", "scope": scope})).unwrap();
        assert_eq!(input, json!({"goal": "x"}));
        assert_eq!(
            (scope.project.as_str(), scope.run_id.as_str()),
            ("demo", "r1")
        );
        for event in [json!({"goal": "x"}), json!([]), json!({"scope": 3})] {
            assert_eq!(taken_apart(event).unwrap_err().code, Code::InvalidInput);
        }
    }
}

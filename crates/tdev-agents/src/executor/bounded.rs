//! Keeping a trace within what a state machine may carry; the full values stand in the events.

use serde_json::json;
use tdev_core::agent_io::TraceStep;

/// Bytes of JSON one value may take, and all of them together (AWS allows 256 KiB a payload).
const ONE: usize = 8 * 1024;
const ALL: usize = 96 * 1024;

/// The trace with large values replaced by `{"omitted_bytes": N}`.
pub(super) fn trace(mut steps: Vec<TraceStep>) -> Vec<TraceStep> {
    let mut total = 0;
    for step in &mut steps {
        for value in [&mut step.input, &mut step.output] {
            let size = value.to_string().len();
            if size > ONE || total + size > ALL {
                *value = json!({"omitted_bytes": size});
            } else {
                total += size;
            }
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn a_large_value_leaves_its_size_behind() {
        let step = TraceStep {
            step: 1,
            id: "a".into(),
            agent: "A@v1".into(),
            input: Value::Null,
            output: json!("x".repeat(ONE)),
            started_at: String::new(),
            duration_ms: 0.0,
            attempts: 1,
            error: None,
        };
        let kept = trace(vec![step]);
        assert_eq!(kept[0].output, json!({"omitted_bytes": ONE + 2}));
        assert_eq!(kept[0].input, Value::Null);
    }
}

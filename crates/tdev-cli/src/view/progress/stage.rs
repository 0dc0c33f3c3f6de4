//! The stages of the pipeline in plain words.

use serde_json::Value;
use tdev_core::run::RunEvent;

use crate::view::event::{find, payload};

/// What a state of the pipeline is called here; nothing for those that only lead the way.
pub(super) fn label(event: &RunEvent, state: &str) -> Option<String> {
    let works = ["TaskState", "MapState"]
        .iter()
        .any(|kind| event.kind.starts_with(kind));
    works.then(|| match state.split(' ').next().unwrap_or(state) {
        "ask" => "approval".to_owned(),
        first => first.to_owned(),
    })
}

/// What the component is called that a stage works on.
pub(super) fn subject(event: &RunEvent) -> Option<String> {
    let input = payload(event, "input")?;
    let spec = input.get("spec").or_else(|| find(&input, &["goal"]))?;
    let name = spec
        .get("name")
        .and_then(Value::as_str)
        .filter(|name| !name.is_empty());
    name.or_else(|| spec.get("goal").and_then(Value::as_str))
        .map(str::to_owned)
}

/// What the component is called that a stage has just written.
pub(super) fn made(output: &Value) -> Option<&str> {
    find(output, &["code", "metadata"])?
        .get("metadata")?
        .get("name")?
        .as_str()
}

/// What a stage's answer comes down to.
pub(super) fn note(state: &str, output: &Value) -> Option<String> {
    match state.split(' ').next().unwrap_or(state) {
        "plan" => plan(output),
        "write" => written(output),
        "classify" => classified(output),
        "test" => tested(output),
        "evaluate" => evaluated(output),
        "register" => registered(output),
        _ => None,
    }
}

fn plan(output: &Value) -> Option<String> {
    let plan = find(output, &["workflow", "confidence"])?;
    let steps = plan["workflow"]["steps"].as_array().map_or(0, Vec::len);
    let missing = plan["missing"].as_array().map_or(0, Vec::len);
    let confidence = plan["confidence"].as_f64().unwrap_or(0.0);
    Some(match (steps, missing) {
        (0, 0) => "no way found".to_owned(),
        (_, 0) => format!("{}, confidence {confidence:.2}", counted(steps, "step")),
        (0, _) => format!("{missing} missing"),
        _ => format!("{}, {missing} missing", counted(steps, "step")),
    })
}

fn written(output: &Value) -> Option<String> {
    let generated = find(output, &["code", "metadata"])?;
    let name = generated["metadata"]["name"].as_str().unwrap_or_default();
    if generated["reused"].as_bool() == Some(true) {
        return Some(format!("{name} does it already"));
    }
    let lines = generated["code"]
        .as_str()
        .map_or(0, |code| code.lines().count());
    Some(counted(lines, "line"))
}

fn classified(output: &Value) -> Option<String> {
    let found = find(output, &["component_type", "brain_count"])?;
    let brains = found["brain_count"].as_u64().unwrap_or(0);
    let kind = found["component_type"].as_str().unwrap_or_default();
    Some(match brains {
        0 => format!("{kind}, no brain"),
        1 => format!("{kind}, 1 brain"),
        many => format!("{kind}, {many} brains"),
    })
}

fn tested(output: &Value) -> Option<String> {
    let run = find(output, &["passed", "failed"])?;
    let (passed, failed) = (run["passed"].as_u64()?, run["failed"].as_u64()?);
    Some(if failed == 0 {
        format!("{passed} passed")
    } else {
        format!("{failed} of {} failed", passed + failed)
    })
}

fn evaluated(output: &Value) -> Option<String> {
    let found = find(output, &["score", "rating"])?;
    Some(format!(
        "{:.0} {}",
        found["score"].as_f64()?,
        found["rating"].as_str()?
    ))
}

fn registered(output: &Value) -> Option<String> {
    let record = find(output, &["name", "version_id"])?;
    let status = record["status"].as_str().unwrap_or_default();
    Some(
        format!(
            "{}@{} {status}",
            record["name"].as_str()?,
            record["version_id"].as_str()?
        )
        .trim_end()
        .to_owned(),
    )
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}

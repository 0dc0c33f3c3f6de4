//! A prompt for whoever reviews a component: Amazon Q Developer, another model, or a person. It
//! stands by itself, and what is under review is in it as data.

use async_trait::async_trait;
use minijinja::context;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tdev_core::agent_io::TestRun;
use tdev_core::component::{Component, ComponentRef};
use tdev_core::ports::Scope;
use tdev_core::{Code, Error, Result};

use super::literal::render;
use super::model::prompt::fenced;
use crate::classifier::check_source;
use crate::{Agent, Deps};

const PROMPT: &str = include_str!("../../prompts/review.v1.md");

/// Asks for reviews.
pub struct Reviewer {
    deps: Deps,
}

/// What is to be reviewed.
#[derive(Debug, Clone, Deserialize)]
pub struct ReviewRequest {
    /// A registered component with source.
    pub component: ComponentRef,
}

/// A prompt that stands by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Review {
    /// The version that is reviewed.
    pub component: String,
    /// Markdown.
    pub prompt: String,
}

impl Reviewer {
    /// A reviewer over these ports.
    pub const fn new(deps: Deps) -> Self {
        Self { deps }
    }
}

#[async_trait]
impl Agent for Reviewer {
    const NAME: &'static str = "reviewer";
    type Input = ReviewRequest;
    type Output = Review;

    async fn run(&self, request: ReviewRequest, _: Scope) -> Result<Review> {
        let component = self.deps.registry.get(&request.component).await?;
        let code = source_of(&self.deps, &component).await?;
        let pinned = component.pinned().to_string();
        let tests = self.deps.test_runs.of(&pinned, 1).await?;
        Ok(Review {
            prompt: prompt(&component, &code, tests.first())?,
            component: pinned,
        })
    }
}

/// The source of a component.
///
/// # Errors
/// `Unsupported` where it has none.
pub(super) async fn source_of(deps: &Deps, component: &Component) -> Result<String> {
    let Some(hash) = &component.code_hash else {
        return Err(Error::new(
            Code::Unsupported,
            format!("`{}` has no source here", component.name),
        )
        .field("component")
        .hint("name a component that is written in Python: `tdev list`"));
    };
    Ok(String::from_utf8_lossy(&deps.artifacts.get(hash).await?).into_owned())
}

fn prompt(component: &Component, code: &str, tests: Option<&TestRun>) -> Result<String> {
    let mut record = serde_json::to_value(component).unwrap_or_default();
    let provenance = record
        .as_object_mut()
        .and_then(|record| record.shift_remove("provenance"))
        .unwrap_or(Value::Null);
    let mind = provenance.get("mind").and_then(Value::as_str);
    let origin = match mind {
        Some("model") => "written by a language model",
        Some("family") => "written from a template of T-Developer",
        Some("composer") => "composed of other components by T-Developer",
        Some("rules") => "rewritten by rules of T-Developer",
        _ => "written by hand",
    };
    let findings = match check_source(code) {
        Ok(found) if found.is_empty() => "none".to_owned(),
        Ok(found) => found
            .iter()
            .map(|f| format!("line {}: {}", f.line, f.message))
            .collect::<Vec<_>>()
            .join("\n"),
        Err(fault) => fault.message,
    };
    let tests = tests.map_or_else(
        || json!("it was not tested yet"),
        |run| {
            json!({
                "started_at": run.started_at, "passed": run.passed, "failed": run.failed,
                "cases": run.cases.iter().map(|c| json!({
                    "name": c.name, "ok": c.ok, "error": c.error.as_ref().map(|e| &e.message)
                })).collect::<Vec<_>>(),
            })
        },
    );
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
    let numbered: Vec<String> = code
        .lines()
        .zip(1..)
        .map(|(line, number)| format!("{number:>4} {line}").trim_end().to_owned())
        .collect();
    let text = render(
        PROMPT,
        &context! {
            origin, name => component.name,
            record => fenced("record", &pretty(&record)),
            provenance => fenced("provenance", &pretty(&provenance)),
            findings => fenced("static findings", &findings),
            tests => fenced("last tests", &pretty(&tests)),
            source => fenced("source", &numbered.join("\n")),
        },
    )?;
    Ok(text)
}

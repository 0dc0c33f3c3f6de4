//! The refiner: a better version of a registered component, by rewriting its source at places the
//! parser names, and by the model for what no rule knows. It registers nothing itself.

mod errors;
mod rewrite;
mod wishes;

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tdev_core::component::{Component, ComponentRef, Example, Runtime, Status, VersionId};
use tdev_core::ports::{LanguageModel, Scope, content_hash};
use tdev_core::schema::{Fit, fit};
use tdev_core::{Code, Error, Result};

use super::model::prompt::{REFINE, fenced};
use super::model::{Answer, Talk};
use super::review::source_of;
use crate::classifier::{check_source, classify, enforce_source};
use crate::tester::{CaseKind, cases_of, is_about_the_home};
use crate::{Agent, Deps};
use wishes::{Mend, read};

/// Seconds a component may run that says nothing of its own.
const USUAL_TIMEOUT: u64 = 30;

/// Makes better versions.
pub struct Refiner {
    deps: Deps,
}

/// What is to be made better.
#[derive(Debug, Clone, Deserialize)]
pub struct RefineRequest {
    /// Which component.
    pub component: ComponentRef,
    /// What to do, in words: the evaluator's suggestions, or a person's.
    #[serde(default)]
    pub suggestions: Vec<String>,
}

/// A candidate for the next version, to be tested and registered; or the same, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Refined {
    /// The version it was made of.
    pub refines: String,
    /// The source before.
    pub before: String,
    /// The source now.
    pub code: String,
    /// The record to register with it.
    pub metadata: Component,
    /// What changed, a line each; nothing where nothing could be made better.
    pub changes: Vec<String>,
    /// Suggestions that were not followed, and why.
    pub unmet: Vec<String>,
}

impl Refiner {
    /// A refiner over these ports.
    pub const fn new(deps: Deps) -> Self {
        Self { deps }
    }
}

#[async_trait]
impl Agent for Refiner {
    const NAME: &'static str = "refiner";
    type Input = RefineRequest;
    type Output = Refined;

    async fn run(&self, request: RefineRequest, scope: Scope) -> Result<Refined> {
        let component = self.deps.registry.get(&request.component).await?;
        if component.runtime != Runtime::Python {
            return Err(Error::new(
                Code::Unsupported,
                format!("`{}` is not written in Python", component.name),
            )
            .field("component")
            .hint("what comes with the program is refined by its makers"));
        }
        let before = source_of(&self.deps, &component).await?;
        let wishes: Vec<(&String, Option<Mend>)> =
            request.suggestions.iter().map(|s| (s, read(s))).collect();
        let mut mends: Vec<Mend> = Vec::new();
        for mend in wishes.iter().filter_map(|(_, mend)| *mend) {
            if !mends.contains(&mend) {
                mends.push(mend);
            }
        }
        let mut rewritten = rewrite::apply(&before, &component, &mends)?;
        let mut metadata = (*component).clone();
        let mut changes: Vec<String> = Vec::new();
        for change in std::mem::take(&mut rewritten.changes) {
            if !changes.contains(&change) {
                changes.push(change);
            }
        }
        let mut code = rewritten.code;
        let mut done = rewritten.done;
        if mends.contains(&Mend::Timeout) && metadata.timeout_seconds.is_none() {
            metadata.timeout_seconds = Some(USUAL_TIMEOUT);
            changes.push(format!("it may run {USUAL_TIMEOUT} seconds at most"));
            done.push(Mend::Timeout);
        }
        if mends.contains(&Mend::Example)
            && metadata.examples.is_empty()
            && let Some(example) = self.example(&component, &scope).await?
        {
            metadata.examples.push(example);
            changes.push(
                "an example of what it does now, which later versions are held to".to_owned(),
            );
            done.push(Mend::Example);
        }
        // What no rule knows, and where no rule found a place.
        let open: Vec<String> = wishes
            .iter()
            .filter(|(_, mend)| mend.is_none_or(|mend| !done.contains(&mend)))
            .map(|(wish, _)| (*wish).clone())
            .collect();
        let mut unmet = Vec::new();
        let mut facts = json!({"mind": "rules"});
        match (&self.deps.model, open.as_slice()) {
            (_, []) => {}
            (None, _) => unmet.extend(open.iter().map(|wish| {
                let why = match read(wish) {
                    Some(_) => "there is no place left where a rule could do it",
                    None => "no rule knows how",
                };
                format!("“{wish}”: {why}, and no model is configured")
            })),
            (Some(model), _) => {
                let (better, said) = self
                    .by_model(model.as_ref(), &component, &code, &open, &scope)
                    .await?;
                if better.trim_end() == code.trim_end() {
                    unmet.extend(
                        open.iter()
                            .map(|wish| format!("“{wish}”: the model left the source as it is")),
                    );
                } else {
                    changes.extend(open.iter().map(|wish| format!("followed “{wish}”")));
                    code = better;
                }
                facts = said;
                facts["mind"] = json!("model");
            }
        }
        enforce_source(&code)?;
        metadata.code_hash = Some(self.deps.artifacts.put(code.as_bytes()).await?);
        metadata.status = Status::Experimental;
        // It is tested under the version it is to be.
        let versions = self.deps.registry.versions(&component.name).await?;
        let newest = versions.iter().map(|c| c.version_id.0).max().unwrap_or(0);
        metadata.version_id = VersionId(newest + 1);
        metadata.version.patch += 1;
        metadata.created_at = Some(self.deps.clock.now());
        metadata.provenance = Some(provenance(&component, facts, &changes, &code));
        Ok(Refined {
            refines: component.pinned().to_string(),
            before,
            code,
            metadata,
            changes,
            unmet,
        })
    }
}

/// How the version came to be; what made the first one is kept.
fn provenance(component: &Component, mut facts: Value, changes: &[String], code: &str) -> Value {
    if let Some(facts) = facts.as_object_mut() {
        facts.insert("refines".into(), json!(component.pinned().to_string()));
        facts.insert("changes".into(), json!(changes));
        facts.insert("code_hash".into(), json!(content_hash(code.as_bytes())));
        if let Some(Value::Object(first)) = &component.provenance {
            for key in ["spec", "spec_hash"] {
                if let Some(value) = first.get(key) {
                    facts.insert(key.into(), value.clone());
                }
            }
        }
    }
    facts
}

impl Refiner {
    /// What it does today on a value of its schema. Only of what computes alone: anything else
    /// may answer differently tomorrow.
    async fn example(&self, component: &Arc<Component>, scope: &Scope) -> Result<Option<Example>> {
        let reaches = !component.permissions.is_empty() || !component.tools.is_empty();
        if component.side_effects || reaches || !component.members.is_empty() {
            return Ok(None);
        }
        let mut telling: Option<Example> = None;
        let length = |value: &Value| value.to_string().len();
        for case in cases_of(component, &[], 0, &[CaseKind::Smoke]) {
            match self
                .deps
                .components
                .try_out(component, case.input.clone(), scope.clone())
                .await
            {
                Ok(output) => {
                    // The fuller answer shows more.
                    if telling
                        .as_ref()
                        .is_none_or(|e| length(&e.output) < length(&output))
                    {
                        telling = Some(Example {
                            input: case.input,
                            output,
                        });
                    }
                }
                Err(error) if is_about_the_home(&error) => return Err(error),
                Err(_) => {}
            }
        }
        Ok(telling)
    }

    /// The source with what no rule knows done by a model, and what there is to say of that.
    async fn by_model(
        &self,
        model: &dyn LanguageModel,
        component: &Component,
        code: &str,
        wishes: &[String],
        scope: &Scope,
    ) -> Result<(String, Value)> {
        let lines: Vec<String> = wishes.iter().map(|wish| format!("- {wish}")).collect();
        let findings: Vec<String> = check_source(code)?
            .iter()
            .map(|f| format!("- line {}: {}", f.line, f.message))
            .collect();
        let asked = format!(
            "Improve `{}`.\n\n{}\n{}\n{}",
            component.name,
            fenced("source", code),
            fenced("findings", &findings.join("\n")),
            fenced("suggestions", &lines.join("\n")),
        );
        let mut talk = Talk::new(model, REFINE, asked);
        while let Some(answer) = talk.next(scope).await? {
            match still_itself(component, &answer) {
                Ok(code) => {
                    let facts = talk.facts(&answer);
                    return Ok((code, facts));
                }
                Err(found) => talk.found(found),
            }
        }
        Err(talk.given_up())
    }
}

/// Whether a rewritten source is the same component to those who call it.
fn still_itself(component: &Component, answer: &Answer) -> Result<String, Vec<String>> {
    let code = format!("{}\n", answer.code.trim_end());
    let findings = check_source(&code).map_err(|e| vec![e.message])?;
    if !findings.is_empty() {
        return Err(findings
            .iter()
            .map(|f| format!("line {}: {}", f.line, f.message))
            .collect());
    }
    let class = classify(&code, component.path.as_deref()).map_err(|e| vec![e.message])?;
    let mut found = Vec::new();
    if class.name != component.name || class.component_type != component.kind {
        found.push(format!(
            "it must stay the {} `{}`",
            component.kind.as_str(),
            component.name
        ));
    }
    if let Some(stray) = class.tools.iter().find(|t| !component.tools.contains(t)) {
        found.push(format!("it calls `{stray}`, which it did not before"));
    }
    if let Some(stray) = class
        .secrets
        .iter()
        .find(|s| !component.secrets.contains(s))
    {
        found.push(format!("it asks for `{stray}`, which it did not before"));
    }
    let outputs = class.output_schema.fields();
    for field in component.output_schema.fields() {
        let kept = outputs
            .iter()
            .any(|o| o.name == field.name && !matches!(fit(&o.schema, &field.schema), Fit::No(_)));
        if class.output_schema.is_described() && field.required && !kept {
            found.push(format!("it no longer returns `{}`", field.name));
        }
    }
    if let Some(new) = class
        .input_schema
        .fields()
        .iter()
        .find(|f| f.required && component.input_schema.field(&f.name).is_none())
    {
        found.push(format!("it needs `{}`, which it did not before", new.name));
    }
    if found.is_empty() {
        Ok(code)
    } else {
        Err(found)
    }
}

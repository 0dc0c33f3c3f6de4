//! What the core agents are asked and what they answer (seed §3.2).

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::component::{Component, Example, Kind, Reusability};
use crate::model::Usage;
use crate::schema::Schema;
use crate::workflow::Workflow;

/// A capability that is missing, precise enough to be generated.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AgentSpec {
    /// The CamelCase name wanted; derived from the goal where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Tool, agent or team; agent where absent.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// What it should do, in plain words.
    pub goal: String,
    /// What it is given.
    #[serde(default, alias = "input")]
    pub input_schema: Schema,
    /// What it must return.
    #[serde(default, alias = "output")]
    pub output_schema: Schema,
    /// Components to build on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<String>,
    /// Worked cases; they become its tests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Example>,
    /// What comes with it: an OpenAPI description under `openapi`, a table under `table`, labels
    /// and what speaks for them under `rules`, the name of a secret under `secret`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub attached: Map<String, Value>,
}

/// What the classifier found by parsing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Classification {
    /// Tool, agent or team.
    pub component_type: Kind,
    /// How many decisions by a model or an equivalent policy.
    pub brain_count: u32,
    /// How widely it can be reused.
    pub reusability: Reusability,
    /// CamelCase name.
    pub name: String,
    /// From its docstring or decorator.
    pub description: String,
    /// From decorator or annotations.
    pub input_schema: Schema,
    /// From decorator, annotations or returned literals.
    pub output_schema: Schema,
    /// Components it calls.
    #[serde(default)]
    pub tools: Vec<String>,
    /// Members of a team.
    #[serde(default)]
    pub members: Vec<String>,
    /// What it would need to touch.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// Secrets it asks for.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// Keywords from its decorator.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The class or function to call.
    #[serde(default)]
    pub entry: String,
    /// Why it was judged so, each with its line.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// Registered components it resembles, nearest first.
    #[serde(default)]
    pub similar_to: Vec<Similar>,
}

/// One reason for a verdict, with its place in the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// 1-based line.
    pub line: u32,
    /// What stands there and what it means.
    pub reason: String,
}

/// A registered component that resembles another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Similar {
    /// Its name.
    pub name: String,
    /// 0 to 1.
    pub score: f64,
}

/// What the planner is asked.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PlanRequest {
    /// The goal in plain words.
    pub goal: String,
    /// Values given with the goal, by name.
    #[serde(default)]
    pub inputs: Map<String, Value>,
    /// What the evaluator asked for in the round before.
    #[serde(default)]
    pub suggestions: Vec<Suggestion>,
    /// The plan of the round before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Workflow>,
    /// Components generated in this run: they may be planned with though experimental.
    #[serde(default)]
    pub generated: Vec<String>,
    /// Whether all experimental components may be planned with.
    #[serde(default)]
    pub allow_experimental: bool,
}

/// What the planner answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The steps; empty where nothing could be planned.
    pub workflow: Workflow,
    /// Capabilities to be generated before the goal can be met.
    #[serde(default)]
    pub missing: Vec<AgentSpec>,
    /// Why these steps, for people.
    pub rationale: String,
    /// 0 to 1.
    pub confidence: f64,
    /// Which mind planned, where that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
}

/// Which mind had the last word, and what the language model had to do with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Whose answer it is.
    pub mind: Mind,
    /// The language model that was asked, by its provider's id.
    pub model: String,
    /// The prompt, `plan.v1`.
    pub prompt: String,
    /// SHA-256 of the prompt's files, lowercase hex.
    pub prompt_hash: String,
    /// How often it was asked.
    pub calls: u32,
    /// Tokens of all calls.
    pub usage: Usage,
    /// What they cost, in millionths of a dollar; nothing where the model has no known price.
    pub micro_dollars: u64,
    /// Why the model's answer was not taken, where it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stood_in: Option<crate::Error>,
}

/// What can think.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mind {
    /// A language model.
    Model,
    /// What is embedded: the search for plans, the rubric for verdicts.
    Composer,
}

/// A change the evaluator asks for, machine-applicable where it can be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The criterion that lost points.
    pub criterion: String,
    /// The step concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// One line for a person.
    pub message: String,
    /// What the planner can do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
}

/// Changes the planner knows how to make to a plan it is handed back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// Give the step a retry policy.
    AddRetry,
    /// Give the step a time limit.
    AddTimeout,
    /// Leave the step out.
    RemoveStep,
    /// Leave the step out and use what that other step gives.
    MergeStep {
        /// The other step's id.
        into: String,
    },
    /// Choose another component for the step.
    ReplaceComponent {
        /// Which one, where one is known that takes and gives the same; else the planner looks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Write another reference where this one stands in the step, or in the plan's output.
    FixReference {
        /// What stands there, `${step.field}`.
        from: String,
        /// What should.
        to: String,
    },
    /// Give a field of the step's input this value.
    BindInput {
        /// The field.
        field: String,
        /// A constant or a reference.
        to: Value,
    },
    /// Put a step before this one: what it refers to is not there.
    AddStep {
        /// The new step's id.
        id: String,
        /// What it calls.
        component: String,
        /// Its input.
        input: Map<String, Value>,
    },
    /// Leave a field of the step's input out.
    DropInput {
        /// The field.
        field: String,
    },
    /// Plan from the goal again: steps are missing, or do something else.
    PlanAgain,
}

/// What the evaluator answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// 0 to 100.
    pub score: f64,
    /// A+ … F.
    pub rating: String,
    /// What would raise the score, the most telling first.
    pub suggestions: Vec<Suggestion>,
    /// What cost points and no change of the plan mends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Suggestion>,
    /// Points per criterion.
    pub criteria: IndexMap<String, f64>,
    /// The most points each criterion can give; nothing for one that only takes away.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub most: IndexMap<String, f64>,
    /// What a language model had to do with it, where one was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
}

/// One step in a trace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TraceStep {
    /// 1-based order of starting.
    pub step: u32,
    /// The step's id.
    pub id: String,
    /// The component, pinned.
    pub agent: String,
    /// What it was given.
    pub input: Value,
    /// What it returned; null where it failed or was skipped.
    pub output: Value,
    /// RFC 3339 UTC.
    pub started_at: String,
    /// Wall time in milliseconds, attempts and waits included.
    pub duration_ms: f64,
    /// How many times it was tried.
    pub attempts: u32,
    /// Why it failed, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<crate::Error>,
}

/// What the executor answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Execution {
    /// The workflow's output.
    pub output: Value,
    /// Its steps in order of starting.
    pub trace: Vec<TraceStep>,
}

/// What Agno answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Generated {
    /// The source.
    pub code: String,
    /// The metadata registered with it.
    pub metadata: Component,
    /// The tests it was put to.
    pub tests: Vec<Example>,
    /// Spec, mind, tools and hashes.
    pub provenance: Value,
    /// True where an existing component already did it and nothing was written.
    #[serde(default)]
    pub reused: bool,
}

/// The record of testing one component version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestRun {
    /// Time-ordered id.
    pub id: String,
    /// The component, pinned.
    pub component: String,
    /// RFC 3339 UTC.
    pub started_at: String,
    /// Wall time in milliseconds.
    pub duration_ms: f64,
    /// Cases that held.
    pub passed: u32,
    /// Cases that did not.
    pub failed: u32,
    /// Each case.
    pub cases: Vec<TestCase>,
}

/// One case of a test run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestCase {
    /// What is tried.
    pub name: String,
    /// Whether it held.
    pub ok: bool,
    /// Wall time in milliseconds.
    pub duration_ms: f64,
    /// Why not, where it did not hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<crate::Error>,
}

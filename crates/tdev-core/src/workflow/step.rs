//! One step of a workflow.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::component::{ComponentRef, kebab_case};
use crate::{Code, Error};

/// One step: what it does, with what, and under which conditions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Step {
    /// Lowercase kebab-case, unique in the workflow.
    pub id: String,
    /// What it does.
    pub action: Action,
    /// Runs only where this holds; its output is null where it does not.
    pub condition: Option<String>,
    /// Runs once for each item of a list; its output is the list of outputs.
    pub each: Option<Loop>,
    /// Tries again after a failure.
    pub retry: Option<Retry>,
    /// Longest it may take, all of one attempt.
    pub timeout_seconds: Option<u64>,
    /// What a failure means for the workflow.
    pub on_error: ErrorPolicy,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Calls a component.
    Call {
        /// Which one; pinned once the workflow is saved.
        component: ComponentRef,
        /// Its input, a template.
        input: Value,
    },
    /// Runs a stored workflow.
    Workflow {
        /// `id` or `id@v1`.
        workflow: ComponentRef,
        /// Its input, a template.
        input: Value,
    },
    /// Runs branches side by side; its output is an object of all their steps' outputs by id.
    Parallel {
        /// Each branch is a list of steps.
        branches: Vec<Vec<Step>>,
    },
    /// Runs steps in a scope of their own (the body of a loop).
    Block {
        /// The steps.
        steps: Vec<Step>,
        /// A template over them; the last step's output where absent.
        output: Option<Value>,
    },
    /// Waits for a person.
    Approval(Approve),
}

/// A loop over a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Loop {
    /// A reference to the list, `${step.field}`. Inside, `${item}` and `${index}` stand for the
    /// item and its position from 0.
    pub items: String,
    /// How many at once; 0 is no limit.
    pub max_concurrency: u32,
}

/// When and how to try again; the meaning is ASL's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// Retries after the first attempt.
    pub max_attempts: u32,
    /// Seconds before the first retry.
    #[serde(default = "one_second")]
    pub interval_seconds: u32,
    /// Factor from one wait to the next.
    #[serde(default = "doubling")]
    pub backoff_rate: f64,
    /// Longest wait in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_delay_seconds: Option<u32>,
    /// Codes to retry; every failure that is not a misuse where absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
}

const fn one_second() -> u32 {
    1
}

const fn doubling() -> f64 {
    2.0
}

/// What a step's failure means for the workflow.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorPolicy {
    /// The workflow fails.
    #[default]
    Fail,
    /// The step's output is null and the failure stands in the trace.
    Continue,
    /// The step's output is this value and the failure stands in the trace.
    Default(Value),
}

/// A question to a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approve {
    /// What is asked, a template.
    pub message: String,
    /// How long to wait, in seconds.
    #[serde(default = "one_day")]
    pub expires_seconds: u64,
    /// What happens when nobody answers.
    #[serde(default)]
    pub on_expiry: OnExpiry,
}

const fn one_day() -> u64 {
    86_400
}

/// What happens when nobody answers in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnExpiry {
    /// The workflow fails with `ApprovalExpired`.
    #[default]
    Fail,
    /// As if the answer were yes.
    Approve,
}

/// A step as people write it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    id: String,
    #[serde(
        default,
        alias = "tool",
        alias = "team",
        skip_serializing_if = "Option::is_none"
    )]
    agent: Option<ComponentRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    workflow: Option<ComponentRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parallel: Option<Vec<Vec<Step>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    steps: Option<Vec<Step>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    approval: Option<Approve>,
    #[serde(default, alias = "inputs", skip_serializing_if = "Value::is_null")]
    input: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    output: Option<Value>,
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    for_each: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_concurrency: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry: Option<Retry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timeout_seconds: Option<u64>,
    #[serde(default, skip_serializing_if = "is_fail")]
    on_error: ErrorPolicy,
}

fn is_fail(policy: &ErrorPolicy) -> bool {
    *policy == ErrorPolicy::Fail
}

impl TryFrom<Written> for Step {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self, Error> {
        let place = if written.id.is_empty() {
            "step".to_owned()
        } else {
            format!("steps.{}", written.id)
        };
        let fault =
            |message: String| Error::new(Code::InvalidWorkflow, message).field(place.clone());
        let kinds: Vec<&str> = [
            ("agent", written.agent.is_some()),
            ("workflow", written.workflow.is_some()),
            ("parallel", written.parallel.is_some()),
            ("steps", written.steps.is_some()),
            ("approval", written.approval.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, given)| given.then_some(name))
        .collect();
        match kinds.as_slice() {
            [_] => {}
            [] => {
                return Err(fault("a step does nothing".into())
                    .hint("give it one of `agent`, `workflow`, `parallel`, `steps`, `approval`"));
            }
            several => {
                return Err(fault(format!(
                    "a step does one thing, not {}",
                    several.join(" and ")
                )));
            }
        }
        if written.max_concurrency.is_some() && written.for_each.is_none() {
            return Err(fault(
                "`max_concurrency` belongs to a step with `for_each`".into(),
            ));
        }
        if written.output.is_some() && written.steps.is_none() {
            return Err(fault("`output` belongs to a step with `steps`".into())
                .hint("a component's output is read as `${step.field}`"));
        }
        if !written.input.is_null() && written.agent.is_none() && written.workflow.is_none() {
            return Err(fault(
                "`input` belongs to a step with `agent` or `workflow`".into(),
            ));
        }
        let id = if written.id.is_empty() {
            written
                .agent
                .as_ref()
                .or(written.workflow.as_ref())
                .map_or_else(String::new, |r| kebab_case(&r.name))
        } else {
            written.id
        };
        let action = if let Some(component) = written.agent {
            Action::Call {
                component,
                input: written.input,
            }
        } else if let Some(workflow) = written.workflow {
            Action::Workflow {
                workflow,
                input: written.input,
            }
        } else if let Some(branches) = written.parallel {
            Action::Parallel { branches }
        } else if let Some(steps) = written.steps {
            Action::Block {
                steps,
                output: written.output,
            }
        } else if let Some(approval) = written.approval {
            Action::Approval(approval)
        } else {
            return Err(fault("a step does nothing".into()));
        };
        Ok(Self {
            id,
            action,
            condition: written.condition,
            each: written.for_each.map(|items| Loop {
                items,
                max_concurrency: written.max_concurrency.unwrap_or(0),
            }),
            retry: written.retry,
            timeout_seconds: written.timeout_seconds,
            on_error: written.on_error,
        })
    }
}

impl From<Step> for Written {
    fn from(step: Step) -> Self {
        let mut written = Self {
            id: step.id,
            agent: None,
            workflow: None,
            parallel: None,
            steps: None,
            approval: None,
            input: Value::Null,
            output: None,
            condition: step.condition,
            max_concurrency: step
                .each
                .as_ref()
                .map(|each| each.max_concurrency)
                .filter(|n| *n > 0),
            for_each: step.each.map(|each| each.items),
            retry: step.retry,
            timeout_seconds: step.timeout_seconds,
            on_error: step.on_error,
        };
        match step.action {
            Action::Call { component, input } => {
                written.agent = Some(component);
                written.input = input;
            }
            Action::Workflow { workflow, input } => {
                written.workflow = Some(workflow);
                written.input = input;
            }
            Action::Parallel { branches } => written.parallel = Some(branches),
            Action::Block { steps, output } => {
                written.steps = Some(steps);
                written.output = output;
            }
            Action::Approval(approval) => written.approval = Some(approval),
        }
        written
    }
}

impl Step {
    /// A step that calls a component, with every policy at its default.
    pub fn call(id: impl Into<String>, component: ComponentRef, input: Value) -> Self {
        Self {
            id: id.into(),
            action: Action::Call { component, input },
            condition: None,
            each: None,
            retry: None,
            timeout_seconds: None,
            on_error: ErrorPolicy::Fail,
        }
    }

    /// The component it calls, where it calls one.
    pub const fn component(&self) -> Option<&ComponentRef> {
        match &self.action {
            Action::Call { component, .. } => Some(component),
            _ => None,
        }
    }

    /// The steps inside it, if any, flattened one level.
    pub fn inner(&self) -> Vec<&Step> {
        match &self.action {
            Action::Parallel { branches } => branches.iter().flatten().collect(),
            Action::Block { steps, .. } => steps.iter().collect(),
            _ => Vec::new(),
        }
    }
}

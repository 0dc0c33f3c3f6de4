//! The compiler: from a checked workflow to Amazon States Language, the only execution semantics.
//!
//! Each step becomes a Task that calls `${ComponentFunctionArn}` with `{"component", "step",
//! "input"}` and assigns its output to a variable; independent steps become branches of a
//! Parallel state, loops a Map, conditions a Choice. Names of states are step ids; the states
//! around them have a space in their names, which no id has.

mod approval;
mod chain;
mod expression;
mod names;
mod policy;
mod steps;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::check::{Checked, Scope};
use crate::component::ComponentRef;
use chain::Chain;
use names::Names;

/// Stands for the function that runs one component.
pub const STEP_RESOURCE: &str = "${ComponentFunctionArn}";
/// Stands for the function that asks a person.
pub const APPROVAL_RESOURCE: &str = "${ApprovalFunctionArn}";

/// Compiles a workflow.
///
/// The result takes the workflow's input as its input and gives its output as its output; all
/// that differs between homes is what the placeholders of its resources stand for.
pub fn compile(checked: &Checked) -> Value {
    let mut compiler = Compiler::of(checked, Names::default());
    let mut chain = Chain::of(
        "start workflow",
        json!({"Type": "Pass", "Assign": {"input": "{% $states.input %}"}}),
    );
    chain.append(compiler.block(&checked.workflow.steps));
    chain.append(Chain::of(
        "end workflow",
        json!({"Type": "Pass", "Output": compiler.result(checked.workflow.output.as_ref(), &checked.workflow.steps)}),
    ));
    let (start, states) = chain.finish();
    let mut machine = Map::new();
    let comment = if checked.workflow.description.is_empty() {
        &checked.workflow.id
    } else {
        &checked.workflow.description
    };
    machine.insert("Comment".into(), json!(comment));
    machine.insert("QueryLanguage".into(), json!("JSONata"));
    machine.insert("StartAt".into(), json!(start));
    machine.insert("States".into(), Value::Object(states));
    Value::Object(machine)
}

/// The step a state belongs to; none for the states around steps.
pub fn step_of_state(state: &str) -> Option<&str> {
    (!state.contains(' ')).then_some(state)
}

/// The walk over one workflow.
struct Compiler<'a> {
    checked: &'a Checked,
    names: Names,
    /// Every step's flow, to tell references that may find nothing.
    scope: Scope,
    /// Ids of the loops around, innermost last.
    loops: Vec<String>,
    /// How many branches and loops are around. AWS forbids an inner scope to assign a name of an
    /// outer one, so a step's variable is named by the depth it is assigned at.
    depth: usize,
    /// Where the output of each step is to be found from here.
    variables: BTreeMap<String, String>,
}

impl<'a> Compiler<'a> {
    fn of(checked: &'a Checked, names: Names) -> Self {
        let mut scope = Scope::of_input(&checked.workflow.input_schema)
            .with_item(super::check::Flow::default());
        for (id, flow) in &checked.flows {
            scope.add(id, flow.clone());
        }
        Self {
            checked,
            names,
            scope,
            loops: Vec::new(),
            depth: 0,
            variables: BTreeMap::new(),
        }
    }

    /// Names the variable a step is assigned to at this depth, and finds it there from now on.
    fn assign(&mut self, id: &str) -> String {
        let what = if self.depth == 0 {
            "step".to_owned()
        } else {
            format!("step{}", self.depth)
        };
        let name = self.names.variable(&what, id);
        self.variables.insert(id.to_owned(), name.clone());
        name
    }

    /// The variable that holds a step's output.
    fn variable(&self, id: &str) -> String {
        self.variables
            .get(id)
            .cloned()
            .unwrap_or_else(|| self.names.variable("step", id))
    }

    fn nested(&self, reference: &ComponentRef, step: &str) -> Option<Compiler<'a>> {
        let inner = self.checked.nested.get(reference)?;
        Some(Compiler::of(inner, self.names.inside(step)))
    }
}

#[cfg(test)]
mod tests;

//! Steps, arrangements, loops and conditions as states.

use serde_json::{Map, Value, json};

use super::super::check::filters_items;
use super::super::graph::{self, Order};
use super::super::step::{Action, Step};
use super::super::{Condition, Template};
use super::chain::Chain;
use super::expression::wrap;
use super::{Compiler, STEP_RESOURCE};

impl Compiler<'_> {
    /// Sibling steps in an order that keeps their dependences.
    pub(super) fn block(&mut self, steps: &[Step]) -> Chain {
        let order = graph::arrange(&graph::dependencies(steps));
        self.order(&order, steps)
    }

    /// What a block gives: its output template, else its last step's output.
    pub(super) fn result(&self, output: Option<&Value>, steps: &[Step]) -> Value {
        match (output, steps.last()) {
            (Some(template), _) => self.value(template),
            (None, Some(last)) => wrap(&format!("${}", self.variable(&last.id))),
            (None, None) => Value::Null,
        }
    }

    fn order(&mut self, order: &Order, steps: &[Step]) -> Chain {
        match order {
            Order::Step(at) => steps
                .get(*at)
                .map_or_else(Chain::default, |step| self.step(step)),
            Order::Sequence(parts) => {
                let mut chain = Chain::default();
                for part in parts {
                    chain.append(self.order(part, steps));
                }
                chain
            }
            Order::Parallel(parts) => {
                let groups: Vec<Vec<&str>> = parts
                    .iter()
                    .map(|part| {
                        positions(part)
                            .into_iter()
                            .filter_map(|at| steps.get(at))
                            .flat_map(graph::visible_ids)
                            .collect()
                    })
                    .collect();
                let name = self.names.state(
                    groups
                        .first()
                        .and_then(|ids| ids.first())
                        .copied()
                        .unwrap_or("all"),
                    "and others",
                );
                self.parallel(&name, &groups, |compiler, at| {
                    parts
                        .get(at)
                        .map_or_else(Chain::default, |part| compiler.order(part, steps))
                })
            }
        }
    }

    /// A Parallel state whose branches hand out the outputs of their steps by id.
    fn parallel(
        &mut self,
        name: &str,
        groups: &[Vec<&str>],
        mut branch: impl FnMut(&mut Self, usize) -> Chain,
    ) -> Chain {
        let mut machines = Vec::new();
        let mut outputs: Vec<(&str, String)> = Vec::new();
        self.depth += 1;
        for (at, ids) in groups.iter().enumerate() {
            let mut chain = branch(self, at);
            let mut output = Map::new();
            for id in ids {
                let variable = self.variable(id);
                output.insert(variable.clone(), wrap(&format!("${variable}")));
                outputs.push((id, format!("$states.result[{at}].{variable}")));
            }
            let collect = self.names.state(
                ids.first().copied().unwrap_or("all"),
                &format!("collect {at}"),
            );
            chain.append(Chain::of(
                &collect,
                json!({"Type": "Pass", "Output": output}),
            ));
            machines.push(chain.into_machine());
        }
        self.depth -= 1;
        let assign: Map<String, Value> = outputs
            .into_iter()
            .map(|(id, from)| (self.assign(id), wrap(&from)))
            .collect();
        Chain::of(
            name,
            json!({"Type": "Parallel", "Branches": machines, "Assign": assign}),
        )
    }

    fn step(&mut self, step: &Step) -> Chain {
        let per_item = filters_items(step);
        let condition = step
            .condition
            .as_deref()
            .and_then(|text| Condition::parse(text).ok());
        let mut chain = match &step.each {
            None => self.action(step),
            Some(each) => {
                let items = Template::parse(&each.items)
                    .ok()
                    .and_then(|t| t.whole().map(|r| self.reference(r)));
                self.loops.push(step.id.clone());
                self.depth += 1;
                let mut body = self.action(step);
                if per_item && let Some(condition) = &condition {
                    self.guard(&mut body, &step.id, condition);
                }
                let inside = self.variable(&step.id);
                self.depth -= 1;
                let (item, index) = (
                    self.names.variable("item", &step.id),
                    self.names.variable("index", &step.id),
                );
                let mut inner = Chain::of(
                    &self.names.state(&step.id, "item"),
                    json!({"Type": "Pass", "Assign": {item: "{% $states.input.item %}", index: "{% $states.input.index %}"}}),
                );
                inner.append(body);
                inner.append(Chain::of(
                    &self.names.state(&step.id, "item done"),
                    json!({"Type": "Pass", "Output": wrap(&format!("${inside}"))}),
                ));
                self.loops.pop();
                let variable = self.assign(&step.id);
                let Value::Object(mut processor) = inner.into_machine() else {
                    return Chain::default();
                };
                processor.insert("ProcessorConfig".into(), json!({"Mode": "INLINE"}));
                let mut state = json!({
                    "Type": "Map",
                    "Items": wrap(items.as_deref().unwrap_or("[]")),
                    "ItemSelector": {
                        "item": "{% $states.context.Map.Item.Value %}",
                        "index": "{% $states.context.Map.Item.Index %}"
                    },
                    "ItemProcessor": processor,
                    "Assign": {variable: "{% $states.result %}"}
                });
                if each.max_concurrency > 0
                    && let Some(map) = state.as_object_mut()
                {
                    map.insert("MaxConcurrency".into(), json!(each.max_concurrency));
                }
                Chain::of(&self.names.state(&step.id, "for each"), state)
            }
        };
        if !per_item && let Some(condition) = &condition {
            self.guard(&mut chain, &step.id, condition);
        }
        chain
    }

    /// Puts a Choice in front; where the condition does not hold, the step's output is null.
    fn guard(&self, chain: &mut Chain, id: &str, condition: &Condition) {
        let variable = self.variable(id);
        let skip = self.names.state(id, "skip");
        let choice = json!({
            "Type": "Choice",
            "Choices": [{"Condition": wrap(&self.condition(condition)), "Next": chain.start()}],
            "Default": skip
        });
        chain.precede(&self.names.state(id, "if"), choice);
        chain.beside(&skip, json!({"Type": "Pass", "Assign": {variable: null}}));
    }

    /// What a step does, with its retry and error policies, ending in its variable.
    fn action(&mut self, step: &Step) -> Chain {
        let name = self.names.state(&step.id, "");
        let mut chain = match &step.action {
            Action::Call { component, input } => {
                let input = self.value(input);
                Chain::of(
                    &name,
                    json!({
                        "Type": "Task",
                        "Resource": STEP_RESOURCE,
                        "Arguments": {"component": component.to_string(), "step": name, "input": input},
                        "Assign": {self.assign(&step.id): "{% $states.result %}"}
                    }),
                )
            }
            Action::Workflow { workflow, input } => {
                let value = self.value(input);
                let Some(mut inner) = self.nested(workflow, &step.id) else {
                    return Chain::default();
                };
                let given = inner.names.variable("input", "");
                let mut body = Chain::of(
                    &inner.names.state("", "begin"),
                    json!({"Type": "Pass", "Assign": {given: value}}),
                );
                body.append(inner.block(&inner.checked.workflow.steps));
                let output = inner.result(
                    inner.checked.workflow.output.as_ref(),
                    &inner.checked.workflow.steps,
                );
                body.append(Chain::of(
                    &inner.names.state("", "end"),
                    json!({"Type": "Pass", "Output": output}),
                ));
                self.alone(&step.id, body)
            }
            Action::Block { steps, output } => {
                self.depth += 1;
                let mut body = self.block(steps);
                let output = self.result(output.as_ref(), steps);
                self.depth -= 1;
                body.append(Chain::of(
                    &self.names.state(&step.id, "end"),
                    json!({"Type": "Pass", "Output": output}),
                ));
                self.alone(&step.id, body)
            }
            Action::Parallel { branches } => {
                let groups: Vec<Vec<&str>> = branches
                    .iter()
                    .map(|b| b.iter().flat_map(graph::visible_ids).collect())
                    .collect();
                let mut chain = self.parallel(
                    &self.names.state(&step.id, "branches"),
                    &groups,
                    |compiler, at| {
                        branches
                            .get(at)
                            .map_or_else(Chain::default, |branch| compiler.block(branch))
                    },
                );
                let whole: Map<String, Value> = groups
                    .iter()
                    .flatten()
                    .map(|id| ((*id).to_owned(), wrap(&format!("${}", self.variable(id)))))
                    .collect();
                let variable = self.assign(&step.id);
                chain.append(Chain::of(
                    &self.names.state(&step.id, "join"),
                    json!({"Type": "Pass", "Assign": {variable: whole}}),
                ));
                chain
            }
            Action::Approval(approval) => self.approval(step, approval),
        };
        self.policies(&mut chain, step);
        chain
    }

    /// A scope of its own: one branch of a Parallel state.
    fn alone(&mut self, id: &str, body: Chain) -> Chain {
        let variable = self.assign(id);
        Chain::of(
            &self.names.state(id, "inside"),
            json!({
                "Type": "Parallel",
                "Branches": [body.into_machine()],
                "Assign": {variable: "{% $states.result[0] %}"}
            }),
        )
    }
}

fn positions(order: &Order) -> Vec<usize> {
    match order {
        Order::Step(at) => vec![*at],
        Order::Sequence(parts) | Order::Parallel(parts) => {
            parts.iter().flat_map(positions).collect()
        }
    }
}

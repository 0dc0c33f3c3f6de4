//! Checking the steps of a block: ids, order, components, inputs and policies.

use serde_json::{Map, Value, json};

use super::super::graph;
use super::super::step::{Action, ErrorPolicy, Step};
use super::super::{Condition, Template};
use super::scope::{Flow, Scope};
use super::{Checker, calls, filters_items};
use crate::nearest::did_you_mean;
use crate::schema::{Fit, Schema, fit};

const RESERVED: &[&str] = &["input", "item", "index", "output"];

impl Checker<'_> {
    /// Checks sibling steps and adds what they give to the scope.
    pub(super) fn block(&mut self, steps: &mut [Step], scope: &mut Scope, place: &str) {
        for step in steps.iter() {
            self.id(step, place);
        }
        let dependencies = graph::dependencies(steps);
        if let Some(cycle) = graph::cycle(&dependencies) {
            let mut names: Vec<&str> = cycle
                .iter()
                .filter_map(|at| steps.get(*at))
                .map(|s| s.id.as_str())
                .collect();
            // "a waits for b" reads from the one that waits.
            names.extend(names.first().copied());
            let way = names.join("` waits for `");
            self.fault(place, format!("steps wait for each other: `{way}`"));
            return;
        }
        let mut left: Vec<usize> = (0..steps.len()).collect();
        while !left.is_empty() {
            // Acyclic, so some step left waits for none of those left.
            let Some(slot) = left.iter().position(|at| {
                dependencies
                    .get(*at)
                    .is_none_or(|d| left.iter().all(|o| !d.contains(o)))
            }) else {
                return;
            };
            let at = left.remove(slot);
            if let Some(step) = steps.get_mut(at) {
                let place = format!("{place}.{}", step.id);
                self.step(step, scope, &place);
            }
        }
    }

    fn id(&mut self, step: &Step, place: &str) {
        let id = step.id.as_str();
        let shaped = id.chars().next().is_some_and(|c| c.is_ascii_lowercase())
            && id
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            && !id.ends_with('-')
            && !id.contains("--")
            && id.len() <= 60;
        if !shaped {
            let better = crate::component::kebab_case(id);
            self.fault(
                place,
                format!(
                    "`{id}` is not a step id: ids are lowercase kebab-case of up to 60 characters"
                ),
            )
            .hint = (!better.is_empty()).then(|| format!("for example `{better}`"));
        } else if RESERVED.contains(&id) {
            self.fault(
                place,
                format!("`{id}` is a reserved word and cannot be a step's id"),
            );
        } else if self.seen.iter().any(|s| s == id) {
            self.fault(place, format!("two steps are called `{id}`"));
        }
        self.seen.push(id.to_owned());
    }

    fn step(&mut self, step: &mut Step, scope: &mut Scope, place: &str) {
        self.policies(step, place);
        let skips_items = filters_items(step);
        let mut outside = scope.clone();
        if let Some(condition) = step.condition.as_deref().filter(|_| !skips_items) {
            outside.assume(condition);
        }
        let inside = match &step.each {
            None => outside,
            Some(each) => {
                let items = self.loop_items(&each.items, &outside, place);
                outside.with_item(items)
            }
        };
        if let Some(text) = step.condition.clone() {
            self.condition(
                &text,
                if skips_items { &inside } else { scope },
                &format!("{place}.if"),
            );
        }
        let (mut flow, visible) = self.action(step, inside, place);
        let fallback = match &step.on_error {
            ErrorPolicy::Fail => None,
            ErrorPolicy::Continue => Some(Value::Null),
            ErrorPolicy::Default(value) => Some(value.clone()),
        };
        if let Some(value) = fallback {
            if value.is_null() {
                flow.maybe_null = true;
            } else if let Fit::No(reason) = fit(&json!({"const": value}), &flow.schema) {
                self.fault(
                    &format!("{place}.on_error.default"),
                    format!("the default does not fit the step's output: {reason}"),
                );
            }
        }
        let conditional = step.condition.is_some() && !skips_items;
        if step.each.is_some() {
            let items = if flow.maybe_null || skips_items {
                json!({})
            } else {
                flow.schema
            };
            flow = Flow::of(json!({"type": "array", "items": items}));
        }
        flow.maybe_null |= conditional;
        if conditional && step.on_error == ErrorPolicy::Fail {
            flow.guard.clone_from(&step.condition);
        }
        self.flows.insert(step.id.clone(), flow.clone());
        scope.add(&step.id, flow);
        if step.each.is_none() {
            for (id, mut inner) in visible {
                inner.maybe_null |= conditional || step.on_error != ErrorPolicy::Fail;
                self.flows.insert(id.clone(), inner.clone());
                scope.add(&id, inner);
            }
        }
    }

    fn loop_items(&mut self, items: &str, scope: &Scope, place: &str) -> Flow {
        let place = format!("{place}.for_each");
        let reference = Template::parse(items).ok().and_then(|t| t.whole().cloned());
        let Some(reference) = reference else {
            self.fault(&place, format!("`{items}` is not a list")).hint =
                Some("refer to one, `${step.list}`".into());
            return Flow::default();
        };
        let flow = self.reference(&reference, scope, &place);
        if flow.maybe_null || flow.maybe_absent {
            self.fault(
                &place,
                format!("`{reference}` may have no value, and a loop needs a list"),
            );
        }
        match fit(&flow.schema, &json!({"type": "array"})) {
            Fit::No(reason) => {
                self.fault(&place, format!("`{reference}` is no list: {reason}"));
                Flow::default()
            }
            _ => Flow::of(
                flow.schema
                    .get("items")
                    .cloned()
                    .unwrap_or_else(|| json!({})),
            ),
        }
    }

    fn condition(&mut self, text: &str, scope: &Scope, place: &str) {
        match Condition::parse(text) {
            Ok(condition) => {
                for reference in condition.references() {
                    self.reference(reference, scope, place);
                }
            }
            Err(error) => {
                self.push(error.field(place));
            }
        }
    }

    /// What the action gives, and the ids inside it that siblings may refer to.
    fn action(
        &mut self,
        step: &mut Step,
        mut inside: Scope,
        place: &str,
    ) -> (Flow, Vec<(String, Flow)>) {
        let flow = match &mut step.action {
            Action::Call { component, input } => match self.catalog.component(component) {
                Ok(found) => {
                    let found = found.clone();
                    *component = found.pinned();
                    if input.is_null() {
                        *input = json!({});
                    }
                    self.input(input, &found.input_schema, &inside, place, &found.name);
                    Flow::of(if found.output_schema.is_described() {
                        found.output_schema.json_schema().clone()
                    } else {
                        json!({})
                    })
                }
                Err(error) => {
                    let field = error
                        .field
                        .clone()
                        .unwrap_or_else(|| format!("{place}.agent"));
                    self.push(error.field(field));
                    self.template(input, &inside, &format!("{place}.input"));
                    Flow::default()
                }
            },
            Action::Workflow { workflow, input } => {
                if input.is_null() {
                    *input = json!({});
                }
                match self.nest(workflow, &format!("{place}.workflow")) {
                    Some((pinned, inner)) => {
                        *workflow = pinned;
                        let name = inner.workflow.id.clone();
                        self.input(input, &inner.workflow.input_schema, &inside, place, &name);
                        Flow::of(inner.output.clone())
                    }
                    None => Flow::default(),
                }
            }
            Action::Parallel { branches } => {
                let mut visible = Vec::new();
                for (at, branch) in branches.iter_mut().enumerate() {
                    let mut scope = inside.clone();
                    self.block(branch, &mut scope, &format!("{place}.parallel[{at}]"));
                    for id in branch.iter().flat_map(graph::visible_ids) {
                        if let Some(flow) = scope.step(id) {
                            visible.push((id.to_owned(), flow.clone()));
                        }
                    }
                }
                if branches.iter().any(Vec::is_empty) || branches.is_empty() {
                    self.fault(&format!("{place}.parallel"), "every branch needs a step");
                }
                let properties: Map<String, Value> = visible
                    .iter()
                    .map(|(id, f)| (id.clone(), f.schema.clone()))
                    .collect();
                let required: Vec<&String> = properties.keys().collect();
                return (
                    Flow::of(
                        json!({"type": "object", "properties": properties, "required": required}),
                    ),
                    visible,
                );
            }
            Action::Block { steps, output } => {
                if steps.is_empty() {
                    self.fault(&format!("{place}.steps"), "a block needs a step");
                }
                self.block(steps, &mut inside, &format!("{place}.steps"));
                self.output(output.as_ref(), steps, &inside, &format!("{place}.output"))
            }
            Action::Approval(approval) => {
                let message = json!(approval.message);
                self.template(&message, &inside, &format!("{place}.approval.message"));
                if approval.expires_seconds == 0 {
                    self.fault(
                        &format!("{place}.approval.expires_seconds"),
                        "an approval must wait at least one second",
                    );
                }
                Flow::of(json!({"type": "object", "properties": {
                    "approved": {"type": "boolean"}, "by": {"type": "string"}, "comment": {"type": "string"}
                }, "required": ["approved", "by", "comment"]}))
            }
        };
        (flow, Vec::new())
    }

    /// Holds an input template to the schema of what takes it.
    fn input(&mut self, input: &Value, schema: &Schema, scope: &Scope, place: &str, taker: &str) {
        let place = format!("{place}.input");
        let Some(given) = input.as_object() else {
            let flow = self.template(input, scope, &place);
            if let Fit::No(reason) = fit(&flow.schema, schema.json_schema()) {
                self.fault(&place, format!("`{taker}` cannot take this: {reason}"));
            }
            return;
        };
        let fields = schema.fields();
        for (name, value) in given {
            let at = format!("{place}.{name}");
            let flow = self.template(value, scope, &at);
            let Some(field) = fields.iter().find(|f| f.name == *name) else {
                let open = !schema.is_described()
                    || schema
                        .json_schema()
                        .get("additionalProperties")
                        .is_some_and(|o| *o != Value::Bool(false));
                if !open {
                    let names: Vec<&str> = fields.iter().map(|f| f.name.as_str()).collect();
                    let hint = did_you_mean(name, names.iter().copied())
                        .unwrap_or_else(|| format!("it takes {}", names.join(", ")));
                    self.fault(&at, format!("`{taker}` takes no `{name}`")).hint = Some(hint);
                }
                continue;
            };
            if let Fit::No(reason) = fit(&flow.schema, &field.schema) {
                self.fault(&at, format!("the type cannot fit: {reason}"));
            }
            if field.required && (flow.maybe_null || flow.maybe_absent) {
                self.fault(
                    &at,
                    format!("`{taker}` needs `{name}`, and this may have no value"),
                )
                .hint = Some(
                    "give a second choice with `??`, or the same condition to both steps".into(),
                );
            }
        }
        for field in fields
            .iter()
            .filter(|f| f.required && f.default().is_none())
        {
            if !given.contains_key(&field.name) {
                let hint = given
                    .keys()
                    .find(|k| fields.iter().all(|f| f.name != **k))
                    .map(|k| format!("`{k}` may be meant for it"));
                self.fault(
                    &place,
                    format!("`{taker}` needs `{}` ({})", field.name, field.type_name()),
                )
                .hint = hint;
            }
        }
    }

    fn policies(&mut self, step: &Step, place: &str) {
        if !calls(step) && (step.retry.is_some() || step.timeout_seconds.is_some()) {
            self.fault(
                place,
                "`retry` and `timeout_seconds` belong to steps that call a component",
            )
            .hint = Some("give them to the steps inside".into());
        }
        if matches!(step.action, Action::Approval(_)) && step.each.is_some() {
            self.fault(place, "an approval cannot be asked in a loop")
                .hint = Some("ask once, before the loop".into());
        }
        if let Some(retry) = &step.retry {
            let wrong = if retry.interval_seconds == 0 {
                Some("interval_seconds must be at least 1")
            } else if retry.backoff_rate < 1.0 || !retry.backoff_rate.is_finite() {
                Some("backoff_rate must be at least 1.0")
            } else if retry.max_attempts > 99_999_999 {
                Some("max_attempts must be at most 99999999")
            } else if retry
                .max_delay_seconds
                .is_some_and(|m| m <= retry.interval_seconds)
            {
                Some("max_delay_seconds must be more than interval_seconds")
            } else {
                None
            };
            if let Some(wrong) = wrong {
                self.fault(&format!("{place}.retry"), wrong);
            }
        }
        if step
            .timeout_seconds
            .is_some_and(|s| s == 0 || s > 99_999_999)
        {
            self.fault(
                &format!("{place}.timeout_seconds"),
                "a time limit is between 1 and 99999999 seconds",
            );
        }
    }
}

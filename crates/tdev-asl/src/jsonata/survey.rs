//! What an expression reads: surveyed once, so that a run converts nothing else.

use jsonata_core::ast::AstNode;
use serde_json::Value;

/// The part of a value an expression can see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Want {
    /// Everything.
    All,
    /// These members, where the value is an object.
    Fields(Vec<(String, Want)>),
}

/// What an expression uses of the world.
#[derive(Debug, Clone, Default)]
pub(super) struct Survey {
    /// Variables read, without the `$`, and what is read of each.
    pub(super) variables: Vec<(String, Want)>,
    /// Functions called by name.
    pub(super) functions: Vec<String>,
    /// Whether the expression defines functions, so that it may not end.
    pub(super) lambdas: bool,
}

/// Surveys `ast`; its serialised form is walked, so new node kinds need no code here.
pub(super) fn survey(ast: &AstNode) -> Survey {
    let mut found = Survey::default();
    if let Ok(tree) = serde_json::to_value(ast) {
        let mut pending = vec![&tree];
        while let Some(node) = pending.pop() {
            visit(node, &mut found, &mut pending);
        }
    }
    found
}

fn visit<'t>(node: &'t Value, found: &mut Survey, pending: &mut Vec<&'t Value>) {
    match node {
        Value::Array(items) => pending.extend(items),
        Value::Object(map) => {
            if let Some(name) = map.get("Variable").and_then(Value::as_str) {
                want(&mut found.variables, name, &[]);
                return;
            }
            if let Some(steps) = map.get("Path").and_then(|p| p["steps"].as_array())
                && let Some(name) = steps.first().and_then(variable_step)
            {
                let fields: Vec<&str> = steps[1..].iter().map_while(name_step).collect();
                want(&mut found.variables, name, &fields);
                pending.push(&steps[0]["stages"]);
                pending.extend(&steps[1..]);
                return;
            }
            if let Some(function) = map.get("Function")
                && let Some(name) = function["name"].as_str()
            {
                found.functions.push(name.to_owned());
            }
            found.lambdas |= map.contains_key("Lambda");
            pending.extend(map.values());
        }
        _ => {}
    }
}

/// A step that is only a variable. A filter on it would see more than the steps after it.
fn variable_step(step: &Value) -> Option<&str> {
    plain(step)?["Variable"].as_str()
}

fn name_step(step: &Value) -> Option<&str> {
    plain(step)?["Name"].as_str()
}

/// The node of a step that carries no filter and binds nothing.
fn plain(step: &Value) -> Option<&Value> {
    let bare = step["stages"].as_array().is_some_and(Vec::is_empty)
        && ["focus", "index_var", "ancestor_label"]
            .iter()
            .all(|k| step.get(*k).is_none_or(Value::is_null));
    bare.then(|| &step["node"])
}

/// The fields of the path, if the expression is nothing but a variable and fields of it.
pub(super) fn simple_path(ast: &AstNode) -> Option<Vec<String>> {
    match ast {
        AstNode::Variable(name) if !name.is_empty() => Some(vec![name.clone()]),
        AstNode::Path { steps } => {
            let mut names = Vec::with_capacity(steps.len());
            for (i, step) in steps.iter().enumerate() {
                let bare = step.stages.is_empty()
                    && step.focus.is_none()
                    && step.index_var.is_none()
                    && step.ancestor_label.is_none();
                match &step.node {
                    AstNode::Variable(name) if i == 0 && bare && !name.is_empty() => {
                        names.push(name.clone());
                    }
                    AstNode::Name(name) if i > 0 && bare => names.push(name.clone()),
                    _ => return None,
                }
            }
            Some(names)
        }
        _ => None,
    }
}

fn want(wants: &mut Vec<(String, Want)>, name: &str, rest: &[&str]) {
    let position = wants.iter().position(|(n, _)| n == name);
    match (rest.split_first(), position) {
        (None, Some(i)) => wants[i].1 = Want::All,
        (None, None) => wants.push((name.to_owned(), Want::All)),
        (Some((field, rest)), Some(i)) => {
            if let Want::Fields(fields) = &mut wants[i].1 {
                want(fields, field, rest);
            }
        }
        (Some((field, rest)), None) => {
            let mut fields = Vec::new();
            want(&mut fields, field, rest);
            wants.push((name.to_owned(), Want::Fields(fields)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants(text: &str) -> Vec<(String, Want)> {
        survey(&jsonata_core::parser::parse(text).unwrap()).variables
    }

    fn fields(names: &[&str]) -> Want {
        match names {
            [] => Want::All,
            [first, rest @ ..] => Want::Fields(vec![((*first).to_owned(), fields(rest))]),
        }
    }

    #[test]
    fn only_the_fields_on_the_path_are_wanted() {
        assert_eq!(
            wants("$states.input.order.total * 2"),
            vec![("states".to_owned(), fields(&["input", "order", "total"]))]
        );
        assert_eq!(
            wants("$states.input.items[price > $limit].name"),
            vec![
                ("limit".to_owned(), Want::All),
                ("states".to_owned(), fields(&["input"])),
            ]
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_whole_variable_wants_everything() {
        assert_eq!(
            wants("$string($states)"),
            vec![("states".to_owned(), Want::All)]
        );
        assert_eq!(wants("$states.*"), vec![("states".to_owned(), Want::All)]);
    }
}

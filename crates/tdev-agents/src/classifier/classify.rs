//! Source in, verdict out: pure, and nothing of the source is ever run.

use ruff_python_ast::StmtFunctionDef;
use serde_json::{Map, Value, json};
use tdev_core::agent_io::{Classification, Evidence};
use tdev_core::component::{Kind, camel_case};
use tdev_core::schema::Schema;
use tdev_core::{Code, Error, Result};

use super::effects::effects_of;
use super::entry::{Definition, Entry, Sign, WORKS, defines, entry_of};
use super::module::{Module, docstring, method};
use super::returned::{Returned, output_of};
use super::settle::minds_of;
use super::signature::{Bound, input_of};
use super::source::parse;
use super::verdict::{explain, judge, tier};

/// A classification, and what only a registry can complete.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    /// The verdict.
    pub(super) classification: Classification,
    /// The component whose output is returned unchanged, where the code says no more than that.
    pub(super) returns: Option<String>,
}

/// Classifies the component in a Python file. `path` helps to name it and to choose it among
/// several.
///
/// # Errors
/// `InvalidComponent` with line, column, message and source line in its details where the code
/// does not parse, and where it holds nothing that could be a component.
pub fn classify(code: &str, path: Option<&str>) -> Result<Classification> {
    read(code, path, Holds::Component).map(|found| found.classification)
}

/// Says what decides in a Python file, also where nothing in it could be called as a component: in
/// a script no model decides unless it builds or asks one.
///
/// # Errors
/// As [`classify`], for code that does not parse.
pub fn judge_file(code: &str, path: Option<&str>) -> Result<Classification> {
    read(code, path, Holds::Anything).map(|found| found.classification)
}

/// What a file must hold to be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Something that can be called, or that decides.
    Component,
    /// Anything at all.
    Anything,
}

pub(super) fn read(code: &str, path: Option<&str>, holds: Holds) -> Result<Found> {
    let (tree, lines) = parse(code)?;
    let module = Module::new(&tree, &lines);
    let minds = minds_of(&module);
    let entry = match entry_of(&module, path) {
        Some(entry) => entry,
        // A script: nothing can be called, but what it builds still decides.
        None if holds == Holds::Anything
            || minds.is_team()
            || !minds.brains.is_empty()
            || !minds.model_calls.is_empty() =>
        {
            Entry {
                definition: None,
                sign: Sign::Plain,
                said: Map::new(),
                others: Vec::new(),
                offered: Vec::new(),
            }
        }
        None => {
            return Err(Error::new(Code::InvalidComponent, "the file holds no component")
                .field("code")
                .hint("mark a class or function with `@agent`, `@tool` or `@team`, or give a class a method `run`"));
        }
    };
    let effects = effects_of(&module, &|stmt| defines(stmt, &entry.others));
    let mut evidence = Vec::new();
    let (kind, brains) = judge(&entry, &minds, &effects, &module, &mut evidence);
    let (input, returned) = signature(&entry, &module);
    let said = |key: &str| {
        entry
            .said
            .get(key)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let listed = |key: &str| -> Vec<String> {
        let list = entry.said.get(key).and_then(Value::as_array);
        list.map(|items| {
            items
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        })
        .unwrap_or_default()
    };
    let written = entry
        .definition
        .map_or_else(String::new, |definition| definition.name().to_owned());
    let name = camel_case(&said("name").unwrap_or_else(|| name_of(&entry, path)));
    let description = said("description")
        .or_else(|| entry.definition.and_then(Definition::docstring))
        .or_else(|| docstring(module.body))
        .unwrap_or_default();
    explain(&effects, &mut evidence);
    if !entry.others.is_empty() {
        let line = entry
            .definition
            .map_or(1, |definition| definition.line(&module));
        evidence.push(Evidence {
            line,
            reason: format!("the file also holds {}", quoted(&entry.others)),
        });
    }
    evidence.sort_by_key(|item| item.line);
    let members = union(
        listed("members"),
        if kind == Kind::Team {
            &effects.agents
        } else {
            &[]
        },
    );
    let mut tools = union(listed("tools"), &effects.tools);
    if kind != Kind::Team {
        tools = union(tools, &effects.agents);
    }
    let returns = (!entry.said.contains_key("output"))
        .then_some(returned.from)
        .flatten();
    let classification = Classification {
        component_type: kind,
        brain_count: brains,
        reusability: tier(kind, &effects),
        name,
        description,
        input_schema: schema(entry.said.get("input").unwrap_or(&input), "input")?,
        output_schema: schema(
            entry.said.get("output").unwrap_or(&returned.schema),
            "output",
        )?,
        tools,
        members,
        permissions: union(
            listed("permissions"),
            &effects
                .permissions
                .iter()
                .map(|(p, (line, _))| (p.clone(), *line))
                .collect::<Vec<_>>(),
        ),
        secrets: union(listed("secrets"), &effects.secrets),
        tags: listed("tags"),
        entry: written,
        evidence,
        similar_to: Vec::new(),
    };
    Ok(Found {
        classification,
        returns,
    })
}

fn schema(written: &Value, field: &str) -> Result<Schema> {
    Schema::new(written.clone()).map_err(|error| {
        let place = error
            .field
            .as_deref()
            .map_or_else(|| field.to_owned(), |rest| format!("{field}.{rest}"));
        Error {
            code: Code::InvalidComponent,
            ..error
        }
        .field(place)
    })
}

fn union(mut known: Vec<String>, found: &[(String, u32)]) -> Vec<String> {
    for (name, _) in found {
        // A scoped permission the author wrote covers the bare one the code shows.
        let covered = known.iter().any(|k| {
            k == name
                || k.strip_prefix(name.as_str())
                    .is_some_and(|rest| rest.starts_with(':'))
        });
        if !covered {
            known.push(name.clone());
        }
    }
    known
}

fn quoted(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn name_of(entry: &Entry<'_>, path: Option<&str>) -> String {
    let written = entry.definition.map_or("", Definition::name);
    if !matches!(written, "" | "run" | "main") {
        return written.to_owned();
    }
    let stem = path
        .and_then(|path| path.rsplit(['/', '\\']).next())
        .map(|file| file.trim_end_matches(".py"));
    stem.filter(|stem| !stem.is_empty())
        .unwrap_or("Component")
        .to_owned()
}

fn signature(entry: &Entry<'_>, module: &Module<'_>) -> (Value, Returned) {
    let nothing = || {
        (
            json!({}),
            Returned {
                schema: json!({}),
                from: None,
            },
        )
    };
    let of = |function: &StmtFunctionDef, bound| {
        (
            input_of(function, bound, module),
            output_of(function, bound, module),
        )
    };
    match entry.definition {
        Some(Definition::Function(function)) => of(function, Bound::Free),
        Some(Definition::Class(class)) => match WORKS.iter().find_map(|name| method(class, name)) {
            Some(run) => {
                let unbound = run
                    .decorator_list
                    .iter()
                    .any(|d| module.dotted(&d.expression).as_deref() == Some("staticmethod"));
                of(run, if unbound { Bound::Free } else { Bound::Method })
            }
            None => nothing(),
        },
        None => nothing(),
    }
}

//! A component that may be what a spec asks for: its source, its record, and where it came from.

use minijinja::context;
use serde_json::{Value, json};
use tdev_core::Result;
use tdev_core::agent_io::AgentSpec;
use tdev_core::component::{Component, Kind, Reusability, Runtime, Status, VersionId, snake_case};
use tdev_core::schema::Schema;

use super::literal::{annotation, literal, one_line, render, shorthand};
use crate::composer::keywords;

/// Source that was written, and what it takes, gives and touches.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Written {
    pub(super) name: String,
    pub(super) code: String,
    pub(super) input: Schema,
    pub(super) output: Schema,
    /// The components it calls, by name.
    pub(super) tools: Vec<String>,
    pub(super) permissions: Vec<String>,
    pub(super) secrets: Vec<String>,
    pub(super) side_effects: bool,
}

/// What wrote it, for its provenance.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Origin {
    /// `composer`, `family` or `model`.
    pub(super) mind: &'static str,
    /// Which family or model, what it was given, and why it was chosen.
    pub(super) facts: Value,
}

/// How sure a family is that its parameters are what was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grounds {
    /// They stand in the spec.
    Said,
    /// They are read off its examples, so only those can show that they are right.
    Shown,
}

/// What a family proposes: a template and what it is filled with.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sketch {
    pub(super) family: &'static str,
    pub(super) template: &'static str,
    /// What fills the template, as JSON.
    pub(super) parameters: Value,
    /// What it is called where the spec names nothing, without its kind.
    pub(super) stem: String,
    pub(super) input: Schema,
    pub(super) output: Schema,
    /// What it imports from `tdev` beside its mark.
    pub(super) uses: Vec<&'static str>,
    pub(super) tools: Vec<String>,
    pub(super) permissions: Vec<String>,
    pub(super) secrets: Vec<String>,
    pub(super) side_effects: bool,
    pub(super) grounds: Grounds,
    /// What it does, for a person.
    pub(super) why: String,
}

impl Sketch {
    /// A sketch of pure computation.
    pub(super) fn pure(family: &'static str, template: &'static str, parameters: Value) -> Self {
        Self {
            family,
            template,
            parameters,
            stem: String::new(),
            input: Schema::default(),
            output: Schema::default(),
            uses: Vec::new(),
            tools: Vec::new(),
            permissions: Vec::new(),
            secrets: Vec::new(),
            side_effects: false,
            grounds: Grounds::Said,
            why: String::new(),
        }
    }

    /// Its source under a name.
    pub(super) fn write(&self, name: &str, spec: &AgentSpec) -> Result<Written> {
        let kind = kind_of(spec, Kind::Tool);
        let base = if kind == Kind::Agent { "Agent" } else { "Tool" };
        let mut uses = vec![base, kind.as_str()];
        uses.extend(&self.uses);
        uses.sort_unstable();
        let parameters: Vec<String> = ordered(&self.input)
            .iter()
            .map(|field| format!("{}: {}", field.name, annotation(field)))
            .collect();
        let values = context! {
            name, base, uses, parameters,
            description => one_line(&spec.goal),
            written => format!("Written by T-Developer from its `{}` family: {}.", self.family, one_line(&self.why)),
            mark => kind.as_str(),
            input => shorthand(&self.input),
            output => shorthand(&self.output),
            tools => self.tools,
            permissions => self.permissions,
            secrets => self.secrets,
            tags => tags(spec),
            p => self.parameters,
        };
        Ok(Written {
            name: name.to_owned(),
            code: tidy(&render(self.template, &values)?),
            input: self.input.clone(),
            output: self.output.clone(),
            tools: self.tools.clone(),
            permissions: self.permissions.clone(),
            secrets: self.secrets.clone(),
            side_effects: self.side_effects,
        })
    }

    /// Where it came from.
    pub(super) fn origin(&self) -> Origin {
        Origin {
            mind: "family",
            facts: json!({"family": self.family, "parameters": self.parameters, "reasons": [self.why]}),
        }
    }
}

/// Python wants what must be given first.
fn ordered(schema: &Schema) -> Vec<tdev_core::schema::Field> {
    let (mut needed, optional): (Vec<_>, Vec<_>) = schema
        .fields()
        .into_iter()
        .partition(|field| field.required);
    needed.extend(optional);
    needed
}

/// Two blank lines at most, none at the end: what empty blocks of a template leave behind.
fn tidy(code: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let mut blank = 0;
    for line in code.lines().map(str::trim_end) {
        blank = if line.is_empty() { blank + 1 } else { 0 };
        if blank <= 2 {
            lines.push(line);
        }
    }
    let mut text = lines.join("\n").trim_end().to_owned();
    text.push('\n');
    text
}

/// What a spec asks for: a tool or an agent.
pub(super) fn kind_of(spec: &AgentSpec, usual: Kind) -> Kind {
    match spec.kind {
        Some(Kind::Tool) => Kind::Tool,
        Some(Kind::Agent | Kind::Team) => Kind::Agent,
        None => usual,
    }
}

/// Search words: what the goal says.
pub(super) fn tags(spec: &AgentSpec) -> Vec<String> {
    keywords(&spec.goal).into_iter().take(8).collect()
}

/// The record of what was written. Its source need not be stored yet.
pub(super) fn record(
    spec: &AgentSpec,
    kind: Kind,
    written: &Written,
    code_hash: &str,
    provenance: Value,
    now: chrono::DateTime<chrono::Utc>,
) -> Component {
    Component {
        name: written.name.clone(),
        kind,
        version: semver::Version::new(1, 0, 0),
        version_id: VersionId::default(),
        status: Status::Experimental,
        description: spec.goal.clone(),
        brain_count: u32::from(kind == Kind::Agent),
        reusability: if kind == Kind::Tool {
            Reusability::A
        } else {
            Reusability::B
        },
        input_schema: written.input.clone(),
        output_schema: written.output.clone(),
        tools: written.tools.clone(),
        members: Vec::new(),
        tags: tags(spec),
        permissions: written.permissions.clone(),
        secrets: written.secrets.clone(),
        class_path: Some(format!(
            "generated.{}.{}",
            snake_case(&written.name),
            written.name
        )),
        path: None,
        code_hash: Some(code_hash.to_owned()),
        owner: Some("Agno".to_owned()),
        created_at: Some(now),
        runtime: Runtime::Python,
        prompt: None,
        team: None,
        side_effects: written.side_effects,
        timeout_seconds: None,
        examples: worked(spec),
        provenance: Some(provenance),
    }
}

/// The examples that say what must come out.
pub(super) fn worked(spec: &AgentSpec) -> Vec<tdev_core::component::Example> {
    spec.examples
        .iter()
        .filter(|example| example.output != json!({}))
        .cloned()
        .collect()
}

/// Lines of a Python table: one a row, or all in one line where they are many.
pub(super) fn rows(items: &[String]) -> String {
    const MOST: usize = 60;
    if items.len() <= MOST {
        items
            .iter()
            .map(|item| format!("    {item},\n"))
            .collect::<String>()
    } else {
        format!("    {},\n", items.join(", "))
    }
}

/// A pair of a Python dictionary.
pub(super) fn pair(key: &Value, value: &Value) -> String {
    format!("{}: {}", literal(key), literal(value))
}

//! Why a plan is as it is: for each step the clause it answers, and where each input comes from.

use tdev_core::schema::Field;

use super::clauses::Clause;
use super::draft::{Binding, Draft, Given, Node, Source};
use super::words::{kinship, stems};

/// How much of a value is quoted.
const QUOTED: usize = 40;

/// One line for each step, in their order; a line has no semicolon, by which lines are joined.
pub(super) fn each_step(draft: &Draft, clauses: &[Clause], given: &Given) -> Vec<String> {
    let lines = draft.nodes.iter().enumerate().map(|(at, node)| {
        let clause = node.clause.and_then(|at| clauses.get(at));
        let mut line = match clause {
            Some(clause) => format!("`{}` for “{}”", node.component.name, clause.text),
            None => wanted(draft, at),
        };
        line.push_str(&inputs(draft, node, clause, given));
        if let Some(condition) = clause.and_then(|c| c.condition.as_ref()) {
            line = format!("{line}, only if {}", condition.trim_start_matches("if "));
        }
        line.replace(';', ",")
    });
    lines.collect()
}

/// The one line of a plan whose only step is all that is asked.
pub(super) fn alone(draft: &Draft, clauses: &[Clause], given: &Given) -> Vec<String> {
    let lines = draft.nodes.iter().map(|node| {
        let inputs = inputs(draft, node, clauses.first(), given);
        let name = &node.component.name;
        format!("`{name}` covers the whole goal by itself{inputs}").replace(';', ",")
    });
    lines.collect()
}

/// Where the inputs of a step come from.
fn inputs(draft: &Draft, node: &Node, clause: Option<&Clause>, given: &Given) -> String {
    let told = node.bindings.iter();
    let told: Vec<String> = told
        .map(|binding| input(draft, node, binding, clause, given))
        .collect();
    if told.is_empty() {
        String::new()
    } else {
        format!(": {}", told.join(", "))
    }
}

/// Why a step that no clause asks for is there.
fn wanted(draft: &Draft, at: usize) -> String {
    let name = |node: &Node| node.component.name.clone();
    let own = draft.nodes.get(at).map(name).unwrap_or_default();
    let from = |source: &Source| matches!(source, Source::Output { node, .. } if *node == at);
    let consumer = draft.nodes.iter().find_map(|node| {
        let looped = node.each.as_ref().is_some_and(from);
        let takes = |b: &&Binding| from(&b.source) || looped && matches!(b.source, Source::Item(_));
        Some((name(node), node.bindings.iter().find(takes)?.field.clone()))
    });
    match consumer {
        Some((consumer, field)) => {
            format!("`{own}` because `{consumer}` needs `{field}`, which the goal does not tell")
        }
        None => format!("`{own}` because what it gives is needed next"),
    }
}

/// Where one input comes from, and why.
fn input(
    draft: &Draft,
    node: &Node,
    binding: &Binding,
    clause: Option<&Clause>,
    given: &Given,
) -> String {
    let field = &binding.field;
    match &binding.source {
        Source::Literal(value) => {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            let short: String = text.chars().take(QUOTED).collect();
            let more = if short.len() < text.len() { "…" } else { "" };
            format!("`{field}` is “{short}{more}”, as the goal says")
        }
        Source::Input(name) if given.inputs.iter().any(|(given, _)| given == name) => {
            format!("`{field}` is `{name}`, given with the goal")
        }
        Source::Input(name) => {
            format!("`{field}` is asked for as `{name}`, since nothing gives it")
        }
        Source::Output {
            node: from,
            field: out,
        } => {
            let (from, why) = origin(draft, node, *from, out.as_ref(), field, clause);
            format!("`{field}` is {from}, {why}")
        }
        Source::Item(out) => {
            let Some(Source::Output {
                node: from,
                field: list,
            }) = &node.each
            else {
                return format!("`{field}` is the item of the loop");
            };
            let (from, why) = origin(draft, node, *from, list.as_ref(), field, clause);
            let part = out
                .as_ref()
                .map_or(String::new(), |out| format!("`{out}` of "));
            format!("`{field}` is {part}each of {from}, {why}")
        }
    }
}

/// An output as it is written, and why it is the one.
fn origin(
    draft: &Draft,
    node: &Node,
    from: usize,
    out: Option<&String>,
    field: &str,
    clause: Option<&Clause>,
) -> (String, &'static str) {
    let component = draft.nodes.get(from).map(|n| &n.component);
    let name = component.map_or("", |c| c.name.as_str());
    let written = out.map_or_else(|| format!("`{name}`"), |out| format!("`{name}.{out}`"));
    let find = |fields: Vec<Field>, name: &str| fields.into_iter().find(|f| f.name == name);
    let gives = out.and_then(|out| find(component?.output_schema.fields(), out));
    let takes = find(node.component.input_schema.fields(), field);
    let same_type = |a: &Field, b: &Field| {
        let named = |f: &Field| f.schema.get("x-tdev-type").cloned();
        named(a).is_some() && named(a) == named(b)
    };
    let why = match (out, clause) {
        (Some(out), _) if out == field => "of the same name",
        (Some(out), Some(clause)) if kinship(&stems(out), &clause.stems) >= 0.7 => {
            "which the words name"
        }
        _ if gives.zip(takes).is_some_and(|(a, b)| same_type(&a, &b)) => "of the same kind",
        (_, Some(clause)) if clause.refers => "which the words refer back to",
        _ => "the nearest that fits",
    };
    (written, why)
}

//! Table transforms: rows filtered, computed, grouped, renamed, chosen, sorted and cut, as the goal
//! says and the examples show.

mod expression;
mod induced;
mod said;
mod steps;

use serde_json::{Value, json};
use tdev_core::component::camel_case;
use tdev_core::schema::{Field, Schema};

use super::super::candidate::{Grounds, Sketch};
use super::super::wish::{Wish, schema_of};
use steps::{Step, Steps};

pub(super) const NAME: &str = "table";

/// What is known of the tables on both sides.
struct Tables {
    input: String,
    /// The rows' own columns; none where nobody says.
    columns: Vec<String>,
    /// The output field that holds rows, where one does.
    output: Option<String>,
    /// The columns the output wants, or the names of its numbers where it holds no rows.
    wanted: Vec<String>,
}

pub(super) fn recognise(wish: &Wish<'_>) -> Result<Vec<Sketch>, String> {
    let tables = tables(wish)?;
    let said = said::steps(wish.goal(), &tables)?;
    let mut all: Vec<(Vec<Step>, Grounds)> = Vec::new();
    if !said.is_empty() {
        all.push((said.clone(), Grounds::Said));
        // Halves of a cent are nobody's: where the examples round, so does it.
        if let Some(rounded) = steps::rounded(&said) {
            all.push((rounded, Grounds::Said));
        }
    }
    if tables.output.is_some() {
        for shown in induced::steps(wish, &tables, &said) {
            all.push((shown, Grounds::Shown));
        }
    }
    if all.is_empty() {
        return Err("neither the goal nor the examples say what happens to the rows".to_owned());
    }
    Ok(all
        .into_iter()
        .map(|(steps, grounds)| sketch(wish, &tables, &steps, grounds))
        .collect())
}

fn sketch(wish: &Wish<'_>, tables: &Tables, steps: &[Step], grounds: Grounds) -> Sketch {
    let lines = Steps(steps).python();
    let text = lines.join("\n");
    let output = tables.output.clone().unwrap_or_else(|| "rows".to_owned());
    let scalars = steps.iter().any(|step| matches!(step, Step::Total(_)));
    let mut sketch = Sketch::pure(
        NAME,
        include_str!("../templates/table.py.j2"),
        json!({
            "input": tables.input, "lines": lines, "output": if scalars { Value::Null } else { json!(output) },
            "compares": text.contains("_holds("), "numbers": text.contains("_number(") || text.contains("_holds("),
            "sorts": text.contains("_key("), "steps": Steps(steps).told(),
        }),
    );
    sketch.stem = camel_case(&format!("{} transform", tables.input));
    let row = if tables.columns.is_empty() {
        json!({"type": "object"})
    } else {
        json!({"type": "object", "properties": tables.columns.iter().map(|c| (c.clone(), json!({}))).collect::<serde_json::Map<_, _>>()})
    };
    sketch.input = wish.input_or(&tables.input, json!({"type": "array", "items": row}));
    sketch.output = if !wish.outputs.is_empty() {
        wish.spec.output_schema.clone()
    } else if scalars {
        Schema::of_fields(
            steps
                .iter()
                .filter_map(|step| match step {
                    Step::Total(sums) => Some(sums),
                    _ => None,
                })
                .flatten()
                .map(|sum| (sum.name.clone(), json!({"type": "number"}))),
        )
    } else {
        wish.output_or(
            &output,
            json!({"type": "array", "items": {"type": "object"}}),
        )
    };
    if text.contains("_number(") || text.contains("_holds(") {
        sketch.uses.push("ToolError");
    }
    sketch.grounds = grounds;
    sketch.why = Steps(steps).told();
    sketch
}

fn tables(wish: &Wish<'_>) -> Result<Tables, String> {
    let usual = ["rows", "records", "items", "table", "data"];
    let input = if wish.inputs.is_empty() {
        "rows".to_owned()
    } else {
        Wish::one(&wish.inputs, "array", &usual)
            .map(|f| f.name.clone())
            .ok_or("no input is a list of rows")?
    };
    if wish.inputs.iter().any(|f| f.required && f.name != input) {
        return Err("a table transform has one input, the rows".to_owned());
    }
    let field = wish.inputs.iter().find(|f| f.name == input);
    let items = field.and_then(|f| f.schema.pointer("/items/type"));
    if let Some(kind) = items.and_then(Value::as_str).filter(|k| *k != "object") {
        return Err(format!(
            "the items of `{input}` are no rows: each is {kind}"
        ));
    }
    let given: Vec<&Value> = wish.given(&input);
    let columns = columns_of(wish.inputs.iter().find(|f| f.name == input), &given);
    let rows_out = Wish::one(&wish.outputs, "array", &usual).map(|f| f.name.clone());
    if let Some(odd) = wish
        .outputs
        .iter()
        .find(|f| f.required && Some(&f.name) != rows_out.as_ref() && rows_out.is_some())
    {
        return Err(format!("beside its rows it gives no `{}`", odd.name));
    }
    let (output, wanted) = match rows_out {
        Some(name) => {
            let shown = wish.wanted(&name);
            let wanted = columns_of(wish.outputs.iter().find(|f| f.name == name), &shown);
            (Some(name), wanted)
        }
        None => (None, wish.outputs.iter().map(|f| f.name.clone()).collect()),
    };
    Ok(Tables {
        input,
        columns,
        output,
        wanted,
    })
}

/// The columns of a list of rows: what its schema names, else what the examples have.
fn columns_of(field: Option<&Field>, shown: &[&Value]) -> Vec<String> {
    let named = |schema: &Value| -> Vec<String> {
        schema
            .pointer("/items/properties")
            .and_then(Value::as_object)
            .map(|p| p.keys().cloned().collect())
            .unwrap_or_default()
    };
    let said = field.map(|f| named(&f.schema)).unwrap_or_default();
    if said.is_empty() {
        named(&schema_of(shown))
    } else {
        said
    }
}

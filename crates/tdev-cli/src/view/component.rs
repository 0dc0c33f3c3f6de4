//! A component: what it takes, gives and may touch, and how it was tested last.

use std::sync::Arc;

use tdev_core::agent_io::TestRun;
use tdev_core::component::Component;
use tdev_core::schema::Schema;

use super::{Line, Look, declared, tree, value, wrap};

/// Columns of what stands to the left.
const LABEL: usize = 10;

/// Everything about one component, of which these are the versions.
pub(crate) fn lines(
    component: &Component,
    versions: &[Arc<Component>],
    tested: Option<&TestRun>,
    width: usize,
) -> Vec<Line> {
    let mut lines = head(component, width);
    lines.extend(fields("takes", &component.input_schema, width));
    lines.extend(fields("gives", &component.output_schema, width));
    lines.extend(
        declared::facts(component)
            .into_iter()
            .flat_map(|(label, text)| said(label, &text, width)),
    );
    for (label, list) in [
        ("uses", &component.tools),
        ("members", &component.members),
        ("touches", &component.permissions),
        ("secrets", &component.secrets),
        ("tags", &component.tags),
    ] {
        if !list.is_empty() {
            lines.extend(said(label, &list.join(", "), width));
        }
    }
    for example in component.examples.iter().take(2) {
        let text = format!(
            "{} → {}",
            value::excerpt(&example.input),
            value::excerpt(&example.output)
        );
        lines.extend(said("example", &text, width));
    }
    if versions.len() > 1 {
        let versions: Vec<String> = versions
            .iter()
            .map(|version| format!("{} {}", version.version_id, version.status.as_str()))
            .collect();
        lines.extend(said("versions", &versions.join(", "), width));
    }
    let tested = match tested {
        Some(run) => format!(
            "{} passed, {} failed in {}",
            run.passed,
            run.failed,
            tree::duration(run.duration_ms)
        ),
        None => format!("not yet: tdev test {}", component.name),
    };
    lines.extend(said("tested", &tested, width));
    lines.extend(declared::instructions(component, width));
    lines
}

/// A label, and a text beside it that may take several lines.
fn said(label: &str, text: &str, width: usize) -> Vec<Line> {
    wrap(text, width.saturating_sub(LABEL))
        .into_iter()
        .enumerate()
        .map(|(place, part)| {
            let label = if place == 0 { label } else { "" };
            Line::new().column(Look::Faint, label, LABEL).and(part)
        })
        .collect()
}

fn head(component: &Component, width: usize) -> Vec<Line> {
    let brains = match component.brain_count {
        0 => "no brain".to_owned(),
        1 => "1 brain".to_owned(),
        many => format!("{many} brains"),
    };
    let mut lines = vec![
        Line::new()
            .with(Look::Strong, component.pinned().to_string())
            .with(
                Look::Faint,
                format!(
                    "  {}, {brains}, {}, tier {:?}",
                    component.kind.as_str(),
                    component.status.as_str(),
                    component.reusability
                ),
            ),
    ];
    lines.extend(
        wrap(&component.description, width)
            .into_iter()
            .map(Line::plain),
    );
    lines.push(Line::new());
    lines
}

fn fields(label: &str, schema: &Schema, width: usize) -> Vec<Line> {
    let fields = schema.fields();
    let widest = fields
        .iter()
        .map(|field| field.name.len())
        .max()
        .unwrap_or(0)
        .min(24);
    let mut lines: Vec<Line> = fields
        .iter()
        .enumerate()
        .map(|(place, field)| {
            let wanted = if field.required { "" } else { "?" };
            Line::new()
                .column(Look::Faint, if place == 0 { label } else { "" }, LABEL)
                .column(Look::Strong, &field.name, widest)
                .and(" ")
                .column(Look::Name, &format!("{}{wanted}", field.type_name()), 9)
                .and(" ")
                .with(Look::Faint, field.description())
                .cut(width)
        })
        .collect();
    if lines.is_empty() {
        lines.push(
            Line::new()
                .column(Look::Faint, label, LABEL)
                .with(Look::Faint, "not described"),
        );
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(record: serde_json::Value) -> String {
        let component: Component = serde_json::from_value(record).unwrap();
        component.validate().unwrap();
        let lines = lines(&component, &[], None, 80);
        let text: Vec<String> = lines.iter().map(Line::bare).collect();
        text.join("\n")
    }

    #[test]
    fn a_tool_shows_its_fields_and_what_it_may_touch() {
        let shown = shown(json!({
            "name": "WeatherTool", "type": "tool", "reusability": "A", "status": "stable",
            "description": "Says how warm it is at a place",
            "input_schema": {"place": "string", "unit": "string?"},
            "output_schema": {"degrees": "number"},
            "permissions": ["net.http"], "secrets": ["WEATHER_KEY"], "tags": ["weather"],
            "class_path": "tools.weather.WeatherTool", "runtime": "python",
            "examples": [{"input": {"place": "Oslo"}, "output": {"degrees": -3}}],
        }));
        insta::assert_snapshot!(shown);
    }

    #[test]
    fn a_declared_agent_shows_its_model_its_bounds_and_every_word_it_is_told() {
        let shown = shown(json!({
            "name": "BillingAgent", "type": "agent", "brain_count": 1, "reusability": "B",
            "description": "Decides on refunds and answers questions about invoices",
            "input_schema": {"text": "string", "session": "string?"},
            "output_schema": {"reply": "string", "refund": "boolean"},
            "tools": ["DateArithmeticTool@v1"], "runtime": "prompt",
            "prompt": {
                "instructions": "You work at the billing desk of a shop. A purchase is refunded within 30 days.\n\n  - count them with DateArithmeticTool\n  - reply in the customer's language",
                "model": "amazon.nova-lite-v1:0", "max_turns": 5, "max_tokens": 40_000,
                "temperature": 0.2, "memory": {"turns": 6},
            },
        }));
        insta::assert_snapshot!(shown);
    }

    #[test]
    fn a_router_shows_its_rules_and_how_it_decides_where_none_holds() {
        let shown = shown(json!({
            "name": "SupportDeskTeam", "type": "team", "brain_count": 3, "reusability": "C",
            "description": "Hands a customer's question to the desk that can answer it",
            "input_schema": {"text": "string", "country": "string?"},
            "output_schema": {"reply": "string"},
            "members": ["BillingAgent", "TechnicalAgent@v2"], "runtime": "prompt",
            "team": {
                "mode": "router",
                "instructions": "Choose the desk that should answer the customer.",
                "routes": [
                    {"field": "text", "contains": "invoice", "member": "BillingAgent"},
                    {"field": "country", "equals": "no", "contains": "n", "member": "TechnicalAgent"},
                ],
                "default": "TechnicalAgent",
            },
        }));
        insta::assert_snapshot!(shown);
    }

    #[test]
    fn every_mode_says_how_its_members_work_together() {
        let team = |team: serde_json::Value| {
            let component: Component = serde_json::from_value(json!({
                "name": "LetterTeam", "type": "team", "brain_count": 2, "reusability": "C",
                "description": "Answers letters", "input_schema": {"text": "string"},
                "output_schema": {"letter": "string"}, "members": ["ReaderAgent", "WriterAgent"],
                "runtime": "prompt", "team": team,
            }))
            .unwrap();
            component.validate().unwrap();
            let facts = declared::facts(&component);
            let text: Vec<String> = facts
                .into_iter()
                .map(|(label, text)| format!("{label:LABEL$}{text}"))
                .collect();
            text.join("\n")
        };
        let all = [
            json!({"mode": "sequential"}),
            json!({"mode": "parallel"}),
            json!({"mode": "parallel", "aggregator": "WriterAgent"}),
            json!({"mode": "router", "route_by": "likeness"}),
            json!({"mode": "router", "route_by": "model", "default": "ReaderAgent"}),
            json!({"mode": "router", "route_by": "rules",
                "routes": [{"field": "text", "equals": "hello", "member": "WriterAgent"}]}),
            json!({"mode": "supervisor", "instructions": "Have the letter answered.", "max_rounds": 4}),
        ];
        insta::assert_snapshot!(all.map(team).join("\n\n"));
    }
}

//! A damaged source must always score below the sound one, in the criterion that the damage is
//! about, with a suggestion that names the place; and what rules can mend, refining mends.

use serde_json::json;
use tdev_agents::evaluator::{Record, evaluate_source};
use tdev_core::agent_io::Evaluation;
use tdev_core::component::Example;

use crate::agno_refine::refined;

/// A tool that computes.
const TOOL: &str = r#""""Counts words."""

from tdev import Tool, ToolError, tool


@tool(name="CountTool", description="Counts the words of a text", input={"text": "string"}, output={"count": "integer"})
class CountTool(Tool):
    """Counts the words of a text."""

    def run(self, text: str) -> dict:
        if not text:
            raise ToolError("InvalidInput", "there is no text")
        return {"count": len(text.split())}
"#;

/// An agent that calls others, and says which one failed.
const AGENT: &str = r#"from tdev import ToolError, agent, call_tool


@agent(name="NoteAgent", description="Fetches a note and counts its words", input={"url": "string"}, output={"words": "integer"}, tools=["HttpFetchTool"])
class NoteAgent:
    """Fetches a note and counts its words."""

    def run(self, url: str) -> dict:
        try:
            page = call_tool("HttpFetchTool", url=url)
        except ToolError as error:
            raise ToolError(error.code, f"HttpFetchTool: {error.message}") from None
        return {"words": len(page["text"].split())}
"#;

/// A function with a default and a decision about failure.
const FUNCTION: &str = r#"import json

from tdev import tool


@tool(description="Reads the name out of a JSON record", output={"name": "string"})
def read_name(record: str, usual: str = "nobody") -> dict:
    """Reads the name out of a JSON record."""
    try:
        data = json.loads(record)
    except json.JSONDecodeError:
        data = {}
    return {"name": data.get("name", usual)}
"#;

struct Damage {
    what: &'static str,
    criterion: &'static str,
    apply: fn(&str) -> String,
    passed: Record,
}

const WHOLE: Record = Record {
    passed: 6,
    failed: 0,
};

/// Puts lines, indented as a body is, before the last `return`.
fn before_the_end(code: &str, lines: &str) -> String {
    let at = code.rfind("return {").unwrap();
    let start = code[..at].rfind('\n').unwrap() + 1;
    let indent = &code[start..at];
    let lines: String = lines.lines().map(|l| format!("{indent}{l}\n")).collect();
    format!("{}{lines}{}", &code[..start], &code[start..])
}

fn without_docstrings(code: &str) -> String {
    let mut parts = code.split("\"\"\"");
    let mut text = parts.next().unwrap_or_default().to_owned();
    while let (Some(_), Some(after)) = (parts.next(), parts.next()) {
        text.push('0');
        text.push_str(after);
    }
    text
}

fn branches(count: usize) -> String {
    let head = "found = 0\n".to_owned();
    (0..count).fold(head, |text, n| {
        format!("{text}if found == {n} and {n} > 1:\n    found = {n}\n")
    })
}

fn damages() -> Vec<Damage> {
    let damage = |what, criterion, apply| Damage {
        what,
        criterion,
        apply,
        passed: WHOLE,
    };
    vec![
        damage("run code made at run time", "security", |code| {
            before_the_end(code, "extra = eval(\"1\")")
        }),
        damage("import what is not allowed", "security", |code| {
            format!("import subprocess\n{code}")
        }),
        damage("put a credential in it", "security", |code| {
            before_the_end(code, "key = \"AKIAABCDEFGHIJKLMNOP\"")
        }),
        damage("take the docstrings away", "documentation", |code| {
            without_docstrings(code)
        }),
        damage("swallow every error", "error_handling", |code| {
            before_the_end(code, "try:\n    extra = 1\nexcept Exception:\n    pass")
        }),
        damage("catch without naming", "error_handling", |code| {
            before_the_end(code, "try:\n    extra = 1\nexcept:\n    raise")
        }),
        damage("call a component unguarded", "error_handling", |code| {
            before_the_end(code, "extra = call_tool(\"HttpFetchTool\", url=\"x\")")
        }),
        damage("twist one function", "complexity", |code| {
            before_the_end(code, &branches(8))
        }),
        damage("make it long", "complexity", |code| {
            let lines: String = (0..180).map(|n| format!("extra{n} = {n}\n")).collect();
            before_the_end(code, &lines)
        }),
        damage("leave the types out", "signature", |code| {
            code.replace("text: str", "text")
                .replace("url: str", "url")
                .replace("record: str", "record")
                .replace("input={\"text\": \"string\"}, ", "")
                .replace("input={\"url\": \"string\"}, ", "")
        }),
        Damage {
            passed: Record {
                passed: 3,
                failed: 3,
            },
            ..damage("fail its tests", "tests", str::to_owned)
        },
        damage("break its syntax", "validity", |code| {
            code.replacen("return {", "return (", 1)
        }),
    ]
}

fn scored(code: &str, record: Record) -> Evaluation {
    let example: Example =
        serde_json::from_value(json!({"input": {"text": "a b"}, "output": {"count": 2}})).unwrap();
    evaluate_source(code, None, &[example], record)
}

#[test]
fn damage_of_every_kind_lowers_the_score_of_sources_of_every_shape() {
    for (name, code) in [("tool", TOOL), ("agent", AGENT), ("function", FUNCTION)] {
        let sound = scored(code, WHOLE);
        assert!(sound.score >= 97.0, "{name}: {sound:?}");
        assert!(sound.suggestions.is_empty(), "{name}: {sound:?}");
        let all: f64 = sound.most.values().sum();
        assert!((all - 100.0).abs() < 1e-9);
        for damage in damages() {
            let what = damage.what;
            let broken = (damage.apply)(code);
            assert!(
                broken != code || damage.criterion == "tests",
                "{what} does nothing to the {name}"
            );
            let hurt = scored(&broken, damage.passed);
            assert!(
                hurt.score < sound.score,
                "{name}: {what}: {} is not below {}\n{broken}",
                hurt.score,
                sound.score
            );
            assert!(
                hurt.criteria[damage.criterion] < sound.criteria[damage.criterion],
                "{name}: {what}: {hurt:?}"
            );
            let said = hurt.suggestions.iter().chain(&hurt.notes);
            assert!(
                said.filter(|s| s.criterion == damage.criterion).count() == 1,
                "{name}: {what}: {hurt:?}"
            );
        }
    }
}

#[test]
fn what_is_wrong_names_the_function_the_line_and_the_mend() {
    let code = r#"from tdev import agent, call_tool, llm


@agent(name="DeskAgent", description="Finds who sits at a desk", output={"user": "string"}, tools=["UserLookupTool"])
class DeskAgent:
    def run(self, desk):
        try:
            found = call_tool("UserLookupTool", user_id=desk)
        except:
            found = None
        names = [self.named(one) for one in found or [] if one and one["name"]]
        return {"user": llm("Who is it? " + str(names))}

    def named(self, one):
        try:
            return one["name"] if one["name"] != "-" else one["nick"]
        except Exception:
            pass
"#;
    let found = evaluate_source(code, None, &[], Record::default());
    let told: Vec<String> = found
        .suggestions
        .iter()
        .map(|s| format!("{}: {}", s.criterion, s.message))
        .collect();
    insta::assert_snapshot!(format!("{}\n\n{:?}", told.join("\n"), found.criteria));
}

#[tokio::test]
async fn what_the_evaluator_says_of_a_source_the_refiner_mends() {
    for damage in damages() {
        let suggested = |code: &str| -> Vec<String> {
            let found = scored(code, damage.passed);
            found
                .suggestions
                .iter()
                .filter(|s| s.criterion == damage.criterion)
                .map(|s| s.message.clone())
                .collect()
        };
        let by_rule = matches!(
            damage.what,
            "take the docstrings away"
                | "swallow every error"
                | "catch without naming"
                | "call a component unguarded"
                | "leave the types out"
        );
        if !by_rule {
            continue;
        }
        let broken = (damage.apply)(AGENT);
        let asked = suggested(&broken);
        assert!(!asked.is_empty(), "{}", damage.what);
        let answer = refined(&broken, &asked).await;
        let mended = answer["code"].as_str().unwrap();
        assert_eq!(answer["unmet"], json!([]), "{}\n{mended}", damage.what);
        assert_eq!(
            suggested(mended),
            Vec::<String>::new(),
            "{}\n{mended}",
            damage.what
        );
        assert!(scored(mended, WHOLE).score > scored(&broken, WHOLE).score);
    }
}

#[tokio::test]
async fn hidden_errors_of_every_form_are_told_and_the_source_still_does_what_it_did() {
    let code = r#"from tdev import agent, call_agent, call_tool


@agent(name="NoteAgent", description="Fetches notes and counts their words", output={"words": "integer"}, tools=["HttpFetchTool"])
class NoteAgent:
    def run(self, urls: list[str]) -> dict:
        pages = [call_tool("HttpFetchTool", url=url) for url in urls]
        words = 0
        for page in pages:
            try:
                words += self.count(page)
            except: continue
            try:
                words += int(page["extra"])
            except (KeyError, Exception):
                # nothing more there
                words += 0
        return {"words": words, "mood": call_agent("MoodAgent", text=str(words)) if words else None}

    def count(self, page):
        try:
            return len(page["text"].split())
        except ValueError as problem:
            return 0
"#;
    let answer = refined(
        code,
        &["do not swallow errors".into(), "add error handling".into()],
    )
    .await;
    insta::assert_snapshot!(answer["code"].as_str().unwrap());
    insta::assert_json_snapshot!(answer["changes"]);
}

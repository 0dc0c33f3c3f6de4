//! What the classifier says of whole files: a case is a Python file and a snapshot of its verdict.

use std::path::PathBuf;

use serde_json::{Value, json};
use tdev_agents::classifier::{Classifier, Input, classify};
use tdev_agents::{Agent, Agents};
use tdev_core::ports::{AgentInvoker, Scope};

use crate::fakes::{Fakes, component};

fn cases() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases/classifier");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "py"))
        .collect();
    files.sort();
    files
}

fn verdict(code: &str, path: &str) -> Value {
    match classify(code, Some(path)) {
        Ok(found) => {
            let mut shown = serde_json::to_value(&found).unwrap();
            let lines = found
                .evidence
                .iter()
                .map(|e| json!(format!("{}: {}", e.line, e.reason)));
            shown["evidence"] = lines.collect();
            shown
        }
        Err(error) => json!({"error": error}),
    }
}

#[test]
fn each_case_is_judged_as_its_snapshot_says() {
    for file in cases() {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let code = std::fs::read_to_string(&file).unwrap();
        insta::with_settings!({
            snapshot_path => "cases/classifier", prepend_module_to_snapshot => false,
            description => name.clone(), omit_expression => true,
        }, {
            insta::assert_json_snapshot!(name.clone(), verdict(&code, &format!("agents/{name}.py")));
        });
    }
}

#[tokio::test]
async fn the_agent_names_what_is_registered_and_alike() {
    let fakes = Fakes::with([
        component(
            "SummarizerAgent",
            "Summarises a text in three sentences",
            json!({"text": "string"}),
            json!({"summary": "string"}),
        ),
        component(
            "EmailSenderTool",
            "Sends an email",
            json!({"to": "email", "body": "string"}),
            json!({"sent": "boolean"}),
        ),
    ]);
    let code = "from tdev import tool\n@tool\ndef text_summarizer(text: str) -> dict:\n    '''Summarizes a text.'''\n    return {'summary': text[:9] + ''}\n";
    let answer = Classifier::new(fakes.deps())
        .run(
            Input {
                code: code.into(),
                path: None,
            },
            Scope::default(),
        )
        .await
        .unwrap();
    assert_eq!(
        answer
            .similar_to
            .iter()
            .map(|s| s.name.as_str())
            .collect::<Vec<_>>(),
        ["SummarizerAgent"]
    );
}

#[tokio::test]
async fn what_hands_on_another_components_output_returns_what_that_one_does() {
    let fakes = Fakes::with([component(
        "UserLookupTool",
        "Looks a user up",
        json!({"id": "string"}),
        json!({"name": "string"}),
    )]);
    let code = "from tdev import agent, call_tool\n@agent\ndef find(id: str):\n    return call_tool('UserLookupTool', id=id)\n";
    let agents = Agents::default().with(Classifier::new(fakes.deps()));
    let answer = agents
        .invoke("classifier", json!({"code": code}), Scope::default())
        .await
        .unwrap();
    assert_eq!(answer["output_schema"], json!({"name": "string"}));
}

#[test]
fn code_nested_too_deeply_is_refused_before_it_is_parsed() {
    for piece in ["(", "[", "-", "not ", "a.", "lambda: ", "1+"] {
        let code = format!("x = {}", piece.repeat(100_000));
        assert!(
            classify(&code, None)
                .unwrap_err()
                .message
                .contains("nested"),
            "{piece}"
        );
    }
    let wide = format!("def run():\n    return [{}]\n", "f(1), ".repeat(20_000));
    classify(&wide, None).unwrap();
}

#[test]
fn nothing_in_a_file_runs_however_it_hopes_to() {
    let folder = std::env::temp_dir().join(format!("tdev-classifier-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let touched = folder.join("touched");
    let attack = format!("open({:?}, 'w').write('x')", touched.display().to_string());
    for code in [
        format!("{attack}\ndef run(): pass"),
        format!("def run(a={attack}): pass"),
        format!("def run(a: {attack}) -> {attack}: pass"),
        format!("@({attack} or (lambda f: f))\ndef run(): pass"),
        format!(
            "class M(type):\n    def __new__(m, *a, **k):\n        {attack}\n        return type.__new__(m, *a, **k)\nclass C(metaclass=M):\n    def run(self): pass"
        ),
        format!(
            "class C:\n    x = {attack}\n    def __init_subclass__(cls): {attack}\n    def run(self): pass\nclass D(C): pass"
        ),
        format!("class C({attack} or object):\n    def run(self): pass"),
        format!("x = f'{{{attack}}}'\ndef run(): pass"),
        format!("[{attack} for _ in range(1)]\ndef run(): pass"),
        format!("import sys\nsys.setprofile(lambda *a: {attack})\ndef run(): pass"),
    ] {
        classify(&code, Some("a.py")).unwrap_or_else(|error| panic!("{error}\n{code}"));
        assert!(!touched.exists(), "{code}");
    }
    // The control: the attack does what it says where something does run it.
    std::fs::write(&touched, "x").unwrap();
    assert!(touched.exists());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn large_files_are_read_and_larger_ones_refused_plainly() {
    let agent =
        "a = Agent(model='gpt-4o', instructions='x', tools=[f])\nb.append(a)\nc = a.run(c)\n";
    let code = format!(
        "from acme import Agent\nb = []\n{}",
        agent.repeat((1 << 17) / agent.len())
    );
    assert_eq!(
        classify(&code, None).unwrap().component_type.as_str(),
        "agent"
    );
    let flat = format!("def run():\n    return 1\n{}", "x = 1\n".repeat(160_000));
    assert_eq!(
        classify(&flat, None).unwrap().component_type.as_str(),
        "tool"
    );
    let over = "x = 1\n".repeat(200_000);
    assert!(
        classify(&over, None)
            .unwrap_err()
            .message
            .contains("larger")
    );
}

#[test]
fn python_2_is_refused_with_its_line() {
    let error = classify("def run():\n    print 'hello'\n", None).unwrap_err();
    assert!(error.message.starts_with("line 2"), "{}", error.message);
}

mod never_falls_over {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn on_any_text(code in ".{0,200}") {
            drop(classify(&code, Some("a.py")));
        }

        #[test]
        fn on_cases_cut_and_spliced(a in 0usize..30, b in 0usize..30, cut in 0usize..2000, at in 0usize..2000) {
            let files = cases();
            let read = |i: usize| std::fs::read_to_string(&files[i % files.len()]).unwrap();
            let (a, b) = (read(a), read(b));
            let (cut, at) = (cut.min(a.len()), at.min(b.len()));
            if let (Some(head), Some(tail)) = (a.get(..cut), b.get(at..)) {
                drop(classify(&format!("{head}{tail}"), None));
            }
        }
    }
}

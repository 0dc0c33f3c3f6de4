//! The three goals of the README, through the real program.

use serde_json::Value;

use crate::project::{Project, root};

pub(crate) const GOAL: &str = "Scan the QR image and return the associated username";
pub(crate) const SECOND: &str = "List the files in examples/articles, read each file, detect the language and extract the keywords of each text, and if there are more than 3 files, summarize each text";
const THIRD: &str = "Look up the username behind the QR code on this badge image";

fn registry(project: &Project) -> Value {
    let text = std::fs::read_to_string(project.path().join(".tdev/registry.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_agent_that_is_missing_is_written_tested_registered_and_used() {
    let project = Project::with_examples();
    let done = project.ok(&["orchestrate", GOAL, "--input", "image=@examples/badge.png"]);
    assert_eq!(done.stdout.trim(), "mira.okafor");
    let registry = registry(&project);
    let agent = &registry["QrCodeResolverAgent"];
    assert_eq!(agent["status"], "experimental");
    assert_eq!(agent["type"], "agent");
    assert_eq!(agent["brain_count"], 1);
    assert_eq!(
        agent["tools"],
        serde_json::json!(["QrCodeReaderTool", "UserLookupTool"])
    );
    assert_eq!(agent["provenance"]["mind"], "composer");
    // The source stands under its hash, and says what it does.
    let hash = agent["code_hash"].as_str().unwrap();
    let source = project
        .path()
        .join(".tdev/artifacts")
        .join(&hash[..2])
        .join(&hash[2..]);
    let source = std::fs::read_to_string(source).unwrap();
    assert!(
        source.contains("class QrCodeResolverAgent(Agent):"),
        "{source}"
    );
    assert!(done.stderr.contains("evaluate"), "{}", done.stderr);

    // Other words for the same need: nothing is generated again.
    let again = project.ok(&["orchestrate", THIRD, "--input", "image=@examples/badge.png"]);
    assert_eq!(again.stdout.trim(), "mira.okafor");
    assert_eq!(self::registry(&project), registry);
}

#[test]
fn a_list_a_loop_a_pair_and_a_condition_run_over_real_files() {
    let project = Project::with_examples();
    let done = project.ok(&["orchestrate", SECOND]);
    let output = done.json();
    let articles = std::fs::read_dir(root().join("examples/articles"))
        .unwrap()
        .count();
    let lists: Vec<&Value> = output.as_object().unwrap().values().collect();
    assert_eq!(lists.len(), 3, "languages, keywords and summaries");
    for list in &lists {
        assert_eq!(list.as_array().unwrap().len(), articles);
    }
    let languages: Vec<&str> = output["language_detector"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["language"].as_str().unwrap())
        .collect();
    for language in ["en", "fr", "de", "es", "ja"] {
        assert!(languages.contains(&language), "{languages:?}");
    }
}

#[test]
fn where_the_condition_does_not_hold_the_step_is_skipped_and_said_to_be() {
    let project = Project::with_examples();
    let articles = project.path().join("examples/articles");
    for entry in std::fs::read_dir(&articles).unwrap().skip(2) {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    let output = project.ok(&["orchestrate", SECOND]).json();
    assert_eq!(output["language_detector"].as_array().unwrap().len(), 2);
    assert_eq!(output["summarizer"], Value::Null);
}

#[test]
fn a_trace_of_every_step_is_kept() {
    let project = Project::with_examples();
    project.ok(&["orchestrate", GOAL, "--input", "image=@examples/badge.png"]);
    let trace = project.ok(&["trace", "last", "--json"]);
    for word in ["qr-code-resolver", "QrCodeResolverAgent@v1", "mira.okafor"] {
        assert!(
            trace.stdout.contains(word),
            "{word} is not in\n{}",
            trace.stdout
        );
    }
}

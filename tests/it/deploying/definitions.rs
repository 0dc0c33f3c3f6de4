//! The definition: the same for the same content, whole, and refused once it was changed.

use serde_json::{Value, json};
use tdev_core::Code;
use tdev_core::service::{Sealed, differences};

use super::bench::{Bench, words};

async fn sealed(bench: &Bench, workflow: &str) -> Sealed {
    let packaged = json!({"stage": "package", "request": words(workflow)});
    let packaged = bench.ask(packaged).await.unwrap();
    bench.sealed(packaged["definition"].as_str().unwrap()).await
}

#[tokio::test]
async fn anyone_can_read_from_it_exactly_what_runs() {
    let bench = Bench::new();
    let workflow = bench.counting(1).await;
    let mut shown: Value = serde_json::from_str(&sealed(&bench, &workflow).await.file()).unwrap();
    // The record of the tool and the state machine are pinned elsewhere.
    shown["components"][0]["record"] = json!("…");
    shown["components"][0]["hash"] = json!("…");
    shown["hash"] = json!("…");
    shown["workflow"]["created_at"] = json!("…");
    shown["entry"]["output_schema"] = json!("…");
    insta::assert_snapshot!(serde_json::to_string_pretty(&shown).unwrap());
}

#[tokio::test]
async fn packaging_twice_gives_one_definition_and_other_content_another() {
    let bench = Bench::new();
    let workflow = bench.counting(1).await;
    let first = sealed(&bench, &workflow).await;
    assert_eq!(sealed(&bench, &workflow).await.hash(), first.hash());
    let workflow = bench.counting(2).await;
    let second = sealed(&bench, &workflow).await;
    assert_ne!(second.hash(), first.hash());
    let found: Vec<String> = differences(first.definition(), second.definition())
        .into_iter()
        .map(|d| format!("{} {} {}", d.sign, d.part, d.what))
        .collect();
    assert_eq!(found, ["~ workflow counting@v1 → counting@v2"]);
}

#[tokio::test]
async fn a_definition_edited_by_hand_is_refused_wherever_it_was_edited() {
    let bench = Bench::new();
    let workflow = bench.counting(1).await;
    let file = sealed(&bench, &workflow).await.file();
    let sound = Sealed::read(&file).unwrap();
    let reordered: Value = serde_json::from_str(&file).unwrap();
    // How it is laid out says nothing.
    assert_eq!(
        Sealed::read(&reordered.to_string()).unwrap().hash(),
        sound.hash()
    );

    let edits: [fn(&mut Value); 6] = [
        |d| d["service_id"] = json!("other"),
        |d| d["limits"]["call_seconds"] = json!(86_400),
        |d| d["permissions"] = json!([{"kind": "fs.read", "scope": ".", "because": []}]),
        |d| d["components"][0]["record"]["permissions"] = json!(["net.http"]),
        |d| d["state_machine"]["Comment"] = json!("mine"),
        |d| d["hash"] = json!("0".repeat(64)),
    ];
    for edit in edits {
        let mut edited: Value = serde_json::from_str(&file).unwrap();
        edit(&mut edited);
        let error = Sealed::read(&edited.to_string()).unwrap_err();
        assert_eq!(error.code, Code::InvalidService);
        assert!(
            error.message.contains("changed after it was sealed"),
            "{error}"
        );
    }
    // Hashed anew as a whole, what is inside still gives it away.
    let mut edited: Value = serde_json::from_str(&file).unwrap();
    edited["components"][0]["record"]["description"] = json!("harmless");
    edited.as_object_mut().unwrap().shift_remove("hash");
    let text = tdev_core::service::canonical(&edited);
    let hash = tdev_core::ports::content_hash(text.as_bytes());
    let error = Sealed::open(text.as_bytes(), &hash).unwrap_err();
    assert_eq!(
        error.message,
        "`TextStatisticsTool@v1` is not what its hash says"
    );

    assert_eq!(Sealed::read("{}").unwrap_err().code, Code::InvalidService);
    assert_eq!(
        Sealed::read("not json").unwrap_err().code,
        Code::InvalidService
    );
}

#[tokio::test]
async fn what_workflows_inside_and_agents_call_is_pinned_too() {
    let bench = Bench::new();
    bench.counting(1).await;
    let outer = bench
        .workflow(
            json!({"id": "outer", "input_schema": {"text": "string"}, "steps": [
            {"id": "inner", "workflow": "counting@v1", "input": {"text": "${input.text}"}},
            {"id": "convert", "agent": "UnitConverterTool",
             "input": {"value": "${inner}", "from_unit": "km", "to_unit": "m"}}],
            "output": "${convert.result}"}),
        )
        .await;
    // A later version of the inner one changes nothing of what is deployed.
    bench.counting(3).await;
    bench.deploy(words(&outer)).await.unwrap();
    let service = bench.service().await;
    let sealed = bench.sealed(&service.versions[0].definition).await;
    let definition = sealed.definition();
    assert_eq!(definition.nested.len(), 1);
    assert_eq!(definition.nested[0].version_id.to_string(), "v1");
    assert_eq!(
        definition.agents(),
        ["UnitConverterTool", "TextStatisticsTool"]
    );
    let (_, answer) = bench.call("two words", 0).await;
    assert_eq!(answer.output.unwrap(), json!(2000.0));
}

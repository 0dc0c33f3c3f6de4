//! Distributed Maps: items read from a store, children with a name of their own, results written.

use std::sync::Arc;

use serde_json::{Value, json};
use tdev_asl::{
    ExecutionOptions, FolderStore, HistoryEvent, MemoryJournal, ObjectStore as _, Outcome,
    StateMachine, Status, VirtualClock, run,
};

use crate::script::Script;

struct Bench {
    folder: tempfile::TempDir,
    journal: Arc<MemoryJournal>,
    with_store: bool,
}

impl Bench {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("data")).unwrap();
        for (key, content) in files {
            let path = folder.path().join("data").join(key);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        Self {
            folder,
            journal: Arc::new(MemoryJournal::new()),
            with_store: true,
        }
    }

    async fn run(&self, map: Value, tasks: Value) -> Outcome {
        let mut each = json!({
            "Type": "Map", "End": true,
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "Work",
                "States": {"Work": {"Type": "Task", "Resource": "work", "End": true}}
            }
        });
        for (field, value) in map.as_object().unwrap() {
            each[field] = value.clone();
        }
        let machine = json!({"StartAt": "Each", "States": {"Each": each}});
        let store = FolderStore::open(self.folder.path()).unwrap();
        let options = ExecutionOptions {
            clock: Arc::new(VirtualClock::default()),
            journal: Some(self.journal.clone()),
            store: self.with_store.then(|| Arc::new(store) as _),
            keep_history: true,
            seed: Some(3),
            ..ExecutionOptions::default()
        };
        let machine = Arc::new(StateMachine::from_value(&machine).unwrap());
        let script = Arc::new(Script::new(&tasks));
        run(machine, json!([1, 2, 3]), script, options)
            .await
            .unwrap()
    }

    fn read(&self, key: &str) -> Value {
        let text = std::fs::read_to_string(self.folder.path().join("data").join(key)).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

fn reader(key: &str, config: &Value) -> Value {
    json!({"ItemReader": {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": config,
        "Parameters": {"Bucket": "data", "Key": key}
    }})
}

fn types(outcome: &Outcome) -> Vec<&str> {
    outcome
        .history
        .iter()
        .map(HistoryEvent::event_type)
        .collect()
}

#[tokio::test]
async fn items_are_read_from_a_file_of_each_kind() {
    let bench = Bench::new(&[
        ("a.csv", "id;n\n1;x\n2;y\n"),
        ("b.json", "{\"list\": [1, 2, 3]}"),
        ("c.jsonl", "{\"v\": 1}\n{\"v\": 2}\n"),
    ]);
    let echo = json!({"work": ["echo"]});
    for (key, config, expected) in [
        (
            "a.csv",
            json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "CSVDelimiter": "SEMICOLON"}),
            json!([{"id": "1", "n": "x"}, {"id": "2", "n": "y"}]),
        ),
        (
            "b.json",
            json!({"InputType": "JSON", "ItemsPointer": "/list", "MaxItems": 2}),
            json!([1, 2]),
        ),
        (
            "c.jsonl",
            json!({"InputType": "JSONL"}),
            json!([{"v": 1}, {"v": 2}]),
        ),
    ] {
        bench.journal.set("execution", Vec::new());
        let outcome = bench.run(reader(key, &config), echo.clone()).await;
        assert_eq!(outcome.output, Some(expected), "{key}");
        let wanted = [
            "ExecutionStarted",
            "MapStateEntered",
            "MapStateStarted",
            "MapRunStarted",
            "MapRunSucceeded",
            "MapStateSucceeded",
            "MapStateExited",
            "ExecutionSucceeded",
        ];
        assert_eq!(types(&outcome), wanted);
    }
}

#[tokio::test]
async fn what_was_read_is_kept_and_never_read_again() {
    let bench = Bench::new(&[("items.json", "[1, 2]")]);
    let map = reader("items.json", &json!({"InputType": "JSON"}));
    let first = bench.run(map.clone(), json!({"work": ["echo"]})).await;
    assert_eq!(first.output, Some(json!([1, 2])));
    // Only the start and what was read are left; the file has changed since.
    let kept = bench.journal.records("execution");
    bench.journal.set("execution", kept[..2].to_vec());
    std::fs::write(bench.folder.path().join("data/items.json"), "[9]").unwrap();
    let again = bench.run(map, json!({"work": ["echo"]})).await;
    assert_eq!(again.output, Some(json!([1, 2])));
}

#[tokio::test]
async fn a_listing_gives_objects_or_what_they_hold() {
    let bench = Bench::new(&[
        ("in/a.json", "[1]"),
        ("in/b.json", "[2, 3]"),
        ("out/c.json", "[4]"),
    ]);
    let list = |config: Option<Value>| {
        let mut reader = json!({
            "Resource": "arn:aws:states:::s3:listObjectsV2",
            "Parameters": {"Bucket": "data", "Prefix": "in/"}
        });
        if let Some(config) = config {
            reader["ReaderConfig"] = config;
        }
        json!({"ItemReader": reader})
    };
    let outcome = bench.run(list(None), json!({"work": ["echo"]})).await;
    let output = outcome.output.unwrap();
    let keys: Vec<_> = output
        .as_array()
        .unwrap()
        .iter()
        .map(|o| &o["Key"])
        .collect();
    assert_eq!(keys, ["in/a.json", "in/b.json"]);
    assert_eq!(output[1]["Size"], 6);
    bench.journal.set("execution", Vec::new());
    let config = json!({"InputType": "JSON", "Transformation": "LOAD_AND_FLATTEN"});
    let outcome = bench
        .run(list(Some(config)), json!({"work": ["echo"]}))
        .await;
    assert_eq!(outcome.output, Some(json!([1, 2, 3])));
}

#[tokio::test]
async fn what_cannot_be_read_fails_the_run_and_can_be_caught() {
    let bench = Bench::new(&[("bad.json", "{}")]);
    for (key, cause) in [
        ("bad.json", "Attempting to map over non-iterable node."),
        ("none.json", "There is no object 'none.json'."),
    ] {
        bench.journal.set("execution", Vec::new());
        let map = reader(key, &json!({"InputType": "JSON"}));
        let outcome = bench.run(map, json!({})).await;
        assert_eq!(outcome.status, Status::Failed);
        assert_eq!(outcome.error.as_deref(), Some("States.ItemReaderFailed"));
        assert_eq!(outcome.cause.as_deref(), Some(cause));
        let kinds = types(&outcome);
        assert_eq!(
            kinds[3..],
            [
                "MapRunStarted",
                "MapRunFailed",
                "MapStateFailed",
                "ExecutionFailed"
            ]
        );
    }
}

#[tokio::test]
async fn without_a_store_nothing_is_read() {
    let mut bench = Bench::new(&[("a.json", "[1]")]);
    bench.with_store = false;
    let map = reader("a.json", &json!({"InputType": "JSON"}));
    let outcome = bench.run(map, json!({})).await;
    assert_eq!(outcome.error.as_deref(), Some("States.ItemReaderFailed"));
}

#[tokio::test]
async fn no_key_leads_out_of_the_folder() {
    let bench = Bench::new(&[("a.json", "[1]")]);
    std::fs::write(bench.folder.path().join("secret.json"), "[7]").unwrap();
    let store = FolderStore::open(bench.folder.path()).unwrap();
    for (bucket, key) in [
        ("data", "../secret.json"),
        ("data", "/etc/hostname"),
        ("..", "a.json"),
        (".", "secret.json"),
        ("data/..", "secret.json"),
        ("", "secret.json"),
    ] {
        assert!(
            store.get(bucket, key, None).await.is_err(),
            "{bucket} {key}"
        );
        assert!(
            store.put(bucket, key, vec![1]).await.is_err(),
            "{bucket} {key}"
        );
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../secret.json", bench.folder.path().join("data/link"))
            .unwrap();
        assert!(store.get("data", "link", None).await.is_err());
    }
    assert_eq!(
        bench
            .folder
            .path()
            .join("secret.json")
            .metadata()
            .unwrap()
            .len(),
        3
    );
}

#[tokio::test]
async fn results_are_written_with_a_manifest() {
    let bench = Bench::new(&[]);
    let map = json!({
        "Label": "Work", "ToleratedFailureCount": 1, "MaxConcurrency": 1,
        "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": "data", "Prefix": "out"}
        }
    });
    let answers = json!({"work": ["echo", {"error": "Broken", "cause": "why"}, "echo"]});
    let outcome = bench.run(map, answers).await;
    let output = outcome.output.unwrap();
    let arn = output["MapRunArn"].as_str().unwrap();
    let run = arn.rsplit(':').next().unwrap();
    assert!(arn.contains(":mapRun:machine/Work:"), "{arn}");
    let key = output["ResultWriterDetails"]["Key"].as_str().unwrap();
    assert_eq!(key, format!("out/{run}/manifest.json"));
    let manifest = bench.read(key);
    assert_eq!(manifest["DestinationBucket"], "data");
    assert_eq!(manifest["ResultFiles"]["PENDING"], json!([]));
    let file = |status: &str| manifest["ResultFiles"][status][0]["Key"].as_str().unwrap();
    let succeeded = bench.read(file("SUCCEEDED"));
    assert_eq!(succeeded.as_array().unwrap().len(), 2);
    assert_eq!(succeeded[0]["Input"], "1");
    assert_eq!(succeeded[0]["Output"], "1");
    assert_eq!(succeeded[0]["Status"], "SUCCEEDED");
    let failed = bench.read(file("FAILED"));
    assert_eq!(failed[0]["Error"], "Broken");
    assert_eq!(failed[0]["Cause"], "why");
    assert_eq!(failed[0]["Input"], "2");
    assert!(
        failed[0]["ExecutionArn"]
            .as_str()
            .unwrap()
            .contains(":execution:machine/Work:")
    );
}

#[tokio::test]
async fn results_are_written_even_where_too_many_children_fail() {
    let bench = Bench::new(&[]);
    let map = json!({
        "MaxConcurrency": 1,
        "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": "data", "Prefix": "out/"}
        }
    });
    let answers = json!({"work": ["echo", {"error": "Broken"}, "echo"]});
    let outcome = bench.run(map, answers).await;
    let threshold = "States.ExceedToleratedFailureThreshold";
    assert_eq!(outcome.error.as_deref(), Some(threshold));
    let kinds = types(&outcome);
    assert_eq!(
        kinds[3..],
        [
            "MapRunStarted",
            "MapRunFailed",
            "MapStateFailed",
            "ExecutionFailed"
        ]
    );
    let runs: Vec<_> = std::fs::read_dir(bench.folder.path().join("data/out"))
        .unwrap()
        .collect();
    let run = runs[0].as_ref().unwrap().file_name();
    let file = |name: &str| bench.read(&format!("out/{}/{name}", run.to_str().unwrap()));
    assert_eq!(file("SUCCEEDED_0.json")[0]["Output"], "1");
    assert_eq!(file("FAILED_0.json")[0]["Error"], "Broken");
    assert_eq!(file("manifest.json")["DestinationBucket"], "data");
}

#[tokio::test]
async fn a_writer_can_only_shape_the_output() {
    let bench = Bench::new(&[]);
    let shaped = |how: &str| json!({"ResultWriter": {"WriterConfig": {"Transformation": how}}});
    let answers = json!({"work": [{"ok": [1, 2]}, {"ok": 3}, {"ok": []}]});
    let mut outputs = Vec::new();
    for how in ["COMPACT", "FLATTEN", "NONE"] {
        bench.journal.set("execution", Vec::new());
        outputs.push(
            bench
                .run(shaped(how), answers.clone())
                .await
                .output
                .unwrap(),
        );
    }
    assert_eq!(outputs[0], json!([[1, 2], 3, []]));
    assert_eq!(outputs[1], json!([1, 2, 3]));
    assert_eq!(outputs[2][1]["Output"], "3");
    assert_eq!(
        outputs[2][1]["StateMachineArn"],
        outputs[2][0]["StateMachineArn"]
    );
}

#[tokio::test]
async fn each_child_is_an_execution_of_its_own() {
    let bench = Bench::new(&[]);
    let map = json!({"Label": "Sub", "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
        "StartAt": "Who",
        "States": {"Who": {"Type": "Pass", "Parameters": {
            "name.$": "$$.Execution.Name", "id.$": "$$.Execution.Id", "input.$": "$$.Execution.Input",
            "machine.$": "$$.StateMachine.Name", "arn.$": "$$.StateMachine.Id"
        }, "End": true}}
    }});
    let output = bench.run(map, json!({})).await.output.unwrap();
    for (i, child) in output.as_array().unwrap().iter().enumerate() {
        let name = child["name"].as_str().unwrap();
        assert_eq!(child["input"], json!(i + 1));
        assert_eq!(child["machine"], "machine/Sub");
        assert!(
            child["arn"]
                .as_str()
                .unwrap()
                .ends_with(":stateMachine:machine/Sub")
        );
        let id = child["id"].as_str().unwrap();
        assert!(
            id.ends_with(&format!(":execution:machine/Sub:{name}")),
            "{id}"
        );
    }
    assert_ne!(output[0]["name"], output[1]["name"]);
}

//! What registering refuses: each fault with its field and the nearest right thing.

use serde_json::{Value, json};
use tdev_core::component::Component;

use crate::fakes::{Home, agent, team};

async fn refused(record: Value) -> String {
    let read = Component::read(&record.to_string()).and_then(|read| read.validate().map(|()| read));
    let fault = match read {
        Err(fault) => fault,
        Ok(read) => Home::of(None, []).check(&read).await.unwrap_err(),
    };
    fault.to_string()
}

fn with(field: &str, value: Value) -> Value {
    let mut record = serde_json::to_value(team(
        "DeskTeam",
        &json!({"members": ["TextStatisticsTool", "LanguageDetectorTool"], "team": {"mode": "sequential"}}),
    ))
    .unwrap();
    let (table, key) = field.split_once('.').unwrap_or((field, ""));
    if key.is_empty() {
        record[table] = value;
    } else {
        record[table][key] = value;
    }
    record
}

#[tokio::test]
async fn every_slip_is_named_with_its_remedy() {
    let parallel = json!({"mode": "parallel"});
    let mut said = Vec::new();
    for record in [
        {
            let mut r = with("team", parallel.clone());
            r["members"] = json!(["TextStatisticsTool", "TextStatisticsTool@v1"]);
            r
        },
        with("team.modee", json!("router")),
        with("team.mode", json!("sequentail")),
        with("team.max_rounds", json!(0)),
        with("team.aggregator", json!("TextStatisticsTool")),
        with(
            "team",
            json!({"mode": "router", "routes": [{"field": "txt", "equals": 1, "member": "TextStatisticsTool"}]}),
        ),
        with(
            "team",
            json!({"mode": "router", "routes": [{"field": "text", "member": "TextStatisticsTool"}]}),
        ),
        with(
            "team",
            json!({"mode": "router", "default": "TextStatistics"}),
        ),
        with("team", json!({"mode": "supervisor"})),
        with(
            "team",
            json!({"mode": "supervisor", "instructions": "Do {{ txt }}"}),
        ),
        with(
            "members",
            json!(["TextStatisticsTool", "LanguageDetectrTool"]),
        ),
        with("members", json!(["TextStatisticsTool"])),
        with("members", json!(["TextStatisticsTool", "QrCodeReaderTool"])),
        with("members", json!(["TextStatisticsTool", "UserLookupTool"])),
        with("output_schema", json!({"languages": "string"})),
        with("output_schema", json!({"words": "string"})),
        with("input_schema", json!({"txt": "integer"})),
        with("runtime", json!("python")),
        with("type", json!("agent")),
        {
            let mut r = with("team", parallel);
            r["output_schema"] = json!({"TextStatistics": "object"});
            r
        },
        json!({"name": "X", "prompt": {"instructons": "Hi"}}),
        json!({"name": "X", "prompt": {"instructions": "Hi", "memory": {"turns": 5}}}),
        json!({"name": "X", "prompt": {"instructions": "Hi", "memory": {"turn": 5}}}),
        json!({"name": "X", "type": "tool", "prompt": {"instructions": "Hi"}}),
        json!({"name": "X", "prompt": {"instructions": ""}}),
        json!({"name": "X", "runtime": "prompt"}),
        json!({"name": "X", "prompt": {"instructions": "Hi", "temperature": 3}}),
        json!({"name": "X", "prompt": {"instructions": "Hi"}, "tools": ["HashTol"]}),
        json!({"name": "X", "prompt": {"max_turns": 3}}),
    ] {
        said.push(refused(record).await);
    }
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_record_is_written_as_it_was_read() {
    let declared = agent(
        "TalkAgent",
        &json!({
            "input_schema": {"text": "string", "session": "string?"},
            "tools": ["HashTool@v1"],
            "prompt": {"instructions": "Hi {{ text }}", "temperature": 0.2, "memory": {"turns": 5}, "max_turns": 3}
        }),
    );
    let routed = team(
        "DeskTeam",
        &json!({
            "members": ["A", "B"],
            "team": {"mode": "router", "route_by": "rules", "default": "A",
                     "routes": [{"field": "text", "contains": "x", "member": "A"}, {"field": "text", "equals": false, "member": "B"}]}
        }),
    );
    for component in [declared, routed] {
        let written = serde_json::to_value(&component).unwrap();
        let again: Component = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(serde_json::to_value(&again).unwrap(), written);
        assert_eq!(again, component);
        assert_eq!(again.revision(), component.revision());
    }
}

#[test]
fn other_instructions_are_another_revision() {
    let one = agent("TalkAgent", &json!({}));
    let other = agent(
        "TalkAgent",
        &json!({"prompt": {"instructions": "Answer briefly."}}),
    );
    assert_ne!(one.revision(), other.revision());
}

//! What is said about definitions that cannot run: all of it, with the place.

use tdev_asl::StateMachine;

fn faults(text: &str) -> String {
    StateMachine::parse(text).unwrap_err().to_string()
}

#[test]
fn targets_fields_and_types() {
    insta::assert_snapshot!(faults(
        r#"{
  "StartAt": "Frist",
  "TimeoutSeconds": "long",
  "States": {
    "First": {"Type": "Task", "Resource": "r", "Nxt": "Second", "Next": "Secnd", "TimeoutSeconds": 0},
    "Second": {"Type": "Pas", "End": true},
    "Third": {"Type": "Pass", "Next": "First", "End": true, "ResultPath": "$.a[*]"},
    "Fourth": {"Type": "Pass", "End": "yes", "Output": {}}
  }
}"#
    ));
}

#[test]
fn states_nothing_leads_to_and_lists_that_never_end() {
    insta::assert_snapshot!(faults(
        r#"{
  "StartAt": "A",
  "States": {
    "A": {"Type": "Pass", "Next": "B"},
    "B": {"Type": "Pass", "Next": "A"},
    "C": {"Type": "Succeed"}
  }
}"#
    ));
}

#[test]
fn paths_intrinsics_and_expressions() {
    insta::assert_snapshot!(faults(
        r#"{
  "StartAt": "A",
  "States": {
    "A": {"Type": "Pass", "InputPath": "order.id", "Parameters": {
        "a.$": "States.Fromat('x')", "b.$": 1, "c.$": "$.x[", "d": {"e.$": "States.UUID(1)"}
      }, "Next": "B"},
    "B": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"x": "{% $sum( %}", "y": ["{% phone.number %}", "{% $states.errorOutput %}"]},
      "ResultPath": "$.x", "Next": "C"},
    "C": {"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [
        {"Condition": "$states.input.x", "Next": "D"}, {"Variable": "$.x", "IsNull": true, "Next": "D"}]},
    "D": {"Type": "Fail", "ErrorPath": "$.a b"}
  }
}"#
    ));
}

#[test]
fn choices_retries_waits_and_maps() {
    insta::assert_snapshot!(faults(
        r#"{
  "StartAt": "A",
  "States": {
    "A": {"Type": "Choice", "Choices": [
        {"Variable": "$.x", "NumericEqual": 1, "Next": "B"},
        {"Variable": "$.x", "NumericEquals": "1", "Next": "B"},
        {"And": [], "Next": "B"},
        {"Not": {"Variable": "$.x", "IsNull": true, "Next": "B"}, "Next": "B"}
      ], "Default": "B"},
    "B": {"Type": "Task", "Resource": "", "Retry": [
        {"ErrorEquals": ["States.ALL"], "MaxAttempts": -1},
        {"ErrorEquals": [], "BackoffRate": 0.5, "JitterStrategy": "HALF"}
      ], "Catch": [{"ErrorEquals": ["X"]}], "HeartbeatSeconds": 9, "TimeoutSeconds": 9, "Next": "C"},
    "C": {"Type": "Wait", "Seconds": 1, "Timestamp": "tomorrow", "Next": "D"},
    "D": {"Type": "Map", "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}},
        "ProcessorConfig": {"Mode": "DISTRIBUTED"}}, "ItemBatcher": {}, "Assign": {"1x": 1, "states": 2}, "End": true}
  }
}"#
    ));
}

#[test]
fn what_is_no_json_or_no_machine() {
    insta::assert_snapshot!(
        [
            faults("{\"StartAt\": }"),
            faults("[]"),
            faults("{}"),
            faults("{\"StartAt\": \"A\", \"States\": {}}"),
        ]
        .join("\n")
    );
}

#[test]
fn variables_labels_resources_and_amounts() {
    insta::assert_snapshot!(faults(
        r#"{
  "StartAt": "A",
  "States": {
    "A": {"Type": "Pass", "Assign": {"total": 1}, "Next": "B"},
    "B": {"Type": "Parallel", "Branches": [
        {"StartAt": "B1", "States": {"B1": {"Type": "Choice", "Choices": [
            {"Variable": "$.x", "IsNull": true, "Assign": {"total.$": "$.y"}, "Output": {}, "Next": "B2"}], "Default": "B2"},
          "B2": {"Type": "Pass", "Assign": {"own": 1}, "End": true}}},
        {"StartAt": "B3", "States": {"B3": {"Type": "Pass", "Assign": {"own": 1}, "End": true}}}
      ], "Next": "C"},
    "C": {"Type": "Map", "Label": "a b", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "C1", "States": {"C1": {"Type": "Pass", "Assign": {"total": 1}, "End": true}}},
      "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "k"}, "ReaderConfig": {"InputType": "PARQUET"}},
      "ResultWriter": {"WriterConfig": {"Transformation": "FLATEN"}}, "Next": "D"},
    "D": {"Type": "Map", "ItemProcessor": {"StartAt": "D1", "States": {"D1": {"Type": "Pass", "End": true}}},
      "ItemReader": {"Resource": "arn:aws:states:::s3:getObjct"}, "ResultWriter": {}, "MaxConcurrency": 1.5, "Next": "E"},
    "E": {"Type": "Task", "Resource": "arn:aws:states:eu-west-1:1:activity:a", "TimeoutSecondsPath": "$.a[*]",
      "Credentials": {"Role": "x"}, "Parameters": "$.a", "ResultSelector": [1], "Next": "F"},
    "F": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"Payload.$": "$"}, "End": true}
  }
}"#
    ));
}

#[test]
fn a_jsonata_machine_has_no_jsonpath_state() {
    insta::assert_snapshot!(faults(
        r#"{
  "QueryLanguage": "JSONata",
  "StartAt": "A",
  "States": {
    "A": {"Type": "Pass", "QueryLanguage": "JSONPath", "Next": "B"},
    "B": {"Type": "Map", "Items": [1], "ItemProcessor": {"QueryLanguage": "JSONata", "StartAt": "C",
      "States": {"C": {"Type": "Pass", "Result": 1, "End": true}}}, "End": true}
  }
}"#
    ));
}

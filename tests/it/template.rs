//! Rules of the cloud home's template: what it must hold, and hold together with the code.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::project::root;

/// What AWS lets nobody narrow to a resource.
const NOT_NARROWED: &[&str] = &[
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
];

/// What Lambda itself tells every function.
const LAMBDAS_OWN: &[&str] = &[
    "AWS_LAMBDA_LOG_LEVEL",
    "AWS_XRAY_DAEMON_ADDRESS",
    "LAMBDA_TASK_ROOT",
];

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// The resources of the template, each with its text.
fn resources() -> Vec<(String, String)> {
    let template = read("infra/template.yaml");
    let body = template.split("\nResources:\n").nth(1).unwrap();
    let body = body.split("\nOutputs:\n").next().unwrap();
    let mut found: Vec<(String, String)> = Vec::new();
    for line in body.lines() {
        let name = line
            .strip_prefix("  ")
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
            .and_then(|rest| rest.strip_suffix(':'));
        if let Some(name) = name {
            found.push((name.to_owned(), String::new()));
        } else if let Some((_, text)) = found.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
    }
    assert!(found.len() > 100, "the resources are found");
    found
}

fn of_type(kind: &str) -> Vec<(String, String)> {
    let marker = format!("    Type: {kind}\n");
    let mut all = resources();
    all.retain(|(_, text)| text.starts_with(&marker));
    assert!(!all.is_empty(), "{kind}");
    all
}

fn names(kind: &str) -> BTreeSet<String> {
    of_type(kind).into_iter().map(|(name, _)| name).collect()
}

/// What stands between quotes.
fn quoted(text: &str) -> BTreeSet<&str> {
    text.split('"').skip(1).step_by(2).collect()
}

/// The words of the text that a function of this shape could be told by.
fn variables(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'))
        .filter(|word| word.starts_with("TDEV_") && word.len() > "TDEV_".len())
        .collect()
}

#[test]
fn every_function_is_a_binary_with_a_log_a_role_and_alarms_of_its_own() {
    let binaries: BTreeSet<String> = fs::read_dir(root().join("functions/src/bin"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .map(|name| format!("{}{}", name[..1].to_uppercase(), &name[1..]))
        .collect();
    let functions = of_type("AWS::Lambda::Function");
    let titles: BTreeSet<String> = functions
        .iter()
        .map(|(name, _)| name.strip_suffix("Function").unwrap().to_owned())
        .collect();
    assert_eq!(titles, binaries);
    let (logs, roles, alarms) = (
        names("AWS::Logs::LogGroup"),
        names("AWS::IAM::Role"),
        names("AWS::CloudWatch::Alarm"),
    );
    for (function, text) in &functions {
        let title = function.strip_suffix("Function").unwrap();
        assert!(logs.contains(&format!("{title}Logs")), "{title}");
        assert!(roles.contains(&format!("{title}Role")), "{title}");
        for alarm in ["Errors", "Faults", "Throttles"] {
            assert!(alarms.contains(&format!("{title}{alarm}Alarm")), "{title}");
        }
        let name = title.to_lowercase();
        for needed in [
            format!("Role: !GetAtt {title}Role.Arn\n"),
            format!("LogGroup: !Ref {title}Logs}}\n"),
            format!("/{name}.zip\""),
        ] {
            assert!(text.contains(&needed), "{title}: {needed}");
        }
    }
}

#[test]
fn no_role_serves_two() {
    let template = read("infra/template.yaml");
    for role in names("AWS::IAM::Role") {
        let used = template.matches(&format!("!GetAtt {role}.Arn")).count();
        // What the executor hands to the state machines it makes is named twice: to it, and in what
        // it may hand on.
        let most = if role == "StepsRole" { 2 } else { 1 };
        assert_eq!(used, most, "{role}");
    }
}

#[test]
fn what_is_allowed_is_named_action_by_action_and_resource_by_resource() {
    for (name, text) in resources() {
        for statement in text.split("Effect: Allow").skip(1) {
            // The statement ends where the next one of its list begins.
            let end = ["\n              - ", "- Sid: "]
                .iter()
                .filter_map(|next| statement.find(next))
                .min()
                .unwrap_or(statement.len());
            let statement = &statement[..end];
            let actions: BTreeSet<&str> = quoted(statement)
                .into_iter()
                .filter(|text| {
                    let service = text.split(':').next().unwrap();
                    text.matches(':').count() == 1
                        && !service.is_empty()
                        && service
                            .chars()
                            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
                })
                .collect();
            assert!(!statement.contains("Action: \"*\""), "{name}");
            for action in &actions {
                assert!(!action.contains('*'), "{name}: {action}");
            }
            if statement.contains("Resource: \"*\"") {
                assert!(!actions.is_empty(), "{name}");
                for action in actions {
                    assert!(
                        NOT_NARROWED.contains(&action),
                        "{name}: {action} on everything"
                    );
                }
            }
        }
    }
}

#[test]
fn functions_are_told_what_they_read_and_nothing_else() {
    let config = read("functions/src/config.rs");
    let code: String = config
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let asked: BTreeSet<String> = quoted(&code)
        .into_iter()
        .filter(|text| !LAMBDAS_OWN.contains(text))
        .flat_map(|text| variables(text).into_iter().map(str::to_owned))
        .collect();
    let told: BTreeSet<String> = of_type("AWS::Lambda::Function")
        .iter()
        .flat_map(|(_, text)| {
            variables(text)
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(told, asked);
}

#[test]
fn every_alarm_tells_somebody_and_says_what_to_do() {
    for (name, text) in of_type("AWS::CloudWatch::Alarm") {
        let told = ["[!Ref Alarms]", "[!Ref Messages]"]
            .iter()
            .any(|topic| text.contains(&format!("AlarmActions: {topic}\n")));
        assert!(told, "{name}");
        assert!(text.contains("AlarmDescription: "), "{name}");
        assert!(text.contains("TreatMissingData: "), "{name}");
    }
}

#[test]
fn every_table_of_the_stores_is_in_the_template_kept_and_recoverable() {
    let code = read("crates/tdev-aws/src/dynamo/tables.rs");
    let code: BTreeSet<String> = code
        .split("of(\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    let mut made = BTreeSet::new();
    for (name, text) in of_type("AWS::DynamoDB::Table") {
        let kind = text
            .split("TableName: !Sub \"${AWS::StackName}-")
            .nth(1)
            .unwrap_or_else(|| panic!("{name}"));
        made.insert(kind.split('"').next().unwrap().to_owned());
        for needed in [
            "DeletionPolicy: RetainExceptOnCreate\n",
            "UpdateReplacePolicy: Retain\n",
            "DeletionProtectionEnabled: !If [IsProd, true, false]\n",
            "{AttributeName: expires_at, Enabled: true}\n",
            "{PointInTimeRecoveryEnabled: true}\n",
            "KMSMasterKeyId: !If [HasKey, !Ref KeyArn, !Ref AWS::NoValue]\n",
        ] {
            assert!(text.contains(needed), "{name}: {needed}");
        }
    }
    assert_eq!(made, code);
}

#[test]
fn the_stages_give_parameters_that_exist() {
    let template = read("infra/template.yaml");
    let parameters = template.split("\nParameters:\n").nth(1).unwrap();
    let parameters = parameters.split("\n\n").next().unwrap();
    for stage in ["dev", "staging", "prod"] {
        let profile: Value =
            serde_json::from_str(&read(&format!("infra/parameters/{stage}.json"))).unwrap();
        for (name, value) in profile["parameters"].as_object().unwrap() {
            assert!(
                parameters.contains(&format!("  {name}:\n")),
                "{stage}: {name}"
            );
            assert!(value.is_string(), "{stage}: {name}");
        }
        assert_eq!(profile["tags"]["stage"], stage);
    }
    let prod: Value = serde_json::from_str(&read("infra/parameters/prod.json")).unwrap();
    assert_eq!(
        (&prod["own_key"], &prod["protected"]),
        (&true.into(), &true.into())
    );
}

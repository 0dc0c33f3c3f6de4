//! Parsing and help.

use clap::CommandFactory;

use super::*;

fn parsed(line: &str) -> Result<Cli, clap::Error> {
    let mut words = vec![OsString::from("tdev")];
    words.extend(
        line.split(' ')
            .filter(|word| !word.is_empty())
            .map(|word| OsString::from(word.replace('_', " "))),
    );
    parse(words)
}

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn every_command_stands_in_one_group_of_the_help() {
    let mut listed: Vec<&str> = GROUPS
        .iter()
        .flat_map(|(_, names)| names.iter().copied())
        .collect();
    listed.sort_unstable();
    let command = Cli::command();
    let mut known: Vec<&str> = command
        .get_subcommands()
        .filter(|c| !c.is_hide_set())
        .map(clap::Command::get_name)
        .collect();
    known.sort_unstable();
    assert_eq!(listed, known);
}

#[test]
fn the_documented_spellings_are_understood() {
    for line in [
        "",
        "init agent --name MyAgent",
        "init project",
        "generate agent --name X --goal do_something",
        "generate agent --goal do --input image=image --output name=string --example {\"input\":{},\"output\":{}}",
        "classify ./**/*.py",
        "register agents/my_agent.py",
        "test MyAgent",
        "test all",
        "evaluate ./workflows/a.json ./workflows/b.json --gate 85",
        "compose workflow.json",
        "compose translate_this --explain",
        "run policy-match-flow --input user_text=hello",
        "run workflow.json --test-input hello",
        "orchestrate who_is_it? --input image=@badge.png --input n:=3 --threshold 90 --max-rounds 2 --experimental",
        "orchestrate x --approve --detach",
        "resume last --accept",
        "redrive last",
        "approve abcd --reject --comment no",
        "list --type agent --query qr --json",
        "show QrCodeReaderTool@v1 --project /tmp",
        "serve --addr 127.0.0.1:0 --token t",
        "deploy --service-id policy-matcher-v1 --target lambda",
        "deploy words --workflow counting --strategy canary --percent 20 --minutes 0.5 --dry-run --diff",
        "deploy words --strategy blue-green --hold --health-input text=hello --detach",
        "services",
        "status policy-matcher-v1",
        "logs words -f --since 10m --version v2",
        "promote words",
        "promote MyAgent@v1",
        "rollback --service-id policy-matcher-v1 --to v1",
        "delete words --yes",
        "deprecate MyAgent@v1",
        "disable MyAgent",
        "used-by MyAgent@v1",
        "doctor --fix",
        "asl validate orders.asl.json",
        "asl validate - --json",
        "asl run a.json --input @in.json --mock m.json --test-case Busy --clock real --history",
        "asl check --cases cases.json --json",
        "completions bash",
        "interpreter compile python.wasm",
    ] {
        assert!(
            parsed(line).is_ok(),
            "{line}: {}",
            parsed(line).unwrap_err()
        );
    }
}

#[test]
fn wrong_usage_is_told_with_the_nearest_right_word() {
    let told = |line: &str| parsed(line).unwrap_err().render().to_string();
    insta::assert_snapshot!(told("orchestrat x"));
    insta::assert_snapshot!(told("run X --inptu a=b"));
    insta::assert_snapshot!(told("run X --input image"));
    insta::assert_snapshot!(told("list --type agnet"));
    insta::assert_snapshot!(told("evaluate x --gate 120"));
}

#[test]
fn help_reads_well_at_eighty_columns() {
    let help = |words: &[&str]| {
        let mut command = command().term_width(80);
        let arguments = std::iter::once("tdev").chain(words.iter().copied());
        let text = command
            .try_get_matches_from_mut(arguments)
            .unwrap_err()
            .render()
            .to_string();
        let plain = anstream::adapter::strip_str(&text).to_string();
        plain
            .lines()
            .map(str::trim_end)
            .collect::<Vec<_>>()
            .join("\n")
    };
    insta::assert_snapshot!("tdev", help(&["--help"]));
    for name in [
        "orchestrate",
        "run",
        "generate",
        "init",
        "evaluate",
        "compose",
        "deploy",
    ] {
        insta::assert_snapshot!(name, help(&[name, "--help"]));
    }
    for task in ["validate", "run", "check"] {
        insta::assert_snapshot!(format!("asl_{task}"), help(&["asl", task, "--help"]));
    }
    for command in Cli::command().get_subcommands() {
        for line in help(&[command.get_name(), "-h"]).lines() {
            assert!(line.chars().count() <= 80, "{}: {line}", command.get_name());
        }
    }
}

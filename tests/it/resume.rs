//! Killed at every write to its database, a run goes on where it stopped and repeats nothing.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use rusqlite::Connection;

use crate::flagship::GOAL;
use crate::project::{Project, program};

/// Bytes of one frame in SQLite's write-ahead log: a page and its header.
const FRAME: u64 = 4096 + 24;
/// What `ulimit -f` counts in, by POSIX.
const BLOCK: u64 = 512;

/// Runs the flagship in a process that the kernel ends (SIGXFSZ) the moment its write-ahead log
/// would grow past `frames`: each run of the log is a commit, so each limit cuts at another write.
fn killed_after(project: &Project, frames: u64) -> bool {
    let blocks = (32 + frames * FRAME).div_ceil(BLOCK);
    let script = format!("ulimit -c 0; ulimit -f {blocks}; exec \"$@\"");
    let status = Command::new("sh")
        .args(["-c", &script, "sh"])
        .arg(program())
        .args(["orchestrate", GOAL, "--input", "image=@examples/badge.png"])
        .current_dir(project.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    status.code().is_none()
}

/// How often each transition of each state stands in the history.
fn history(project: &Project) -> BTreeMap<String, usize> {
    let database = Connection::open(project.path().join(".tdev/tdev.db")).unwrap();
    let mut statement = database
        .prepare("SELECT body FROM run_events ORDER BY seq")
        .unwrap();
    let rows = statement
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap();
    let mut counted = BTreeMap::new();
    for text in rows {
        let event: serde_json::Value = serde_json::from_str(&text.unwrap()).unwrap();
        let kind = event["type"]
            .as_str()
            .or(event["event"]["type"].as_str())
            .unwrap()
            .to_owned();
        *counted.entry(kind).or_insert(0) += 1;
    }
    counted
}

fn runs(project: &Project) -> Vec<String> {
    let listed = project.ok(&["runs", "--json"]);
    listed
        .stdout
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .flat_map(
            |record| match record.get("items").and_then(|i| i.as_array()) {
                Some(items) => items.clone(),
                None => vec![record],
            },
        )
        .filter_map(|run| run["id"].as_str().map(str::to_owned))
        .collect()
}

#[test]
fn killed_at_any_write_a_run_goes_on_and_repeats_nothing() {
    let undisturbed = Project::with_examples();
    undisturbed.ok(&["orchestrate", GOAL, "--input", "image=@examples/badge.png"]);
    let whole = history(&undisturbed);

    let mut kills = 0;
    for frames in 1.. {
        let project = Project::with_examples();
        if !killed_after(&project, frames) {
            break;
        }
        kills += 1;
        assert!(frames < 2000, "the run never ends");
        match runs(&project).as_slice() {
            // Killed before the run was accepted: nothing was promised.
            [] => continue,
            [run] => {
                let done = project.run(&["resume", run]);
                assert_eq!(
                    done.code,
                    Some(0),
                    "killed after {frames} frames\n{}\n{}",
                    done.stdout,
                    done.stderr
                );
                assert_eq!(
                    done.stdout.trim(),
                    "mira.okafor",
                    "killed after {frames} frames"
                );
                assert_eq!(history(&project), whole, "killed after {frames} frames");
            }
            several => panic!("{} runs after one command", several.len()),
        }
    }
    assert!(kills > 20, "only {kills} writes were cut");
}

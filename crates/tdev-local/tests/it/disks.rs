//! Disks that are full or cannot be written: said so, with what to do, and nothing is lost.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;

use serde_json::json;
use tdev_core::ports::{EngineRequest, Filter, Revision, Scope};
use tdev_core::{Code, Error};
use tdev_local::Home;

use crate::bench::{Bench, chain, task};
use crate::child;
use crate::contract::{component, run};

fn unavailable(error: &Error) {
    assert_eq!(error.code, Code::StoreUnavailable, "{error}");
    assert!(error.hint.is_some(), "{error} says what to do");
}

#[tokio::test]
async fn a_file_in_the_way_of_the_folder_is_named() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(".tdev"), b"").unwrap();
    let home = Home::open(dir.path(), Vec::new()).unwrap();
    unavailable(
        &home
            .registry()
            .put(component("EchoAgent", &json!({})), Revision::New)
            .await
            .unwrap_err(),
    );
    unavailable(&home.runs().create(run("r1"), None).await.unwrap_err());
    unavailable(&home.artifacts().put(b"x").await.unwrap_err());
}

#[tokio::test]
#[ignore = "the process without rights of `a_read_only_folder_is_said_to_be_so`"]
async fn read_only_child() {
    let home = child::home();
    unavailable(
        &home
            .registry()
            .put(component("EchoAgent", &json!({})), Revision::New)
            .await
            .unwrap_err(),
    );
    unavailable(&home.runs().create(run("r1"), None).await.unwrap_err());
    unavailable(&home.artifacts().put(b"x").await.unwrap_err());
    assert!(
        home.registry()
            .list(&Filter::default())
            .await
            .unwrap()
            .is_empty()
    );
    assert!(home.runs().list(None, 5).await.unwrap().0.is_empty());
}

#[test]
fn a_read_only_folder_is_said_to_be_so() {
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let mut command = child::command("disks::read_only_child", dir.path());
    // Root may write anywhere, so the child is nobody.
    let root = fs::write(dir.path().join("probe"), b"").is_ok();
    if root {
        fs::remove_file(dir.path().join("probe")).unwrap();
        command.uid(65534).gid(65534).current_dir("/");
    }
    child::start(command).passed();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
}

fn long_run() -> EngineRequest {
    let say = |step| task(step, "EchoAgent", &json!({"text": "x".repeat(20_000)}));
    EngineRequest {
        execution: "r0:flow".to_owned(),
        definition: chain(&[("one", say("one")), ("two", say("two"))]),
        input: json!({}),
        scope: Scope::default(),
    }
}

#[tokio::test]
#[ignore = "the process with a small limit of `a_full_disk_loses_nothing`"]
async fn full_disk_child() {
    let home = child::home();
    let (registry, runs) = (home.registry(), home.runs());
    let mut kept = 0;
    let error = loop {
        let long = json!({"description": "x".repeat(20_000)});
        match registry
            .put(component(&format!("Agent{kept}"), &long), Revision::New)
            .await
        {
            Ok(_) => kept += 1,
            Err(error) => break error,
        }
        assert!(kept < 1000, "the limit holds");
    };
    unavailable(&error);
    let mut made = 0;
    let error = loop {
        let mut long = run(&format!("r{made}"));
        long.request.goal = Some("x".repeat(20_000));
        match runs.create(long, None).await {
            Ok(_) => made += 1,
            Err(error) => break error,
        }
        assert!(made < 1000, "the limit holds");
    };
    unavailable(&error);
    unavailable(&home.artifacts().put(&vec![7; 2_000_000]).await.unwrap_err());
    // A run that meets the full disk stops without an outcome, and goes on another day.
    let engine = home.engine(Bench::of(&home).invokers());
    unavailable(&engine.run(long_run()).await.unwrap_err());
    child::say(&kept.to_string());
    child::say(&made.to_string());
}

#[tokio::test]
async fn a_full_disk_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    // A file that may not grow is what a disk without space is to a program.
    let command = child::limited(
        "trap '' XFSZ; ulimit -f 600",
        "disks::full_disk_child",
        dir.path(),
    );
    let mut child = child::start(command);
    let kept: usize = child.hear().unwrap().parse().unwrap();
    let made: usize = child.hear().unwrap().parse().unwrap();
    child.passed();
    assert!(kept > 0 && made > 0);
    let home = Home::open(dir.path(), Vec::new()).unwrap();
    assert_eq!(
        home.registry()
            .list(&Filter::default())
            .await
            .unwrap()
            .len(),
        kept
    );
    assert_eq!(home.runs().list(None, 1000).await.unwrap().0.len(), made);
    home.registry()
        .put(component("AfterAgent", &json!({})), Revision::New)
        .await
        .unwrap();
    home.runs().create(run("after"), None).await.unwrap();
    let outcome = home
        .engine(Bench::of(&home).invokers())
        .run(long_run())
        .await
        .unwrap();
    assert_eq!(
        (outcome.output.unwrap()["by"].as_str(), outcome.trace.len()),
        (Some("EchoAgent"), 2)
    );
    let left: Vec<_> = fs::read_dir(dir.path().join(".tdev"))
        .unwrap()
        .map(|f| f.unwrap().file_name())
        .collect();
    assert!(
        left.iter()
            .all(|name| !name.to_string_lossy().ends_with(".tmp")),
        "{left:?}"
    );
}

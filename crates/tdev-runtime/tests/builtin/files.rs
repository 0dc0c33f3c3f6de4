//! Attacks on the files a tool may touch, each beside what is allowed.

use std::fs;

use serde_json::{Value, json};
use tdev_core::Code;
use tdev_runtime::builtin::Builtins;
use tempfile::TempDir;

use super::project::{Setup, project};

fn tree() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("project");
    for (path, text) in [
        ("data/notes.txt", "granted"),
        ("data/deep/more.txt", "granted too"),
        ("data/.hidden", "hidden"),
        ("private.txt", "not granted"),
        (".env.local", "SECRET=1"),
        ("../outside.txt", "outside"),
    ] {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn home(folder: &TempDir, permissions: Value) -> Builtins {
    project(&folder.path().join("project"), permissions)
}

fn read(home: &Builtins, path: &str) -> Result<String, Code> {
    let read = home.run("FileReaderTool", json!({"path": path}));
    read.map(|output| output["text"].as_str().unwrap().to_owned())
        .map_err(|error| error.code)
}

#[test]
fn only_what_is_listed_can_be_read() {
    let folder = tree();
    let granted = home(&folder, json!({"read": ["data"]}));
    assert_eq!(read(&granted, "data/notes.txt").unwrap(), "granted");
    assert_eq!(
        read(&granted, "./data/deep/more.txt").unwrap(),
        "granted too"
    );
    assert_eq!(read(&granted, "private.txt"), Err(Code::PermissionDenied));
    assert_eq!(
        read(&granted, "data2/notes.txt"),
        Err(Code::PermissionDenied)
    );
    assert_eq!(
        read(&home(&folder, json!({})), "data/notes.txt"),
        Err(Code::PermissionDenied)
    );
    let one = home(&folder, json!({"read": ["data/notes.txt"]}));
    assert_eq!(read(&one, "data/notes.txt").unwrap(), "granted");
    assert_eq!(
        read(&one, "data/deep/more.txt"),
        Err(Code::PermissionDenied)
    );
}

#[test]
fn a_path_cannot_climb_out() {
    let folder = tree();
    let granted = home(&folder, json!({"read": ["data", ".."]}));
    let absolute = folder.path().join("outside.txt");
    for path in [
        "data/../private.txt",
        "../outside.txt",
        "data/../../outside.txt",
        absolute.to_str().unwrap(),
        "/etc/passwd",
        "data/..\\..\\outside.txt",
        "data/notes.txt\0/../../private.txt",
        "//etc/passwd",
    ] {
        assert_eq!(read(&granted, path), Err(Code::PermissionDenied), "{path}");
    }
    assert_eq!(read(&granted, "data/notes.txt").unwrap(), "granted");
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_does_not_lead_out() {
    use std::os::unix::fs::symlink;
    let folder = tree();
    let data = folder.path().join("project/data");
    symlink("../private.txt", data.join("sibling.txt")).unwrap();
    symlink("../../outside.txt", data.join("outside.txt")).unwrap();
    symlink("/etc/passwd", data.join("passwd")).unwrap();
    symlink("..", data.join("up")).unwrap();
    symlink("deep/more.txt", data.join("within.txt")).unwrap();
    let granted = home(
        &folder,
        json!({"read": ["data"], "databases": ["data/passwd"]}),
    );
    for path in [
        "data/sibling.txt",
        "data/outside.txt",
        "data/passwd",
        "data/up/private.txt",
    ] {
        assert_eq!(read(&granted, path), Err(Code::PermissionDenied), "{path}");
    }
    assert_eq!(read(&granted, "data/within.txt").unwrap(), "granted too");
    let queried = granted.run(
        "SqliteQueryTool",
        json!({"query": "SELECT 1", "database": "data/passwd"}),
    );
    assert_eq!(queried.unwrap_err().code, Code::PermissionDenied);
    let listed = granted
        .run("DirectoryListerTool", json!({"folder": "data"}))
        .unwrap();
    assert_eq!(
        listed["paths"],
        json!(["data/deep/more.txt", "data/notes.txt"])
    );
}

#[test]
fn a_hidden_file_is_only_read_where_it_is_named() {
    let folder = tree();
    let all = home(&folder, json!({"read": ["."]}));
    assert_eq!(read(&all, "private.txt").unwrap(), "not granted");
    assert_eq!(read(&all, ".env.local"), Err(Code::PermissionDenied));
    assert_eq!(read(&all, "data/.hidden"), Err(Code::PermissionDenied));
    let named = home(&folder, json!({"read": ["data/.hidden"]}));
    assert_eq!(read(&named, "data/.hidden").unwrap(), "hidden");
}

#[cfg(unix)]
#[test]
fn a_pipe_or_device_is_refused_without_waiting() {
    let folder = tree();
    let pipe = folder.path().join("project/data/pipe");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(
        read(&home(&folder, json!({"read": ["data"]})), "data/pipe"),
        Err(Code::InvalidInput)
    );
}

#[test]
fn a_huge_file_is_refused_and_a_large_one_read() {
    let folder = tree();
    let data = folder.path().join("project/data");
    fs::File::create(data.join("huge.txt"))
        .unwrap()
        .set_len(100 << 30)
        .unwrap();
    fs::write(data.join("large.txt"), vec![b'x'; 4 << 20]).unwrap();
    let granted = home(&folder, json!({"read": ["data"]}));
    assert_eq!(read(&granted, "data/huge.txt"), Err(Code::PayloadTooLarge));
    assert_eq!(read(&granted, "data/large.txt").unwrap().len(), 4 << 20);
}

#[test]
fn writing_needs_its_own_grant_and_stays_inside() {
    let folder = tree();
    let write = |home: &Builtins, path: &str| {
        home.run("FileWriterTool", json!({"path": path, "text": "new"}))
            .map_err(|error| error.code)
    };
    let reader = home(&folder, json!({"read": ["data"]}));
    assert_eq!(
        write(&reader, "data/notes.txt"),
        Err(Code::PermissionDenied)
    );
    let writer = home(&folder, json!({"write": ["out"]}));
    assert!(write(&writer, "out/deep/report.txt").is_ok());
    assert!(write(&writer, "out/deep/report.txt").is_ok(), "replacing");
    let written = folder.path().join("project/out/deep");
    assert_eq!(
        fs::read_to_string(written.join("report.txt")).unwrap(),
        "new"
    );
    assert_eq!(
        fs::read_dir(&written).unwrap().count(),
        1,
        "nothing half-written stays"
    );
    for path in [
        "data/notes.txt",
        "out/../private.txt",
        "/tmp/t-developer-escape",
    ] {
        assert_eq!(write(&writer, path), Err(Code::PermissionDenied), "{path}");
    }
    // The file that grants is not among what a whole folder grants.
    let everywhere = home(&folder, json!({"write": ["."]}));
    assert!(write(&everywhere, "anywhere.txt").is_ok());
    for path in ["tdev.toml", "TDEV.toml", ".env.local"] {
        assert_eq!(
            write(&everywhere, path),
            Err(Code::PermissionDenied),
            "{path}"
        );
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../data", folder.path().join("project/out/link")).unwrap();
        assert_eq!(
            write(&writer, "out/link/notes.txt"),
            Err(Code::PermissionDenied)
        );
    }
    assert_eq!(
        fs::read_to_string(folder.path().join("project/data/notes.txt")).unwrap(),
        "granted"
    );
}

#[test]
fn a_refusal_says_what_would_grant_it() {
    let folder = tree();
    let granted = home(&folder, json!({"read": ["data"]}));
    let told = |tool: &str, input: Value| granted.run(tool, input).unwrap_err().to_string();
    insta::assert_snapshot!(told("FileReaderTool", json!({"path": "docs/plan.txt"})), @"PermissionDenied: FileReaderTool may not read `docs/plan.txt` (at `path`); to grant it, write read = [\"docs\"] under [permissions] in tdev.toml");
    insta::assert_snapshot!(told("FileReaderTool", json!({"path": "data/note.txt"})), @"FileNotFound: there is no `data/note.txt` (at `path`); did you mean `notes.txt`?");
    insta::assert_snapshot!(told("HttpFetchTool", json!({"url": "https://api.example.com/x"})), @"PermissionDenied: HttpFetchTool may not call `api.example.com` (at `url`); to grant it, write http = [\"api.example.com\"] under [permissions] in tdev.toml");
    insta::assert_snapshot!(told("SqliteQueryTool", json!({"query": "SELECT 1", "database": "shop.db"})), @"PermissionDenied: SqliteQueryTool may not query `shop.db` (at `database`); to grant it, write databases = [\"shop.db\"] under [permissions] in tdev.toml");
    insta::assert_snapshot!(told("UserLookupTool", json!({"user_id": "u-1"})), @"InvalidConfig: UserLookupTool needs `database` in tdev.toml (at `components.UserLookupTool.database`); write database = \"examples/users.csv\" under [components.UserLookupTool]");
    insta::assert_snapshot!(told("SlackNotifierTool", json!({"text": "hi"})), @"SecretNotFound: SlackNotifierTool needs secret `SLACK_WEBHOOK_URL`, which is not set (at `secrets`); put `SLACK_WEBHOOK_URL=…` into .env.local");
}

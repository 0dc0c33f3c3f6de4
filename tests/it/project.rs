//! A project in a folder of its own, and the real program in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// The release program that set-up builds.
pub(crate) fn program() -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let program = target.join("release/tdev");
    assert!(
        program.exists(),
        "{} is missing; run `make setup`",
        program.display()
    );
    program
}

/// A project with the repository's examples and configuration.
pub(crate) struct Project {
    folder: TempDir,
}

/// What a command did.
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    pub(crate) fn with_examples() -> Self {
        let folder = TempDir::new().unwrap();
        copy(&root().join("examples"), &folder.path().join("examples"));
        std::fs::copy(root().join("tdev.toml"), folder.path().join("tdev.toml")).unwrap();
        Self { folder }
    }

    /// A project that is one folder of the examples.
    pub(crate) fn of_example(name: &str) -> Self {
        let folder = TempDir::new().unwrap();
        copy(&root().join("examples").join(name), folder.path());
        Self { folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command
            .args(arguments)
            .current_dir(self.path())
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Done {
        Done::of(&self.command(arguments).output().unwrap())
    }

    /// Runs a command that must succeed.
    pub(crate) fn ok(&self, arguments: &[&str]) -> Done {
        let done = self.run(arguments);
        assert_eq!(
            done.code,
            Some(0),
            "tdev {arguments:?}\n{}\n{}",
            done.stdout,
            done.stderr
        );
        done
    }

    /// Runs a command with `--json` that must fail, and gives its error.
    pub(crate) fn fails(&self, arguments: &[&str]) -> Value {
        let all: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        let done = self.run(&all);
        assert_ne!(
            done.code,
            Some(0),
            "tdev {arguments:?} went well\n{}",
            done.stdout
        );
        let whole = serde_json::from_str::<Value>(&done.stdout).ok();
        let records = done
            .stdout
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let error = whole.into_iter().chain(records).find_map(|record| {
            let inner = ["/error", "/run/error", "/items/0/error"]
                .iter()
                .find_map(|at| record.pointer(at));
            let inner = inner.filter(|error| error.is_object()).cloned();
            inner.or_else(|| record.get("code").is_some().then_some(record))
        });
        error.unwrap_or_else(|| {
            panic!(
                "no error record from tdev {arguments:?}\n{}\n{}",
                done.stdout, done.stderr
            )
        })
    }
}

impl Done {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {}", self.stdout))
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

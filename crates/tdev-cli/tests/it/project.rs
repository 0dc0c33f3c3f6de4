//! A project folder, and `tdev` in it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder that is removed afterwards.
pub(crate) struct Project {
    folder: TempDir,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Project {
    /// A folder with nothing in it.
    pub(crate) fn bare() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A folder with a project in it.
    pub(crate) fn new() -> Self {
        let project = Self::bare();
        assert_eq!(
            project.tdev(&["init", "project", "--name", "badges"]).code,
            0
        );
        project
    }

    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    pub(crate) fn write(&self, inside: &str, text: &str) {
        std::fs::create_dir_all(self.path(inside).parent().unwrap()).unwrap();
        std::fs::write(self.path(inside), text).unwrap();
    }

    /// Runs `tdev` here, without a terminal and without what this machine is set to.
    pub(crate) fn tdev(&self, arguments: &[&str]) -> Answer {
        self.tdev_in(self.folder.path(), arguments)
    }

    pub(crate) fn tdev_in(&self, folder: &Path, arguments: &[&str]) -> Answer {
        Answer::of(&command(folder, arguments).output().unwrap())
    }

    /// Runs `tdev` here with a text on its standard input.
    pub(crate) fn tdev_with(&self, typed: &str, arguments: &[&str]) -> Answer {
        let mut running = command(self.folder.path(), arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = running.stdin.take().unwrap();
        input.write_all(typed.as_bytes()).unwrap();
        drop(input);
        Answer::of(&running.wait_with_output().unwrap())
    }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tdev"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("TDEV_TOKEN")
        .env_remove("TDEV_MODEL_PROVIDER")
        .env_remove("TDEV_MODEL_URL")
        .env_remove("TDEV_MODEL")
        .env_remove("TDEV_MODEL_KEY_SECRET")
        .env_remove("TDEV_MAX_COST_USD");
    command
}

impl Answer {
    fn of(done: &Output) -> Self {
        Self {
            code: done.status.code().unwrap(),
            out: String::from_utf8(done.stdout.clone()).unwrap(),
            err: String::from_utf8(done.stderr.clone()).unwrap(),
        }
    }

    /// Its one JSON document.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|fault| panic!("{fault}: {}{}", self.out, self.err))
    }

    /// The last of its JSON lines.
    pub(crate) fn last(&self) -> Value {
        serde_json::from_str(self.out.lines().last().unwrap()).unwrap()
    }
}

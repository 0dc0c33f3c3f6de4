//! Parts of tests that need a process of their own: this test binary, run again.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use tdev_local::Home;

/// Tells a child which folder it works on.
const FOLDER: &str = "TDEV_LOCAL_TEST_FOLDER";
/// What a child says to its test begins with this; the test harness says other things.
const MARK: &str = "child: ";

/// A process that runs one ignored test of this binary.
pub(crate) struct Process {
    child: Child,
    said: Lines<BufReader<ChildStdout>>,
}

/// The command that runs the ignored test `name` on `folder`.
pub(crate) fn command(name: &str, folder: &Path) -> Command {
    wrapped(Command::new(std::env::current_exe().unwrap()), name, folder)
}

/// The same after a shell has set limits: `limits` is shell text.
pub(crate) fn limited(limits: &str, name: &str, folder: &Path) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("{limits}; exec \"$0\" \"$@\"")])
        .arg(std::env::current_exe().unwrap());
    wrapped(shell, name, folder)
}

fn wrapped(mut command: Command, name: &str, folder: &Path) -> Command {
    command
        .args([
            name,
            "--exact",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(FOLDER, folder);
    command
}

/// Starts a child that talks to its test.
pub(crate) fn start(mut command: Command) -> Process {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap()).lines();
    Process { child, said }
}

impl Process {
    /// The next thing the child says; `None` once it has ended.
    pub(crate) fn hear(&mut self) -> Option<String> {
        // The harness leaves its own line open before the first word of a test.
        self.said
            .by_ref()
            .map(Result::unwrap)
            .find_map(|line| line.split_once(MARK).map(|(_, said)| said.to_owned()))
    }

    /// Lets a child that waits in [`await_parent`] go on.
    pub(crate) fn go(&mut self) {
        self.child
            .stdin
            .as_mut()
            .unwrap()
            .write_all(b"go\n")
            .unwrap();
    }

    /// Ends the child as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until the child has passed.
    pub(crate) fn passed(mut self) {
        while self.hear().is_some() {}
        assert!(self.child.wait().unwrap().success());
    }
}

/// In a child: the folder it works on.
pub(crate) fn folder() -> PathBuf {
    std::env::var_os(FOLDER)
        .expect("started by another test")
        .into()
}

/// In a child: its home.
pub(crate) fn home() -> Home {
    Home::open(&folder(), Vec::new()).unwrap()
}

/// In a child: says something to the test.
pub(crate) fn say(what: &str) {
    println!("{MARK}{what}");
}

/// In a child: waits for the test's [`Process::go`].
pub(crate) fn await_parent() {
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

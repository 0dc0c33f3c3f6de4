//! Side effects: every deed is a line in a file, written before the doer says that it is done.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

const FILE: &str = "deeds.log";

/// One deed.
#[derive(Debug, Clone)]
pub(crate) struct Deed {
    pub(crate) token: String,
    /// The run, the step and its input.
    pub(crate) what: String,
}

/// Everything done in a folder, in order.
#[derive(Debug, Clone)]
pub(crate) struct Deeds {
    pub(crate) done: Vec<Deed>,
}

impl Deeds {
    pub(crate) fn read(dir: &Path) -> Self {
        let text = std::fs::read_to_string(dir.join(FILE)).unwrap_or_default();
        let deed = |line: &str| {
            let (token, what) = line.split_once('\t')?;
            Some(Deed {
                token: token.to_owned(),
                what: what.to_owned(),
            })
        };
        Self {
            done: text.lines().filter_map(deed).collect(),
        }
    }

    /// How often each thing was done, the same attempt counted once.
    fn counted(&self) -> BTreeMap<&str, usize> {
        let mut tokens: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for deed in &self.done {
            tokens.entry(&deed.what).or_default().insert(&deed.token);
        }
        tokens
            .into_iter()
            .map(|(what, of)| (what, of.len()))
            .collect()
    }

    /// What was done more or less often than in another life.
    pub(crate) fn differ(&self, other: &Self) -> Vec<String> {
        let (ours, theirs) = (self.counted(), other.counted());
        let all: BTreeSet<&str> = ours.keys().chain(theirs.keys()).copied().collect();
        let counts = |what| (ours.get(what).copied(), theirs.get(what).copied());
        all.into_iter()
            .map(|what| (what, counts(what)))
            .filter(|(_, (ours, theirs))| ours != theirs)
            .map(|(what, (ours, theirs))| {
                let (ours, theirs) = (ours.unwrap_or(0), theirs.unwrap_or(0));
                format!("`{what}` was done {ours} times, undisturbed {theirs}")
            })
            .collect()
    }

    /// How many were done again under the same token.
    pub(crate) fn again(&self) -> usize {
        let different: HashSet<&str> = self.done.iter().map(|d| d.token.as_str()).collect();
        self.done.len() - different.len()
    }
}

/// Does things in a folder.
pub(crate) struct Doer {
    file: File,
    dir: std::path::PathBuf,
}

impl Doer {
    pub(crate) fn new(dir: &Path) -> Self {
        let mut options = OpenOptions::new();
        Self {
            file: options
                .create(true)
                .append(true)
                .open(dir.join(FILE))
                .unwrap(),
            dir: dir.to_path_buf(),
        }
    }

    /// Does a step; `None` where it failed. What is flaky fails on its first attempt, however
    /// often that is made.
    pub(crate) async fn work(
        &self,
        run: &str,
        step: &str,
        input: &Value,
        token: &str,
    ) -> Option<Value> {
        let what = format!("{run} {step} {input}");
        // One write of one line: a kill leaves all of it or nothing.
        (&self.file)
            .write_all(format!("{token}\t{what}\n").as_bytes())
            .unwrap();
        let pause = token
            .bytes()
            .fold(7_u64, |sum, b| sum.wrapping_mul(31) + u64::from(b))
            % 3;
        tokio::time::sleep(Duration::from_millis(pause)).await;
        if step == "flaky" {
            let deeds = Deeds::read(&self.dir);
            let first = deeds.done.iter().find(|d| d.what == what)?;
            if first.token == token {
                return None;
            }
        }
        Some(json!({"did": step, "with": input}))
    }
}

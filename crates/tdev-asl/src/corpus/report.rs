//! How many recorded runs the engine repeats, by group and by name.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// What came of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The case.
    pub id: String,
    /// Its group.
    pub group: String,
    /// What the recording says came of the run; null where it could not be read.
    pub expected: Value,
    /// What came of it here, in the same form, or `refused` or `not_run` with the reason.
    pub got: Value,
    /// Every difference from the recording; empty where the run was repeated exactly.
    pub differences: Vec<String>,
}

/// How many cases of a group there are, and how many of them were repeated exactly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Group {
    /// All of them.
    pub total: usize,
    /// Those without a difference.
    pub passed: usize,
}

/// What came of many cases. Displays a table by group, then every difference.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// One verdict per case, in their order.
    pub verdicts: Vec<Verdict>,
}

impl Report {
    /// How many cases were repeated exactly.
    pub fn passed(&self) -> usize {
        self.verdicts
            .iter()
            .filter(|v| v.differences.is_empty())
            .count()
    }

    /// The cases that differ.
    pub fn failed(&self) -> impl Iterator<Item = &Verdict> {
        self.verdicts.iter().filter(|v| !v.differences.is_empty())
    }

    /// The groups by name.
    pub fn groups(&self) -> BTreeMap<&str, Group> {
        let mut groups: BTreeMap<&str, Group> = BTreeMap::new();
        for verdict in &self.verdicts {
            let group = groups.entry(&verdict.group).or_default();
            group.total += 1;
            group.passed += usize::from(verdict.differences.is_empty());
        }
        groups
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, Group { total, passed }) in self.groups() {
            writeln!(f, "{name:<32} {passed:>4} of {total:>4}")?;
        }
        writeln!(
            f,
            "{:<32} {:>4} of {:>4}",
            "all",
            self.passed(),
            self.verdicts.len()
        )?;
        for verdict in self.failed() {
            writeln!(f, "\n{}", verdict.id)?;
            for difference in &verdict.differences {
                writeln!(f, "  {difference}")?;
            }
        }
        Ok(())
    }
}

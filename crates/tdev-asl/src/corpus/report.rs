//! How many recorded runs the engine repeats, by group and by name.

use std::collections::BTreeMap;
use std::fmt;

/// What came of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The case.
    pub id: String,
    /// Its group.
    pub group: String,
    /// Every difference from the recording; empty where the run was repeated exactly.
    pub differences: Vec<String>,
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
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut groups: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for verdict in &self.verdicts {
            let (passed, all) = groups.entry(&verdict.group).or_default();
            *all += 1;
            *passed += usize::from(verdict.differences.is_empty());
        }
        for (group, (passed, all)) in groups {
            writeln!(f, "{group:<32} {passed:>4} of {all:>4}")?;
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

//! How proven the components of a plan are: their status, and how their tests went.

use std::collections::BTreeMap;

use tdev_core::agent_io::{Remedy, TestRun};
use tdev_core::component::{Component, Runtime, Status};

use super::graph::Node;
use super::rating::Criterion;

/// What is known of a component's tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Record {
    /// Cases that held, in the runs looked at.
    pub passed: u32,
    /// Cases that did not.
    pub failed: u32,
}

impl Record {
    /// The record of these runs, the newest first. The newest run weighs as much as the rest.
    pub fn of(runs: &[TestRun]) -> Self {
        let newest = runs.first();
        let sum = |count: fn(&TestRun) -> u32| {
            runs.iter()
                .map(count)
                .fold(0, u32::saturating_add)
                .saturating_add(newest.map_or(0, count).saturating_mul(4))
        };
        Self {
            passed: sum(|run| run.passed),
            failed: sum(|run| run.failed),
        }
    }

    /// The share of cases that held; `None` where nothing was tested.
    pub fn rate(self) -> Option<f64> {
        let all = f64::from(self.passed) + f64::from(self.failed);
        (all > 0.0).then(|| f64::from(self.passed) / all)
    }
}

/// What the maturity of a component depends on beside itself.
pub(super) struct Context<'a> {
    /// Components generated in this run.
    pub(super) generated: &'a [String],
    /// Whether experimental ones were asked for.
    pub(super) allow_experimental: bool,
    /// Test records by component name.
    pub(super) records: &'a BTreeMap<String, Record>,
}

/// Scores the maturity of every component that counts.
/// `substitute` finds a component that could stand in for a step's.
pub(super) fn maturity(
    weight: f64,
    nodes: &[Node<'_>],
    context: &Context<'_>,
    substitute: &dyn Fn(&Node<'_>) -> Option<String>,
) -> Criterion {
    let mut shares = Vec::new();
    let mut doubts: Vec<(String, String, Option<Remedy>)> = Vec::new();
    for node in nodes.iter().filter(|node| node.counts() && node.calls()) {
        if node.components.is_empty() {
            shares.push(0.0);
        }
        for component in &node.components {
            let (share, doubt) = proven(component, context);
            shares.push(share);
            let Some(doubt) = doubt else { continue };
            let better = || {
                let by = substitute(node)?;
                let rate = context.records.get(&by).and_then(|record| record.rate());
                // A stand-in must be proven at least as well.
                (rate.unwrap_or(0.9) > share).then_some(by)
            };
            let unusable = !matches!(component.status, Status::Stable | Status::Experimental);
            let (doubt, remedy) = match better() {
                Some(by) => (
                    format!("{doubt}: replace it by `{by}`"),
                    Some(Remedy::ReplaceComponent { by: Some(by) }),
                ),
                None if unusable => (doubt, Some(Remedy::ReplaceComponent { by: None })),
                None => (doubt, None),
            };
            doubts.push((node.step.id.clone(), doubt, remedy));
        }
    }
    let share = if shares.is_empty() {
        0.0
    } else {
        shares.iter().sum::<f64>() / shares.len() as f64
    };
    let mut criterion = Criterion::new("maturity", weight, share);
    for (step, message, remedy) in doubts {
        match remedy {
            Some(remedy) => criterion.suggest(Some(&step), message, Some(remedy)),
            None => criterion.note(Some(&step), message),
        }
    }
    criterion
}

fn proven(component: &Component, context: &Context<'_>) -> (f64, Option<String>) {
    let name = &component.name;
    let rate = context.records.get(name).and_then(|record| record.rate());
    let expected = context.allow_experimental || context.generated.contains(name);
    let (share, doubt) = match (component.status, rate) {
        (Status::Stable, None) if component.runtime == Runtime::Builtin => (1.0, None),
        (Status::Stable, None) => (0.9, Some(format!("`{name}` has no test run on record"))),
        (Status::Stable, Some(rate)) => (rate, None),
        (Status::Experimental, Some(rate)) if expected => (0.75 * rate, None),
        (Status::Experimental, None) if expected => {
            (0.3, Some(format!("`{name}` is new and untested")))
        }
        (Status::Experimental, Some(rate)) => {
            (0.4 * rate, Some(format!("`{name}` is experimental")))
        }
        (Status::Experimental, None) => {
            (0.1, Some(format!("`{name}` is experimental and untested")))
        }
        (Status::Deprecated | Status::Retired | Status::Disabled, _) => (
            0.0,
            Some(format!(
                "`{name}` is {}: deprecated components are not planned with",
                component.status.as_str()
            )),
        ),
    };
    let failing = rate
        .filter(|rate| *rate < 1.0)
        .map(|rate| format!("`{name}` passed {:.0}% of its tests", rate * 100.0));
    (share, failing.or(doubt))
}

//! Goals in words of their own, and which component each is for.

use std::sync::Arc;

use tdev_core::component::Component;

use crate::Failed;

/// What somebody wants, and what would do it.
pub(crate) struct Goal {
    pub(crate) text: String,
    wanted: Vec<String>,
}

impl Goal {
    /// Whether a component would do it.
    pub(crate) fn answers(&self, name: &str) -> bool {
        self.wanted.iter().any(|wanted| wanted == name)
    }
}

/// Every goal. Written as people talk, before the first measurement, and not changed after it.
pub(crate) fn all(library: &[Arc<Component>]) -> Result<Vec<Goal>, Failed> {
    let lines = include_str!("goals.txt").lines();
    let goals: Option<Vec<Goal>> = lines
        .map(|line| {
            let (names, text) = line.split_once(": ")?;
            let wanted = names.split(", ").map(str::to_owned).collect();
            Some(Goal {
                text: text.to_owned(),
                wanted,
            })
        })
        .collect();
    let goals = goals.ok_or("a line of goals.txt is not `NAMES: goal`")?;
    for name in goals.iter().flat_map(|goal| &goal.wanted) {
        if !library.iter().any(|c| c.name == *name) {
            return Err(format!("goals.txt names `{name}`, which is not in the library").into());
        }
    }
    Ok(goals)
}

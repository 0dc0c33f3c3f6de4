//! Goals in words of their own, and which component each is for.

use std::sync::Arc;

use tdev_core::component::Component;

use crate::Failed;

/// What somebody wants, and what would do it.
#[derive(Clone)]
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

/// Those that ways of fusing were chosen by. Written as people talk, before the first measurement.
pub(crate) const CHOSEN_BY: &str = include_str!("goals.txt");

/// Those that nothing was chosen by. Written before their first measurement, and not changed after.
pub(crate) const HELD_OUT: &str = include_str!("held_out.txt");

/// The goals of a list.
pub(crate) fn of(lines: &str, library: &[Arc<Component>]) -> Result<Vec<Goal>, Failed> {
    let goals: Option<Vec<Goal>> = lines
        .lines()
        .map(|line| {
            let (names, text) = line.split_once(": ")?;
            let wanted = names.split(", ").map(str::to_owned).collect();
            Some(Goal {
                text: text.to_owned(),
                wanted,
            })
        })
        .collect();
    let goals = goals.ok_or("a line of the goals is not `NAMES: goal`")?;
    for name in goals.iter().flat_map(|goal| &goal.wanted) {
        if !library.iter().any(|c| c.name == *name) {
            return Err(format!("a goal names `{name}`, which is not in the library").into());
        }
    }
    Ok(goals)
}

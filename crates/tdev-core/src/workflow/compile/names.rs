//! Names of states and variables: unique in the whole state machine, within AWS's 80 characters.

use sha2::{Digest, Sha256};

const MOST: usize = 80;

/// How names of this workflow differ from those of the workflows around it.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    prefix: String,
}

impl Names {
    /// Names for a workflow nested in that step.
    pub(super) fn inside(&self, step: &str) -> Self {
        Self {
            prefix: format!("{}{step}/", self.prefix),
        }
    }

    /// The state of a step, or one around it: `state("send", "")`, `state("send", "if")`.
    pub(super) fn state(&self, id: &str, role: &str) -> String {
        let space = if role.is_empty() { "" } else { " " };
        let name = format!("{}{id}", self.prefix);
        let room = MOST - role.len() - space.len();
        format!("{}{space}{role}", shortened(&name, room, '~'))
    }

    /// A variable: `variable("step", "send")` → `step_send`.
    pub(super) fn variable(&self, what: &str, id: &str) -> String {
        // Ids have single hyphens and no underscores, so both replacements are reversible.
        let name = format!("{}{id}", self.prefix)
            .replace('-', "_")
            .replace('/', "__");
        let whole = if name.is_empty() {
            what.to_owned()
        } else {
            format!("{what}_{name}")
        };
        shortened(whole.trim_end_matches("__"), MOST, '_')
    }
}

/// Cuts a name that is too long, keeping it apart from others by a hash of the whole.
fn shortened(name: &str, room: usize, mark: char) -> String {
    if name.len() <= room {
        return name.to_owned();
    }
    let hash: String = Sha256::digest(name.as_bytes())
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let kept: String = name.chars().take(room - hash.len() - 1).collect();
    format!("{kept}{mark}{hash}")
}

//! The life of a component: experimental, stable, deprecated, retired, and disabled at any time.

use serde::{Deserialize, Serialize};

use crate::{Code, Error, Result};

/// Where a component version stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// New and unproven: planned with only when asked.
    Experimental,
    /// Proven: planned with.
    #[default]
    Stable,
    /// Still runs where pinned; never planned with.
    Deprecated,
    /// Gone: neither planned with nor run.
    Retired,
    /// Stopped in an emergency: neither planned with nor run.
    Disabled,
}

impl Status {
    /// Whether a version of this status may run at all.
    pub const fn runnable(self) -> bool {
        matches!(
            self,
            Status::Experimental | Status::Stable | Status::Deprecated
        )
    }

    /// The lowercase spelling used in metadata.
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Experimental => "experimental",
            Status::Stable => "stable",
            Status::Deprecated => "deprecated",
            Status::Retired => "retired",
            Status::Disabled => "disabled",
        }
    }

    /// Checks a change of status.
    ///
    /// # Errors
    /// `Conflict` where life does not go that way: nothing returns from `retired`, and nothing
    /// goes back to `experimental`.
    pub fn change_to(self, next: Status) -> Result<Status> {
        let allowed = match (self, next) {
            (from, to) if from == to => true,
            (Status::Retired, _) | (_, Status::Experimental) => false,
            _ => true,
        };
        if allowed {
            Ok(next)
        } else {
            Err(Error::new(
                Code::Conflict,
                format!(
                    "a component cannot go from `{}` to `{}`",
                    self.as_str(),
                    next.as_str()
                ),
            )
            .field("status"))
        }
    }
}

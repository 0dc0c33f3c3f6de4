//! The journal's records: everything the pure core is ever told, as versioned JSON.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version written into the first record of every journal.
pub(crate) const VERSION: u32 = 1;

/// One input of the core. Applying the same records gives the same execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
pub(crate) enum Record {
    /// Always first, and only there.
    Started {
        version: u32,
        at: DateTime<Utc>,
        name: String,
        /// Fingerprint of the definition.
        machine: String,
        /// Where the execution's random numbers start.
        seed: u64,
        input: Value,
    },
    TaskSucceeded {
        task: u64,
        at: DateTime<Utc>,
        output: Value,
    },
    TaskFailed {
        task: u64,
        at: DateTime<Utc>,
        error: String,
        cause: String,
    },
    /// The call of a task that waits for a token returned; it is not made again.
    TaskSubmitted {
        task: u64,
        at: DateTime<Utc>,
    },
    TokenSucceeded {
        token: String,
        at: DateTime<Utc>,
        output: Value,
    },
    TokenFailed {
        token: String,
        at: DateTime<Utc>,
        error: String,
        cause: String,
    },
    Heartbeat {
        token: String,
        at: DateTime<Utc>,
    },
    TimerFired {
        timer: u64,
        at: DateTime<Utc>,
    },
    Aborted {
        at: DateTime<Utc>,
        error: Option<String>,
        cause: Option<String>,
    },
}

/// Why a journal cannot be replayed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// A record is not one of ours.
    #[error("record {seq} cannot be read: {reason}")]
    Unreadable {
        /// Place in the journal, from 0.
        seq: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The journal was written by another version.
    #[error("the journal has version {found}, this engine reads version {VERSION}")]
    Version {
        /// The version found.
        found: u64,
    },
    /// The journal does not begin with a start.
    #[error("the journal does not begin with a start record")]
    NotStarted,
    /// The definition changed since the journal began.
    #[error("the journal was begun with another definition ({began}) than this one ({now})")]
    Definition {
        /// Fingerprint the journal began with.
        began: String,
        /// Fingerprint of the definition given now.
        now: String,
    },
}

/// Reads a journal. The version is looked at before anything else.
pub(crate) fn read(lines: &[String]) -> Result<Vec<Record>, ReplayError> {
    let unreadable = |seq: usize, e: &serde_json::Error| ReplayError::Unreadable {
        seq,
        reason: e.to_string(),
    };
    let Some(first) = lines.first() else {
        return Err(ReplayError::NotStarted);
    };
    let head: Value = serde_json::from_str(first).map_err(|e| unreadable(0, &e))?;
    if head["type"] != "Started" {
        return Err(ReplayError::NotStarted);
    }
    match head["version"].as_u64() {
        Some(found) if found == u64::from(VERSION) => {}
        found => {
            return Err(ReplayError::Version {
                found: found.unwrap_or(0),
            });
        }
    }
    lines
        .iter()
        .enumerate()
        .map(|(seq, line)| serde_json::from_str(line).map_err(|e| unreadable(seq, &e)))
        .collect()
}

/// The fingerprint of the definition a journal was begun with.
///
/// # Errors
/// As for a replay of these records.
pub fn fingerprint_of(records: &[String]) -> Result<String, ReplayError> {
    match read(records.get(..1).unwrap_or_default())?.pop() {
        Some(Record::Started { machine, .. }) => Ok(machine),
        _ => Err(ReplayError::NotStarted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_version_is_refused_by_name() {
        let line = r#"{"type":"Started","version":99,"unheard":"of"}"#.to_owned();
        let error = read(&[line]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the journal has version 99, this engine reads version 1"
        );
    }

    #[test]
    fn a_journal_without_a_start_is_refused() {
        let line = r#"{"type":"TimerFired","timer":1,"at":"2024-01-01T00:00:00Z"}"#.to_owned();
        assert_eq!(read(&[line]), Err(ReplayError::NotStarted));
    }
}

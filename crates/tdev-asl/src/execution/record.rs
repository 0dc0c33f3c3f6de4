//! The journal's records: everything the pure core is ever told, as versioned JSON.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::redrive::NotRedrivable;

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
    /// An execution that had ended without success went on.
    Redriven {
        at: DateTime<Utc>,
    },
}

/// The types of the records above. Whoever adds one need not count `VERSION` up: an engine that
/// does not know it refuses the journal by its name.
const TYPES: [&str; 10] = [
    "Started",
    "TaskSucceeded",
    "TaskFailed",
    "TaskSubmitted",
    "TokenSucceeded",
    "TokenFailed",
    "Heartbeat",
    "TimerFired",
    "Aborted",
    "Redriven",
];

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
    /// A record is of a type this engine has not learnt yet.
    #[error(
        "record {seq} is a `{kind}`, which this engine does not know; the journal was written by a newer version"
    )]
    Newer {
        /// Place in the journal, from 0.
        seq: usize,
        /// The type of the record.
        kind: String,
    },
    /// A record redrives an execution that cannot be.
    #[error("record {seq} redrives the execution, but {reason}")]
    Redrive {
        /// Place in the journal, from 0.
        seq: usize,
        /// Why that cannot be.
        reason: NotRedrivable,
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
        .map(|(seq, line)| {
            serde_json::from_str(line).map_err(|e| match unknown_type(line) {
                Some(kind) => ReplayError::Newer { seq, kind },
                None => unreadable(seq, &e),
            })
        })
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

/// The type of a record, if it is none of ours.
fn unknown_type(line: &str) -> Option<String> {
    let record: Value = serde_json::from_str(line).ok()?;
    let kind = record["type"].as_str()?;
    (!TYPES.contains(&kind)).then(|| kind.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_is_of_a_known_type_and_nothing_else_is() {
        // Adding a record makes this fail to compile until `TYPES` is looked at.
        let name = |record: &Record| match record {
            Record::Started { .. } => 0,
            Record::TaskSucceeded { .. } => 1,
            Record::TaskFailed { .. } => 2,
            Record::TaskSubmitted { .. } => 3,
            Record::TokenSucceeded { .. } => 4,
            Record::TokenFailed { .. } => 5,
            Record::Heartbeat { .. } => 6,
            Record::TimerFired { .. } => 7,
            Record::Aborted { .. } => 8,
            Record::Redriven { .. } => 9,
        };
        for (i, kind) in TYPES.into_iter().enumerate() {
            let mut full = serde_json::json!({
                "version": 1, "at": "2024-01-01T00:00:00Z", "name": "", "machine": "", "seed": 0,
                "input": 0, "task": 0, "output": 0, "error": "", "cause": "", "token": "", "timer": 0,
            });
            full["type"] = kind.into();
            // What is too much for the type is taken away, as its refusals name it.
            let record = loop {
                match serde_json::from_value::<Record>(full.clone()) {
                    Ok(record) => break record,
                    Err(e) => {
                        let words = e.to_string();
                        let field = words.split('`').nth(1).unwrap().to_owned();
                        assert!(words.starts_with("unknown field"), "{kind}: {words}");
                        full.as_object_mut().unwrap().remove(&field);
                    }
                }
            };
            assert_eq!(name(&record), i, "{kind}");
            assert_eq!(unknown_type(&serde_json::to_string(&record).unwrap()), None);
        }
        assert_eq!(
            unknown_type(r#"{"type":"Other"}"#).as_deref(),
            Some("Other")
        );
    }

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

//! Who changed what, when, from where: lines that are only ever added.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Result;
use crate::service::By;

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Time-ordered id; the same line added twice is one.
    pub id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub who: String,
    /// Through what: `cli`, `api`, `run`.
    pub from: String,
    /// What was done: `component.register`, `service.rollback`, ….
    pub action: String,
    /// To what: `component/Name@v1`, `service/id`, ….
    pub subject: String,
    /// The run it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<String>,
    /// How it stood before; null where there was nothing.
    pub before: Value,
    /// How it stands now; null where nothing is left.
    pub after: Value,
}

impl AuditEntry {
    /// A line about a change by somebody, with nothing before and after it yet.
    pub fn new(id: String, at: DateTime<Utc>, by: &By, action: &str, subject: String) -> Self {
        Self {
            id,
            at,
            who: by.who.clone(),
            from: by.from.clone(),
            action: action.to_owned(),
            subject,
            run_id: None,
            before: Value::Null,
            after: Value::Null,
        }
    }

    /// The same, with what stood before and stands now.
    #[must_use]
    pub fn change(self, before: Value, after: Value) -> Self {
        Self {
            before,
            after,
            ..self
        }
    }

    /// The same, as a part of a run.
    #[must_use]
    pub fn of_run(self, run_id: &str) -> Self {
        Self {
            run_id: (!run_id.is_empty()).then(|| run_id.to_owned()),
            ..self
        }
    }
}

/// Which lines.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Only those about this subject, or about what stands under it.
    pub subject: Option<String>,
    /// Only those of this action, or of this kind of actions (`service`).
    pub action: Option<String>,
    /// Only those by this person.
    pub who: Option<String>,
}

impl AuditFilter {
    /// Whether a line is let through.
    pub fn admits(&self, entry: &AuditEntry) -> bool {
        let under = |wanted: &Option<String>, text: &str, mark: [char; 2]| {
            wanted.as_ref().is_none_or(|wanted| {
                text.strip_prefix(wanted.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(mark))
            })
        };
        under(&self.subject, &entry.subject, ['@', '/'])
            && under(&self.action, &entry.action, ['.', '.'])
            && self.who.as_ref().is_none_or(|who| *who == entry.who)
    }
}

/// The audit of a project.
#[async_trait]
pub trait AuditStore: Send + Sync {
    /// Adds a line. The same id again is the same line.
    async fn append(&self, entry: &AuditEntry) -> Result<()>;

    /// Newest first; after `cursor`, which is opaque.
    ///
    /// # Errors
    /// `InvalidInput` for a foreign cursor.
    async fn list(
        &self,
        filter: &AuditFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<AuditEntry>, Option<String>)>;
}

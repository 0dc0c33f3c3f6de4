//! Changing a record: read, decided on, written under the condition that nobody else did.

use tdev_core::service::{By, Service};
use tdev_core::{Code, Error, Result};

use super::Ground;

/// How often a change is decided anew because somebody else wrote meanwhile.
const ATTEMPTS: u32 = 8;

/// Writes what `decide` makes of the record, and tells the audit of it. What is left as it was is
/// not written.
///
/// # Errors
/// What `decide` says; `Conflict` where too many write at once; those of the store.
pub(super) async fn change(
    ground: &Ground,
    service_id: &str,
    told: &Told<'_>,
    mut decide: impl FnMut(Service) -> Result<Service>,
) -> Result<Service> {
    let mut lost = None;
    for _ in 0..ATTEMPTS {
        let before = ground.services.get(service_id).await?;
        let after = decide(before.clone())?;
        if after == before {
            return Ok(before);
        }
        let line = ground
            .line(told.by, told.action, Some(&before), Some(&after))
            .of_run(told.run_id);
        match ground.services.put(after, &line).await {
            // Somebody was faster: what is right now is decided on what they left.
            Err(error) if error.code == Code::Conflict => lost = Some(error),
            written => return written,
        }
    }
    Err(lost.unwrap_or_else(|| Error::new(Code::Internal, "a change was given up untried")))
}

/// What the audit is told of a change.
pub(super) struct Told<'a> {
    pub(super) by: &'a By,
    pub(super) action: &'a str,
    /// Empty outside of a deployment.
    pub(super) run_id: &'a str,
}

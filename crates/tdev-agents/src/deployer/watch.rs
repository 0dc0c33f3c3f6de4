//! Watching a canary: what its calls came to, and what a person decided meanwhile.

use tdev_core::ports::{CallFilter, Scope, measured};
use tdev_core::service::{DeployRequest, Verdict, judge};
use tdev_core::{Code, Error, Result};

use super::Ground;
use super::install::{in_hand, probe};

/// Looks at a canary once.
///
/// # Errors
/// `HealthCheckFailed` where it goes back, saying why; `Cancelled` where a person took its calls
/// away.
pub(super) async fn stage(
    ground: &Ground,
    request: &DeployRequest,
    scope: &Scope,
) -> Result<Verdict> {
    let (service, version) = in_hand(ground, request, scope).await?;
    let claim = service.claim_of(&scope.run_id)?;
    match service.percent(version.version_id) {
        100 => {
            return Ok(Verdict::Advance {
                because: "it was promoted".to_owned(),
            });
        }
        0 => {
            return Err(Error::new(
                Code::Cancelled,
                format!(
                    "{} of `{}` was rolled back while it was watched",
                    version.version_id, request.service_id
                ),
            ));
        }
        _ => {}
    }
    let since = claim.shifted_at.unwrap_or(claim.since);
    // A look is a call too, so that a service nobody calls is not judged by nothing. What it comes
    // to stands in the log beside the calls of others.
    let probed = probe(ground, request, &version).await;
    let of = |version_id| CallFilter {
        version_id: Some(version_id),
        since: Some(since),
        ..CallFilter::default()
    };
    let log = ground.log.as_ref();
    let canary = measured(log, &request.service_id, &of(version.version_id)).await?;
    let before = match claim.before.iter().max_by_key(|share| share.percent) {
        Some(share) => measured(log, &request.service_id, &of(share.version_id)).await?,
        None => tdev_core::service::Metrics::default(),
    };
    match judge(request, &canary, &before, since, ground.clock.now()) {
        Verdict::Return { because } => Err(Error::new(
            Code::HealthCheckFailed,
            format!(
                "{} of `{}` failed as a canary: {because}",
                version.version_id, request.service_id
            ),
        )
        .hint(format!(
            "read why with `tdev logs {}`, and deploy again",
            request.service_id
        ))),
        verdict => {
            // A canary that fails its own check goes on only while its calls say otherwise.
            match (probed, &verdict) {
                (Err(error), Verdict::Advance { .. }) => Err(error),
                _ => Ok(verdict),
            }
        }
    }
}

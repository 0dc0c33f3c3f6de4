//! Giving calls to the new version: some, or all.

use serde_json::{Value, json};
use tdev_core::Result;
use tdev_core::ports::Scope;
use tdev_core::service::{DeployRequest, Strategy, look_again};

use super::Ground;
use super::change::{Told, change};

/// Gives the new version its first calls.
pub(super) async fn shift(
    ground: &Ground,
    request: &DeployRequest,
    scope: &Scope,
) -> Result<Value> {
    let now = ground.clock.now();
    let told = told(request, scope, "shift");
    let service = change(ground, &request.service_id, &told, |service| {
        service.shifted(&scope.run_id, request, now)
    })
    .await?;
    ground.targets.of(request.target)?.shift(&service).await?;
    let version = service.claim_of(&scope.run_id)?.version_id;
    let watch = request.strategy == Strategy::Canary && service.percent(version) < 100;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a request holds a day of minutes at most"
    )]
    let all = chrono::TimeDelta::milliseconds((request.minutes * 60_000.0).round() as i64);
    let seconds = if all > chrono::TimeDelta::zero() {
        look_again(all)
    } else {
        0
    };
    Ok(json!({"traffic": service.traffic, "watch": watch, "seconds": seconds}))
}

/// Gives a canary every call.
pub(super) async fn advance(
    ground: &Ground,
    request: &DeployRequest,
    scope: &Scope,
) -> Result<Value> {
    let now = ground.clock.now();
    let told = told(request, scope, "advance");
    let service = change(ground, &request.service_id, &told, |service| {
        let version = service.claim_of(&scope.run_id)?.version_id;
        // Whoever promoted it meanwhile has done it already.
        match service.percent(version) {
            100 => Ok(service),
            _ => service.advanced(&scope.run_id, now),
        }
    })
    .await?;
    ground.targets.of(request.target)?.shift(&service).await?;
    Ok(json!({"traffic": service.traffic}))
}

fn told<'a>(request: &'a DeployRequest, scope: &'a Scope, action: &'a str) -> Told<'a> {
    Told {
        by: &request.by,
        action,
        run_id: &scope.run_id,
    }
}

//! Whatever is done to a service in whatever order, its record stays sound.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::strategy::Strategy as _;
use serde_json::{Map, json};

use super::Strategy;
use super::*;
use crate::component::VersionId;
use crate::schema::Schema;
use crate::workflow::Workflow;
use crate::{Code, Error};

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_366_400, 0).unwrap()
}

fn sealed(description: &str) -> Sealed {
    Sealed::of(Definition {
        format: FORMAT.to_owned(),
        service_id: "words".to_owned(),
        workflow: Workflow {
            id: "flow".to_owned(),
            description: description.to_owned(),
            ..Workflow::default()
        },
        nested: Vec::new(),
        state_machine: json!({}),
        components: Vec::new(),
        config: std::collections::BTreeMap::new(),
        limits: Limits::default(),
        secrets: Vec::new(),
        permissions: Vec::new(),
        experimental: Vec::new(),
        entry: Entry {
            input_schema: Schema::any_object(),
            output_schema: json!({}),
        },
        health: HealthCheck {
            input: Map::new(),
            because: String::new(),
        },
    })
    .unwrap()
}

/// What can happen to a service.
#[derive(Debug, Clone)]
enum Act {
    Claim(u8, Strategy),
    Shift(u8),
    Advance(u8),
    Finish(u8),
    Undo(u8),
    Point(u32),
    Back,
    Promote,
}

fn acts() -> impl proptest::strategy::Strategy<Value = Vec<Act>> {
    let strategy = prop_oneof![
        Just(Strategy::AllAtOnce),
        Just(Strategy::BlueGreen),
        Just(Strategy::Canary)
    ];
    let act = prop_oneof![
        3 => (0..4_u8, strategy).prop_map(|(run, strategy)| Act::Claim(run, strategy)),
        3 => (0..4_u8).prop_map(Act::Shift),
        2 => (0..4_u8).prop_map(Act::Advance),
        3 => (0..4_u8).prop_map(Act::Finish),
        1 => (0..4_u8).prop_map(Act::Undo),
        1 => (0..6_u32).prop_map(Act::Point),
        1 => Just(Act::Back),
        1 => Just(Act::Promote),
    ];
    prop::collection::vec(act, 0..60)
}

fn request(strategy: Strategy) -> DeployRequest {
    DeployRequest {
        strategy,
        ..DeployRequest::of("words")
    }
}

fn done(service: &Service, act: &Act, at: DateTime<Utc>) -> crate::Result<Option<Service>> {
    let service = service.clone();
    let run = |n: &u8| format!("run-{n}");
    let asked = |service: &Service| {
        let version = service.deploying.as_ref().map(|claim| claim.version_id);
        let strategy = version
            .and_then(|v| service.version(v))
            .map_or(Strategy::AllAtOnce, |v| v.strategy);
        request(strategy)
    };
    let changed = match act {
        Act::Claim(n, strategy) => {
            service.claimed(&run(n), &sealed(&run(n)), &request(*strategy), at)?
        }
        Act::Shift(n) => {
            let request = asked(&service);
            service.shifted(&run(n), &request, at)?
        }
        Act::Advance(n) => service.advanced(&run(n), at)?,
        Act::Finish(n) => {
            let request = asked(&service);
            service.finished(&run(n), request.strategy, at)?.service
        }
        Act::Undo(n) => {
            let failure = Failure {
                deployment_id: run(n),
                at,
                stage: "check".to_owned(),
                error: Error::new(Code::HealthCheckFailed, "it does not work"),
            };
            let restored = service.restored(&run(n), at)?;
            return Ok(restored.undone(&run(n), failure)?.service);
        }
        Act::Point(n) => service.pointed(VersionId(*n), at)?,
        Act::Back => {
            let to = service.earlier()?;
            service.pointed(to, at)?
        }
        Act::Promote => {
            let to = service.candidate()?;
            service.pointed(to, at)?
        }
    };
    Ok(Some(changed))
}

fn sound(service: &Service) {
    let sum: u32 = service.traffic.iter().map(|s| u32::from(s.percent)).sum();
    assert!(sum == 100 || service.traffic.is_empty(), "{service:?}");
    for share in &service.traffic {
        assert!(service.version(share.version_id).is_some(), "{service:?}");
    }
    let claimed = service.deploying.as_ref().map(|claim| claim.version_id);
    let mut last = VersionId(0);
    for version in &service.versions {
        assert!(version.version_id > last, "a number is never used twice");
        last = version.version_id;
        let on_its_way = version.state == VersionState::Installing;
        assert_eq!(
            on_its_way,
            claimed == Some(version.version_id),
            "{service:?}"
        );
        let answers = service.percent(version.version_id) > 0;
        let active = version.state == VersionState::Active;
        assert!(!active || answers, "{service:?}");
        assert!(!answers || active || on_its_way, "{service:?}");
    }
    for draw in 0..100 {
        assert_eq!(route(&service.traffic, draw).is_some(), sum == 100);
    }
}

proptest! {
    #[test]
    fn whatever_is_done_in_whatever_order_the_record_stays_sound(acts in acts()) {
        let mut service = Service::new(&request(Strategy::AllAtOnce), "demo", noon());
        let mut at = noon();
        for act in &acts {
            at += TimeDelta::seconds(1);
            let answered = !service.traffic.is_empty();
            let first = service.deploying.as_ref().is_some_and(|claim| claim.before.is_empty());
            match done(&service, act, at) {
                Ok(Some(next)) => service = next,
                Ok(None) => service = Service::new(&request(Strategy::AllAtOnce), "demo", at),
                Err(error) => prop_assert!(
                    matches!(error.code, Code::Conflict | Code::Cancelled | Code::ServiceNotFound),
                    "{error}"
                ),
            }
            sound(&service);
            // Who answered goes on doing so until something is ready to take over; only where nobody
            // answered before a deployment does its undoing leave nobody.
            if answered && !first {
                prop_assert!(!service.traffic.is_empty(), "{act:?} left nobody to answer");
            }
        }
    }

    #[test]
    fn the_shares_are_kept_exactly(percent in 1..=99_u8) {
        let shares = [
            Share { version_id: VersionId(1), percent: 100 - percent },
            Share { version_id: VersionId(2), percent },
        ];
        let second = (0..100).filter(|d| route(&shares, *d) == Some(VersionId(2))).count();
        prop_assert_eq!(second, usize::from(percent));
    }
}

fn metrics(calls: u64, failed: u64) -> Metrics {
    #[expect(clippy::cast_precision_loss, reason = "small numbers of a test")]
    let percent = if calls == 0 {
        0.0
    } else {
        failed as f64 * 100.0 / calls as f64
    };
    Metrics {
        calls,
        failed,
        error_percent: percent,
        ..Metrics::default()
    }
}

#[test]
fn a_canary_is_judged_by_its_calls_and_by_the_time() {
    let canary = DeployRequest {
        strategy: Strategy::Canary,
        minutes: 2.0,
        max_error_percent: 5.0,
        ..DeployRequest::of("words")
    };
    let word = |calls, failed, before: Metrics, seconds| {
        let now = noon() + TimeDelta::seconds(seconds);
        match judge(&canary, &metrics(calls, failed), &before, noon(), now) {
            Verdict::Wait { seconds } => format!("wait {seconds}"),
            Verdict::Advance { .. } => "advance".to_owned(),
            Verdict::Return { because } => because,
        }
    };
    let fine = metrics(100, 0);
    assert_eq!(word(50, 0, fine, 0), "wait 15");
    assert_eq!(word(50, 0, fine, 118), "wait 2");
    assert_eq!(word(50, 0, fine, 120), "advance");
    assert_eq!(word(0, 0, fine, 120), "advance");
    assert_eq!(word(100, 5, fine, 120), "advance");
    assert_eq!(
        word(100, 6, fine, 1),
        "6 of 100 calls failed (6.0%), and 5.0% may"
    );
    assert_eq!(
        word(1, 1, fine, 1),
        "1 of 1 calls failed (100.0%), and 5.0% may"
    );
    assert_eq!(word(100, 6, metrics(100, 8), 1), "wait 15");
    // A clock that was set back makes nobody advance.
    assert_eq!(word(50, 0, fine, -3600), "wait 15");
}

#[test]
fn metrics_tell_failures_from_refusals_and_know_their_quantiles() {
    let call = |ms: f64, refused: bool, error: Option<Code>| ServiceCall {
        id: "c".to_owned(),
        service_id: "words".to_owned(),
        version_id: VersionId(1),
        kind: CallKind::Live,
        at: noon(),
        duration_ms: ms,
        refused,
        error: error.map(|code| Error::new(code, "why")),
        steps: Vec::new(),
    };
    let mut calls: Vec<ServiceCall> = (1..=100)
        .map(|ms| call(f64::from(ms), false, None))
        .collect();
    calls.push(call(1.0, true, Some(Code::InvalidInput)));
    calls.push(call(9999.0, false, Some(Code::ComponentFailed)));
    let metrics = Metrics::of(&calls);
    assert_eq!(
        (metrics.calls, metrics.failed, metrics.refused),
        (102, 1, 1)
    );
    assert_eq!((metrics.p50_ms, metrics.p95_ms), (50.0, 95.0));
    assert!((metrics.error_percent - 100.0 / 101.0).abs() < 1e-9);
    assert_eq!(Metrics::of(&[]), Metrics::default());
}

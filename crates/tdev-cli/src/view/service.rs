//! Services: how they stand, what a deployment would do, what became of their calls.

use chrono::SecondsFormat;
use tdev_agents::deployer::Plan;
use tdev_core::service::{Level, LogEntry, Metrics, Service, ServiceStatus, VersionState};

use super::table::{self, Cell};
use super::{Line, Look};

/// A service in a list.
pub(crate) fn row(service: &Service) -> Vec<Cell> {
    let (look, status) = standing(service);
    vec![
        (Look::Name, service.service_id.clone()),
        (look, status.to_owned()),
        (Look::Plain, service.target.as_str().to_owned()),
        (Look::Plain, traffic(service)),
        (Look::Plain, service.workflow_id.clone()),
        (
            Look::Faint,
            service.updated_at.format("%m-%d %H:%M:%S").to_string(),
        ),
    ]
}

/// What stands after something was changed.
pub(crate) fn deployed(service: &Service, changed: bool) -> Vec<Line> {
    let mark = if changed { "✓ " } else { "= " };
    let mut line = Line::new()
        .with(Look::Good, mark)
        .with(Look::Name, service.service_id.as_str())
        .and(" ")
        .with(Look::Strong, traffic(service))
        .with(Look::Faint, format!("  {}", service.workflow_id));
    if !changed {
        line = line.with(Look::Faint, "  nothing changed");
    }
    vec![line]
}

/// The whole of a service; `metrics` are those of its versions, in their order.
pub(crate) fn status(service: &Service, metrics: &[Metrics], width: usize) -> Vec<Line> {
    let (look, word) = standing(service);
    let mut lines = vec![
        Line::new()
            .with(Look::Name, service.service_id.as_str())
            .and("  ")
            .with(look, word)
            .with(
                Look::Faint,
                format!("  on {}, {}", service.target.as_str(), service.workflow_id),
            ),
    ];
    if let Some(claim) = &service.deploying {
        lines.push(Line::plain(format!(
            "deploying {} since {} (deployment {})",
            claim.version_id,
            claim.since.format("%H:%M:%S UTC"),
            claim.deployment_id
        )));
    }
    let rows: Vec<Vec<Cell>> = service
        .versions
        .iter()
        .rev()
        .map(|version| {
            let at = service.versions.iter().position(|v| v == version);
            let measured = at
                .and_then(|at| metrics.get(at))
                .copied()
                .unwrap_or_default();
            let (look, state) = match version.state {
                VersionState::Installing => (Look::Care, "installing"),
                VersionState::Standby => (Look::Plain, "standby"),
                VersionState::Active => (Look::Good, "active"),
                VersionState::Retired => (Look::Faint, "retired"),
            };
            let percent = service.percent(version.version_id);
            let failed = if measured.failed > 0 {
                Look::Bad
            } else {
                Look::Plain
            };
            vec![
                (Look::Strong, version.version_id.to_string()),
                (look, state.to_owned()),
                (Look::Plain, format!("{percent}%")),
                (Look::Plain, measured.calls.to_string()),
                (failed, measured.failed.to_string()),
                (Look::Plain, format!("{:.1}", measured.p50_ms)),
                (Look::Plain, format!("{:.1}", measured.p95_ms)),
                (
                    Look::Faint,
                    version.definition.get(..8).unwrap_or_default().to_owned(),
                ),
                (Look::Plain, version.workflow_id.clone()),
            ]
        })
        .collect();
    let heading = [
        "ver",
        "state",
        "share",
        "calls",
        "failed",
        "p50 ms",
        "p95 ms",
        "definition",
        "workflow",
    ];
    lines.push(Line::new());
    lines.extend(table::lines(&heading, &rows, width));
    if let Some(failure) = &service.last_failure {
        lines.push(Line::new());
        lines.push(
            Line::new()
                .with(Look::Bad, "the last deployment failed ")
                .and(format!(
                    "({}, {}): {}",
                    failure.stage,
                    failure.at.format("%m-%d %H:%M:%S UTC"),
                    failure.error.message
                )),
        );
        if let Some(hint) = &failure.error.hint {
            lines.push(Line::new().with(Look::Faint, format!("  {hint}")));
        }
    }
    lines
}

/// What a deployment would do.
pub(crate) fn plan(plan: &Plan, diff: bool) -> Vec<Line> {
    let next = plan.version_id.as_deref().or(plan.current.as_deref());
    let mut lines = vec![
        Line::new()
            .with(Look::Name, plan.service_id.as_str())
            .and(" ")
            .with(Look::Strong, next.unwrap_or_default())
            .with(
                Look::Faint,
                format!(
                    "  {} on {}, {}",
                    plan.workflow_id,
                    plan.target.as_str(),
                    plan.strategy.as_str()
                ),
            ),
        Line::new().with(Look::Faint, format!("definition {}", plan.definition)),
    ];
    heading(&mut lines, "what would happen");
    for (step, number) in plan.steps.iter().zip(1..) {
        lines.push(Line::plain(format!("  {number}. {step}")));
    }
    heading(&mut lines, "what runs");
    for component in &plan.components {
        let hash = component.hash.get(..12).unwrap_or_default();
        lines.push(
            Line::plain("  ")
                .column(Look::Name, &component.component, 32)
                .column(Look::Plain, &component.status, 14)
                .with(Look::Faint, hash),
        );
    }
    heading(&mut lines, "what it may touch");
    if plan.permissions.is_empty() {
        lines.push(Line::plain("  nothing outside of itself"));
    }
    for permission in &plan.permissions {
        lines.push(
            Line::plain("  ")
                .column(Look::Strong, &permission.kind, 10)
                .with(Look::Plain, permission.scope.as_str()),
        );
        for because in &permission.because {
            lines.push(Line::new().with(Look::Faint, format!("    {because}")));
        }
    }
    for secret in &plan.secrets {
        lines.push(
            Line::plain("  ")
                .column(Look::Strong, "secret", 10)
                .and(secret.as_str()),
        );
    }
    heading(&mut lines, "what it costs");
    lines.push(
        Line::plain("  ")
            .with(Look::Strong, plan.cost_class.as_str())
            .and(format!(": {}", plan.cost_because)),
    );
    heading(&mut lines, "what the health check is called with");
    let input = serde_json::to_string(&plan.health_input).unwrap_or_default();
    lines.push(Line::plain(format!("  {input}")));
    lines.push(Line::new().with(Look::Faint, format!("  {}", plan.health_because)));
    if diff {
        heading(&mut lines, "what changes");
        lines.extend(differences(plan));
    }
    lines
}

/// What changes against the version that answers now.
pub(crate) fn differences(plan: &Plan) -> Vec<Line> {
    let Some(current) = &plan.current else {
        return vec![Line::plain("  everything: nothing answers yet")];
    };
    if plan.differences.is_empty() {
        return vec![Line::plain(format!("  nothing against {current}"))];
    }
    let text = |difference: &serde_json::Value, field: &str| {
        difference[field].as_str().unwrap_or_default().to_owned()
    };
    plan.differences
        .iter()
        .map(|difference| {
            let sign = text(difference, "sign");
            let look = match sign.as_str() {
                "+" => Look::Good,
                "-" => Look::Bad,
                _ => Look::Care,
            };
            Line::plain("  ")
                .with(look, format!("{sign} "))
                .column(Look::Faint, &text(difference, "part"), 12)
                .and(text(difference, "what"))
        })
        .collect()
}

/// A line of a service's log.
pub(crate) fn entry(entry: &LogEntry) -> Line {
    let (look, level) = match entry.level {
        Level::Info => (Look::Plain, "info "),
        Level::Warn => (Look::Care, "warn "),
        Level::Error => (Look::Bad, "error"),
    };
    let call = entry.call_id.get(entry.call_id.len().saturating_sub(8)..);
    let line = Line::new()
        .with(
            Look::Faint,
            entry.at.to_rfc3339_opts(SecondsFormat::Millis, true),
        )
        .and(" ")
        .with(look, level)
        .with(
            Look::Faint,
            format!(" {} {} ", entry.version_id, call.unwrap_or_default()),
        );
    let line = if entry.step.is_empty() {
        line
    } else {
        line.with(Look::Name, entry.step.as_str())
            .with(Look::Faint, format!(" ({}) ", entry.component))
    };
    line.and(entry.message.as_str())
}

fn heading(lines: &mut Vec<Line>, title: &str) {
    lines.push(Line::new());
    lines.push(Line::new().with(Look::Faint, title));
}

fn standing(service: &Service) -> (Look, &'static str) {
    match (service.status, &service.deploying) {
        (ServiceStatus::Deploying, _) => (Look::Care, "deploying"),
        (ServiceStatus::Active, Some(_)) => (Look::Care, "active, deploying"),
        (ServiceStatus::Active, None) => (Look::Good, "active"),
    }
}

fn traffic(service: &Service) -> String {
    let shares: Vec<String> = service
        .traffic
        .iter()
        .map(|share| format!("{} {}%", share.version_id, share.percent))
        .collect();
    shares.join(", ")
}

//! `tdev logs`: what became of a service's calls.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tdev_core::component::VersionId;
use tdev_core::ports::CallFilter;
use tdev_core::service::ServiceCall;

use crate::app::App;
use crate::console::Console;
use crate::outcome::{Exit, Outcome};
use crate::view::service;

/// How often a log that is followed is looked at.
const LOOK: Duration = Duration::from_millis(300);

/// Show what became of a service's calls, a line for each step and each call
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev logs policy-matcher
  tdev logs policy-matcher --follow
  tdev logs policy-matcher --since 2h --version v2")]
pub(crate) struct Args {
    /// The service's id
    #[arg(value_name = "SERVICE")]
    service: String,
    /// Go on with what comes, until Ctrl-C
    #[arg(long, short)]
    follow: bool,
    /// Only calls since then: 30s, 10m, 2h, 1d, or a time as 2026-01-31T12:00:00Z
    #[arg(long, value_name = "WHEN", value_parser = since)]
    since: Option<Since>,
    /// Only calls this version answered
    #[arg(long, value_name = "VERSION")]
    version: Option<VersionId>,
    /// How many calls
    #[arg(long, short = 'n', default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    limit: u16,
}

/// The longest a call is waited for before its line: no service may take longer.
const LATE: TimeDelta = TimeDelta::minutes(15);

/// A moment, or how long ago it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Since {
    At(DateTime<Utc>),
    Ago(TimeDelta),
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    app.services()?.get(&args.service).await?;
    let log = app.service_log()?;
    let mut filter = CallFilter {
        version_id: args.version,
        since: args.since.map(|since| match since {
            Since::At(at) => at,
            Since::Ago(ago) => app.clock().now() - ago,
        }),
        ..CallFilter::default()
    };
    let mut limit = usize::from(args.limit);
    let mut shown: HashSet<String> = HashSet::new();
    loop {
        let calls = log.calls(&args.service, &filter, limit).await?;
        let fresh = calls.iter().filter(|call| !shown.contains(&call.id));
        show(fresh, console);
        if !args.follow {
            return Ok(Exit::Done);
        }
        // A call is kept when it ends and stands where it began, so one that took long comes after
        // others that began later: what began a while ago is looked at again.
        let late = app.clock().now() - LATE;
        let first = calls.first().map_or(late, |call| call.at);
        filter.since = filter
            .since
            .max(Some(late))
            .max((limit != usize::MAX).then_some(first));
        shown = calls.into_iter().map(|call| call.id).collect();
        limit = usize::MAX;
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = tokio::signal::ctrl_c() => return Ok(Exit::Done),
        }
    }
}

fn show<'a>(calls: impl Iterator<Item = &'a ServiceCall>, console: &Console) {
    for entry in calls.flat_map(ServiceCall::entries) {
        if console.json() {
            console.record(&entry);
        } else {
            console.result(&[service::entry(&entry)]);
        }
    }
}

fn since(text: &str) -> Result<Since, String> {
    let unsaid = || format!("`{text}` is no time: write 30s, 10m, 2h, 1d or 2026-01-31T12:00:00Z");
    if let Ok(at) = text.parse::<DateTime<Utc>>() {
        return Ok(Since::At(at));
    }
    let unit = text.chars().last().ok_or_else(unsaid)?;
    let number = text.strip_suffix(unit).and_then(|n| n.parse::<i64>().ok());
    let number = number.filter(|n| *n >= 0).ok_or_else(unsaid)?;
    let ago = match unit {
        's' => TimeDelta::try_seconds(number),
        'm' => TimeDelta::try_minutes(number),
        'h' => TimeDelta::try_hours(number),
        'd' => TimeDelta::try_days(number),
        _ => None,
    };
    ago.map(Since::Ago).ok_or_else(unsaid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_span_or_a_moment() {
        assert_eq!(since("90s"), Ok(Since::Ago(TimeDelta::seconds(90))));
        assert_eq!(since("2h"), Ok(Since::Ago(TimeDelta::hours(2))));
        assert!(matches!(since("2026-01-31T12:00:00Z"), Ok(Since::At(_))));
        for wrong in ["", "h", "-1h", "5 minutes", "1y", "9223372036854775807d"] {
            assert!(since(wrong).is_err(), "{wrong}");
        }
    }
}

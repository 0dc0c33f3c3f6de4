//! Driving a run to its end while somebody watches.

mod ask;
mod detach;
mod ending;
mod watch;

use std::time::Duration;

use tdev_core::run::{Run, RunEvent};
use tdev_core::{Code, Error, Result};
use tokio::task::JoinHandle;

use crate::app::App;
use crate::console::Console;

pub(crate) use ask::answer;
pub(crate) use detach::detach;
pub(crate) use ending::{conclude, onwards, steps_of};
use watch::Watch;

/// How many events are read at once.
const PAGE: usize = 500;

/// A run at its end, and what happened on the way.
pub(crate) struct Driven {
    pub(crate) run: Run,
    pub(crate) events: Vec<RunEvent>,
}

/// Drives a run, or watches another process drive it, until it ends. Nothing where the keyboard
/// interrupts: what is journalled stays, and the run can be resumed.
pub(crate) async fn to_end(app: &App, console: &Console, run_id: &str) -> Result<Option<Driven>> {
    let mut driving = Some(begin(app, run_id)?);
    let mut watch = Watch::new(*console);
    let mut asked = ask::Asked::default();
    let mut events = Vec::new();
    loop {
        let patience = if console.live() {
            Duration::from_millis(100)
        } else {
            Duration::from_millis(500)
        };
        let last = events.last().map_or(0, |event: &RunEvent| event.seq);
        let store = app.events()?;
        tokio::select! {
            driven = ended(&mut driving) => match driven {
                // Another process drives it, and tells through the store.
                Err(error) if error.code == Code::Locked => driving = None,
                driven => {
                    let run = driven.inspect_err(|_| watch.leave())?;
                    news(app, run_id, &mut events, &mut watch).await?;
                    watch.close();
                    return Ok(Some(Driven { run, events }));
                }
            },
            waited = store.wait(run_id, last, patience) => waited?,
            pressed = tokio::signal::ctrl_c() => {
                if pressed.is_ok() {
                    watch.leave();
                    return Ok(None);
                }
            }
        }
        news(app, run_id, &mut events, &mut watch).await?;
        if driving.is_none() {
            let run = app.runs()?.get(run_id).await?;
            if run.status.ended() {
                watch.close();
                return Ok(Some(Driven { run, events }));
            }
            // Its driver may have died since.
            driving = Some(begin(app, run_id)?);
        }
        if watch.progress().waiting() && asked.pending(app, run_id, &mut watch).await? {
            return Ok(None);
        }
        watch.draw();
    }
}

fn begin(app: &App, run_id: &str) -> Result<JoinHandle<Result<Run>>> {
    let orchestrator = app.orchestrator()?;
    let run_id = run_id.to_owned();
    Ok(tokio::spawn(
        async move { orchestrator.drive(&run_id).await },
    ))
}

async fn ended(driving: &mut Option<JoinHandle<Result<Run>>>) -> Result<Run> {
    match driving {
        Some(handle) => handle.await.unwrap_or_else(|fault| {
            Err(Error::new(
                Code::Internal,
                format!("the run was lost: {fault}"),
            ))
        }),
        None => std::future::pending().await,
    }
}

async fn news(
    app: &App,
    run_id: &str,
    events: &mut Vec<RunEvent>,
    watch: &mut Watch,
) -> Result<()> {
    let store = app.events()?;
    loop {
        let last = events.last().map_or(0, |event| event.seq);
        let page = store.after(run_id, last, PAGE).await?;
        let whole = page.len() < PAGE;
        for event in page {
            watch.tell(&event);
            events.push(event);
        }
        if whole {
            return Ok(());
        }
    }
}

/// Every event of a run so far.
pub(crate) async fn events_of(app: &App, run_id: &str) -> Result<Vec<RunEvent>> {
    let store = app.events()?;
    let mut events: Vec<RunEvent> = Vec::new();
    loop {
        let last = events.last().map_or(0, |event| event.seq);
        let page = store.after(run_id, last, PAGE).await?;
        let whole = page.len() < PAGE;
        events.extend(page);
        if whole {
            return Ok(events);
        }
    }
}

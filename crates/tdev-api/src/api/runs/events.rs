//! `GET /api/runs/{id}/events`: every event of a run, live, as server-sent events.
//!
//! Each message is a run event with its position as `id`; `Last-Event-ID` goes on after it. After
//! the run's end comes one `end` message with its status, and the stream is over.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::unfold;
use serde_json::json;
use tdev_core::run::{RunEvent, RunStatus};
use tdev_core::{Code, Error, Result};

use crate::extract::IdPath;
use crate::problem::Problem;
use crate::runs::{event_view, find};
use crate::state::Api;

/// Events read at once.
const BATCH: usize = 256;

/// One wait for news; silence in between is filled with comments.
const PATIENCE: Duration = Duration::from_secs(60);

/// The stream of a run's events.
pub(crate) async fn get(
    State(api): State<Api>,
    IdPath(id): IdPath,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let seq = last_event_id(&headers)?;
    let run = find(&api, &id).await?;
    let heartbeat = KeepAlive::new()
        .interval(api.options.heartbeat)
        .text("heartbeat");
    let feed = Feed {
        api,
        run_id: run.id,
        seq,
        ready: VecDeque::new(),
        over: false,
    };
    let events = unfold(feed, |mut feed| async move {
        let event = feed.next().await?;
        Some((Ok::<_, Infallible>(event), feed))
    });
    let mut response = Sse::new(events).keep_alive(heartbeat).into_response();
    response.headers_mut().insert(
        "x-accel-buffering",
        axum::http::HeaderValue::from_static("no"),
    );
    Ok(response)
}

fn last_event_id(headers: &HeaderMap) -> Result<i64> {
    let Some(id) = headers.get("last-event-id").filter(|id| !id.is_empty()) else {
        return Ok(0);
    };
    id.to_str()
        .ok()
        .and_then(|id| id.parse().ok())
        .filter(|seq| *seq >= 0)
        .ok_or_else(|| {
            Error::new(Code::InvalidInput, "this is not the id of an event")
                .field("Last-Event-ID")
                .hint("pass the last `id` that was received, or none")
        })
}

/// A place in the events of a run.
struct Feed {
    api: Api,
    run_id: String,
    /// The last event handed out.
    seq: i64,
    ready: VecDeque<RunEvent>,
    over: bool,
}

impl Feed {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                self.seq = event.seq;
                return Some(message(event));
            }
            if self.over {
                return None;
            }
            match self.read().await {
                Ok(None) => {}
                Ok(Some(status)) => {
                    self.over = true;
                    let end = json!({"run_id": self.run_id, "status": status});
                    return Some(Event::default().event("end").data(end.to_string()));
                }
                Err(fault) => {
                    self.over = true;
                    let problem = Problem::from(fault).of_run(&self.run_id).into_json();
                    return Some(Event::default().event("error").data(problem.to_string()));
                }
            }
        }
    }

    /// Reads what is new, waiting where nothing is; the status once the run has ended and all of
    /// its events have been handed out.
    async fn read(&mut self) -> Result<Option<RunStatus>> {
        let services = &self.api.services;
        // The status first: the events of a run that has ended are all there.
        let status = services.runs.get(&self.run_id).await?.status;
        let batch = services.events.after(&self.run_id, self.seq, BATCH).await?;
        self.ready.extend(batch);
        if !self.ready.is_empty() {
            return Ok(None);
        }
        if status.ended() {
            return Ok(Some(status));
        }
        services
            .events
            .wait(&self.run_id, self.seq, PATIENCE)
            .await?;
        Ok(None)
    }
}

fn message(event: RunEvent) -> Event {
    let id = event.seq.to_string();
    Event::default()
        .id(id)
        .data(json!(event_view(event)).to_string())
}

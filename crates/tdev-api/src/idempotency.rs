//! `Idempotency-Key` on routes that begin no run: the first answer is kept and given again.
//!
//! Answers are kept in memory, for the life of the process and within bounds. Work goes on when
//! its client leaves, so that a retry finds the answer instead of doing it twice.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tdev_core::{Code, Error};
use tokio::sync::OnceCell;

use crate::extract::{IdempotencyKey, bytes, fingerprint};
use crate::problem::{Problem, Refusal};
use crate::state::Api;

const MOST_ANSWERS: usize = 1024;
const MOST_BYTES: usize = 64 << 20;

/// Answers by key.
#[derive(Default)]
pub(crate) struct Answers(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    by_key: HashMap<String, Arc<Slot>>,
    /// Keys, oldest first.
    order: VecDeque<String>,
    bytes: usize,
}

struct Slot {
    fingerprint: String,
    answer: OnceCell<Answer>,
}

#[derive(Clone)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// Answers a request with a known key as it was answered first. Concurrent requests of one key
/// are one piece of work; what failed on the server's side may be tried again.
pub(crate) async fn remember(State(api): State<Api>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    match IdempotencyKey::of(request.headers()) {
        Ok(IdempotencyKey(None)) => next.run(request).await,
        Ok(IdempotencyKey(Some(key))) => once(api, key, request, next)
            .await
            .unwrap_or_else(IntoResponse::into_response),
        Err(fault) => Problem::from(fault).into_response(),
    }
}

async fn once(api: Api, key: String, request: Request, next: Next) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let body = bytes(body).await?;
    let slot = api
        .answers
        .slot(&key, fingerprint(&head.uri.to_string(), &body))?;
    let work = tokio::spawn(async move {
        let answered = slot
            .answer
            .get_or_try_init(|| async {
                let response = next.run(Request::from_parts(head, Body::from(body))).await;
                let answer = Answer::of(response).await?;
                if !answer.is_final() {
                    return Err(answer);
                }
                api.answers.weigh(&key, answer.body.len());
                Ok(answer)
            })
            .await;
        answered.map_or_else(|fresh| fresh, Clone::clone)
    });
    match work.await {
        Ok(answer) => Ok(answer.into_response()),
        Err(lost) => {
            Err(Error::new(Code::Internal, format!("the request was lost: {lost}")).into())
        }
    }
}

impl Answers {
    /// The slot of a key: the one that is there, or a new one.
    fn slot(&self, key: &str, fingerprint: String) -> Result<Arc<Slot>, Refusal> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = kept.by_key.get(key) {
            let same = slot.fingerprint == fingerprint;
            return same
                .then(|| Arc::clone(slot))
                .ok_or(Refusal::IdempotencyKeyReused);
        }
        let slot = Arc::new(Slot {
            fingerprint,
            answer: OnceCell::new(),
        });
        kept.by_key.insert(key.to_owned(), Arc::clone(&slot));
        kept.order.push_back(key.to_owned());
        kept.shrink();
        Ok(slot)
    }

    /// Counts what an answer takes, and lets the oldest go where it is too much.
    fn weigh(&self, key: &str, bytes: usize) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.by_key.contains_key(key) {
            kept.bytes += bytes;
            kept.shrink();
        }
    }
}

impl Kept {
    fn shrink(&mut self) {
        while self.order.len() > MOST_ANSWERS || self.bytes > MOST_BYTES {
            let Some(oldest) = self.order.pop_front() else {
                self.bytes = 0;
                return;
            };
            let gone = self.by_key.remove(&oldest);
            let freed = gone.and_then(|slot| slot.answer.get().map(|answer| answer.body.len()));
            self.bytes = self.bytes.saturating_sub(freed.unwrap_or(0));
        }
    }
}

impl Answer {
    async fn of(response: Response) -> Result<Self, Self> {
        let (head, body) = response.into_parts();
        match axum::body::to_bytes(body, usize::MAX).await {
            Ok(body) => Ok(Self {
                status: head.status,
                headers: head.headers,
                body,
            }),
            Err(_) => Err(Self {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                headers: HeaderMap::new(),
                body: Bytes::new(),
            }),
        }
    }

    /// Whether asking again could not end otherwise.
    fn is_final(&self) -> bool {
        let passing = [Code::Conflict, Code::Locked, Code::ApprovalExpired];
        !self.status.is_server_error()
            && !passing
                .iter()
                .any(|code| code.http_status() == self.status.as_u16())
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        (self.status, self.headers, self.body).into_response()
    }
}

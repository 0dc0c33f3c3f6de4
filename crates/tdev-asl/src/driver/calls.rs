//! The calls under way: mostly there is one, and one alone costs no set.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::FutureExt as _;
use futures::future::{AbortHandle, Abortable};
use futures::stream::{FuturesUnordered, StreamExt as _};
use serde_json::Value;

use super::task::TaskFailure;
use crate::ids::IdMap;

/// What came of a call.
pub(super) type Answer = Result<Value, TaskFailure>;
/// A call being made.
pub(super) type Call = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// A call that was answered.
pub(super) struct Answered {
    pub(super) id: u64,
    /// The answer only says that the call was made.
    pub(super) token: bool,
    pub(super) answer: Answer,
}

type Stoppable = Pin<Box<dyn Future<Output = (u64, Option<Answered>)> + Send>>;

#[derive(Default)]
pub(super) struct Calls {
    /// The call that was begun when there was no other.
    alone: Option<(u64, bool, Call)>,
    /// Those begun besides another. Not made before there is one.
    others: Option<Box<Others>>,
}

#[derive(Default)]
struct Others {
    calls: FuturesUnordered<Stoppable>,
    /// Which of them still matter, and the way to stop each.
    stops: IdMap<AbortHandle>,
}

impl Calls {
    pub(super) fn add(&mut self, id: u64, token: bool, call: Call) {
        if self.is_empty() {
            self.alone = Some((id, token, call));
            return;
        }
        let others = self.others.get_or_insert_default();
        let (stop, registration) = AbortHandle::new_pair();
        others.stops.insert(id, stop);
        let call = Abortable::new(call, registration);
        others.calls.push(Box::pin(async move {
            let answer = call.await.ok();
            (id, answer.map(|answer| Answered { id, token, answer }))
        }));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.alone.is_none() && self.others.as_ref().is_none_or(|o| o.stops.is_empty())
    }

    /// Stops caring for a call.
    pub(super) fn stop(&mut self, id: u64) {
        if self.alone.as_ref().is_some_and(|(alone, ..)| *alone == id) {
            self.alone = None;
        } else if let Some(others) = &mut self.others
            && let Some(stop) = others.stops.remove(&id)
        {
            stop.abort();
            if others.stops.is_empty() {
                self.others = None;
            }
        }
    }

    /// The next answer, `None` once nothing is under way.
    pub(super) async fn next(&mut self) -> Option<Answered> {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// An answer that is there already. Whatever is not there has to be asked for with
    /// [`Calls::next`] before anyone sleeps, for nobody is woken by this.
    pub(super) fn ready(&mut self) -> Option<Answered> {
        self.next().now_or_never().flatten()
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Answered>> {
        if let Some((id, token, call)) = &mut self.alone
            && let Poll::Ready(answer) = call.as_mut().poll(context)
        {
            let (id, token) = (*id, *token);
            self.alone = None;
            return Poll::Ready(Some(Answered { id, token, answer }));
        }
        while let Some(others) = &mut self.others
            && let Poll::Ready(Some((id, answered))) = others.calls.poll_next_unpin(context)
        {
            // One that was stopped may have been answered all the same.
            if others.stops.remove(&id).is_some() && answered.is_some() {
                return Poll::Ready(answered);
            }
        }
        if self.is_empty() {
            Poll::Ready(None)
        } else {
            Poll::Pending
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    fn call(calls: &mut Calls, id: u64) -> oneshot::Sender<u64> {
        let (sender, receiver) = oneshot::channel::<u64>();
        let answer = async { Ok(Value::from(receiver.await.unwrap_or_default())) };
        calls.add(id, false, Box::pin(answer));
        sender
    }

    #[tokio::test]
    async fn each_call_is_answered_once_whoever_was_first() {
        let mut calls = Calls::default();
        let senders: Vec<_> = (1..=3).map(|id| call(&mut calls, id)).collect();
        for (id, sender) in [1, 2, 3].into_iter().zip(senders).rev() {
            sender.send(id * 10).unwrap();
            let done = calls.next().await.unwrap();
            assert_eq!((done.id, done.answer), (id, Ok(Value::from(id * 10))));
        }
        assert!(calls.is_empty());
        assert!(calls.next().await.is_none());
    }

    #[tokio::test]
    async fn a_stopped_call_is_never_answered_and_ends_at_once_if_alone() {
        let mut calls = Calls::default();
        let (first, second) = (call(&mut calls, 1), call(&mut calls, 2));
        assert!(calls.ready().is_none());
        calls.stop(1);
        assert!(first.is_closed());
        second.send(5).unwrap();
        calls.stop(2);
        assert!(calls.next().await.is_none());
        let third = call(&mut calls, 3);
        third.send(7).unwrap();
        assert_eq!(calls.ready().map(|done| done.id), Some(3));
    }
}

//! The frames of an execution: its root, and one per running branch or iteration, in one arena.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use super::context::{Identity, Item};
use super::dataset::MapRun;
use super::scope::Scope;
use crate::Json;
use crate::definition::StateId;
use crate::failure::Failure;

/// Index of a frame in the arena.
pub(crate) type FrameId = usize;

/// A place where one state at a time is executed.
#[derive(Debug)]
pub(crate) struct Frame {
    /// The frame whose Parallel or Map this one belongs to, and its place there.
    pub(crate) parent: Option<(FrameId, usize)>,
    /// The execution the frame belongs to: the children of a distributed Map have their own.
    pub(crate) identity: Arc<Identity>,
    pub(crate) state: StateId,
    /// The state's input, as it came; null once the state has used it up.
    pub(crate) input: Json,
    /// The bytes of JSON the input has at most, `usize::MAX` if that was never counted.
    pub(crate) size: usize,
    pub(crate) scope: Arc<Scope>,
    pub(crate) item: Option<Arc<Item>>,
    /// Inside a distributed Map, whose children write their own history.
    pub(crate) silent: bool,
    pub(crate) entered_at: DateTime<Utc>,
    pub(crate) entered_event: u64,
    pub(crate) last_event: u64,
    /// Attempts made under each retrier of the state.
    pub(crate) attempts: Vec<u32>,
    pub(crate) retry_count: u32,
    pub(crate) pending: Pending,
}

/// What a frame waits for.
#[derive(Debug)]
pub(crate) enum Pending {
    /// Nothing: its state is about to be entered.
    Ready,
    /// Nothing: its state was entered and has not ended well. A redrive begins it anew, and makes
    /// this call again where one was under way or failed.
    Stopped(Option<Line>),
    Task(Box<Call>),
    /// The items of a Map, being read.
    Reader(Box<Reading>),
    /// The results of a Map, being written.
    Writer(Box<Writing>),
    Wait(u64),
    Retry(u64),
    Children(Box<Children>),
}

/// A task under way.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) id: u64,
    pub(crate) timeout: Option<u64>,
    pub(crate) heartbeat: Option<(u64, Duration)>,
    pub(crate) token: Option<Arc<str>>,
    /// The end of the function's log was asked for.
    pub(crate) tail: bool,
    pub(crate) line: Line,
}

/// Calls of which each but the first is a redrive's repetition of the one before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub(crate) first: u64,
    pub(crate) redrives: u32,
}

/// What a Map has settled before its items are known.
#[derive(Debug)]
pub(crate) struct Plan {
    /// What `$` is in `ItemSelector`.
    pub(crate) effective: Json,
    pub(crate) limit: usize,
    pub(crate) tolerance: Tolerance,
    pub(crate) run: Option<Arc<MapRun>>,
}

#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) task: u64,
    pub(crate) plan: Plan,
}

#[derive(Debug)]
pub(crate) struct Writing {
    pub(crate) task: u64,
    /// What the results are of, for a redrive should they not be written.
    pub(crate) children: Box<Children>,
    /// The state's result, once everything is written.
    pub(crate) result: Json,
    /// What the state fails with then, if it does.
    pub(crate) failure: Option<Failure>,
}

/// The branches or iterations of a Parallel or Map under way.
#[derive(Debug)]
pub(crate) struct Children {
    pub(crate) results: Vec<Option<Json>>,
    /// Which of them succeeded.
    pub(crate) succeeded: Vec<bool>,
    /// Frames now running, by their place.
    pub(crate) running: Vec<Option<FrameId>>,
    pub(crate) active: usize,
    pub(crate) finished: usize,
    pub(crate) started: usize,
    pub(crate) limit: usize,
    pub(crate) failed: usize,
    /// Frames that failed or were stopped, as a redrive will find them.
    pub(crate) fallen: Vec<Frame>,
    /// Frames a redrive has still to start, the next one last.
    pub(crate) again: Vec<Frame>,
    /// How often the Map Run was redriven.
    pub(crate) redrives: u32,
    pub(crate) work: Work,
}

/// What the children are given.
#[derive(Debug)]
pub(crate) enum Work {
    /// Every branch gets the same input.
    Branches(Json),
    /// Every iteration gets an item.
    Items {
        items: Vec<Json>,
        /// What `$` is in `ItemSelector`.
        effective: Json,
        tolerance: Tolerance,
        /// The items are finished inputs: batches, made of items already selected.
        ready: bool,
        /// The run of a distributed Map.
        run: Option<Arc<MapRun>>,
    },
}

/// How many iterations of a distributed Map may fail.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tolerance {
    pub(crate) count: Option<f64>,
    pub(crate) percentage: Option<f64>,
}

impl Tolerance {
    /// Whether `failed` of `total` is too many.
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of items are far below 2^52"
    )]
    pub(crate) fn exceeded(self, failed: usize, total: usize) -> bool {
        let (failed, total) = (failed as f64, total as f64);
        match (self.count, self.percentage) {
            (None, None) => failed > 0.0,
            (count, percentage) => {
                count.is_some_and(|c| failed > c)
                    || percentage.is_some_and(|p| failed * 100.0 > p * total)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_failure_is_tolerated_unless_the_definition_says_so() {
        assert!(Tolerance::default().exceeded(1, 100));
        let tenth = Tolerance {
            count: None,
            percentage: Some(10.0),
        };
        assert!(!tenth.exceeded(10, 100));
        assert!(tenth.exceeded(11, 100));
        let two = Tolerance {
            count: Some(2.0),
            percentage: None,
        };
        assert!(!two.exceeded(2, 2));
        assert!(two.exceeded(3, 100));
    }
}

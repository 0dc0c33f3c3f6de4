//! The pure core: records in, history events and effects out. It reads no clock, no random
//! source and no environment, so the same records always give the same execution.

mod answer;
mod apply;
mod child;
mod children;
mod context;
mod dataset;
mod effect;
mod emit;
mod enter;
mod fail;
mod frame;
mod items;
mod leave;
mod limit;
mod mapping;
mod random;
mod record;
mod results;
mod scope;
mod task;
mod timers;

pub use context::TaskContext;
pub(crate) use context::{Identity, timestamp, timestamp_seconds};
pub(crate) use effect::{Effect, Job};
pub(crate) use limit::{all_within_limit, within_limit};
pub(crate) use random::Random;
pub use record::ReplayError;
pub(crate) use record::{Record, VERSION, read};
pub(crate) use scope::Scope;

use std::cell::Cell;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::Json;
use crate::definition::{State, StateMachine};
use crate::history::HistoryEvent;
use crate::template::Env;
use frame::{Frame, FrameId};

/// The most events a journalled execution may have.
pub(crate) const EVENT_LIMIT: u64 = 25_000;

/// How an execution ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// With an output.
    Succeeded,
    /// With an error.
    Failed,
    /// Later than the machine's `TimeoutSeconds`.
    TimedOut,
    /// By a command from outside.
    Aborted,
}

impl Status {
    /// AWS's name of the status.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::TimedOut => "TIMED_OUT",
            Self::Aborted => "ABORTED",
        }
    }
}

/// How an execution ended, and with what.
#[derive(Debug, Clone)]
pub(crate) struct Ending {
    pub(crate) status: Status,
    pub(crate) output: Option<Json>,
    pub(crate) error: Option<String>,
    pub(crate) cause: Option<String>,
}

/// Names and choices that hold for a whole execution.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    pub(crate) execution_arn: String,
    pub(crate) machine_name: String,
    pub(crate) machine_arn: String,
    pub(crate) role_arn: String,
    /// Whether events are kept for someone; they are counted either way.
    pub(crate) write_events: bool,
    /// Whether the limit on events holds.
    pub(crate) limit_events: bool,
}

/// What a timer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alarm {
    Execution,
    Wait(FrameId),
    Retry(FrameId),
    Timeout(FrameId),
    Heartbeat(FrameId),
}

/// One execution of a machine.
pub(crate) struct Execution {
    machine: Arc<StateMachine>,
    setting: Setting,
    identity: Option<Arc<Identity>>,
    frames: Vec<Option<Frame>>,
    free: Vec<FrameId>,
    ready: VecDeque<FrameId>,
    tasks: HashMap<u64, FrameId>,
    tokens: HashMap<Arc<str>, FrameId>,
    alarms: HashMap<u64, Alarm>,
    last_id: u64,
    last_event: u64,
    random: Cell<Random>,
    seed: u64,
    now: DateTime<Utc>,
    pub(crate) events: Vec<HistoryEvent>,
    pub(crate) effects: Vec<Effect>,
    ending: Option<Ending>,
}

impl Execution {
    pub(crate) fn new(machine: Arc<StateMachine>, setting: Setting) -> Self {
        Self {
            machine,
            setting,
            identity: None,
            frames: Vec::new(),
            free: Vec::new(),
            ready: VecDeque::new(),
            tasks: HashMap::new(),
            tokens: HashMap::new(),
            alarms: HashMap::new(),
            last_id: 0,
            last_event: 0,
            random: Cell::new(Random::new(0)),
            seed: 0,
            now: DateTime::UNIX_EPOCH,
            events: Vec::new(),
            effects: Vec::new(),
            ending: None,
        }
    }

    /// How the execution ended, once it has.
    pub(crate) const fn ending(&self) -> Option<&Ending> {
        self.ending.as_ref()
    }

    /// Whether a task waits for this token.
    pub(crate) fn awaits(&self, token: &str) -> bool {
        self.tokens.contains_key(token)
    }

    fn add_frame(&mut self, frame: Frame) -> FrameId {
        match self.free.pop() {
            Some(id) => {
                self.frames[id] = Some(frame);
                id
            }
            None => {
                self.frames.push(Some(frame));
                self.frames.len() - 1
            }
        }
    }

    fn remove_frame(&mut self, id: FrameId) -> Option<Frame> {
        let frame = self.frames.get_mut(id)?.take();
        if frame.is_some() {
            self.free.push(id);
        }
        frame
    }

    fn frame(&self, id: FrameId) -> Option<&Frame> {
        self.frames.get(id)?.as_ref()
    }

    fn frame_mut(&mut self, id: FrameId) -> Option<&mut Frame> {
        self.frames.get_mut(id)?.as_mut()
    }

    const fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// The context object as the state of `frame` sees it.
    fn context(&self, frame: &Frame, state: &State) -> Option<TaskContext> {
        Some(TaskContext::new(
            Arc::clone(&frame.identity),
            Arc::clone(&state.name),
            frame.entered_at,
            frame.retry_count,
            frame.item.clone(),
        ))
    }

    /// What the fields of `frame`'s state may read, with `input` as `$`.
    fn env<'a>(&'a self, frame: &'a Frame, context: &'a TaskContext, input: &'a Json) -> Env<'a> {
        Env {
            input,
            result: None,
            error: None,
            context,
            scope: &frame.scope,
            random: &self.random,
            now: self.now,
        }
    }
}

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
mod ready;
mod record;
mod redrive;
mod results;
mod scope;
mod task;
mod timers;

pub use context::TaskContext;
pub(crate) use context::{Identity, Part, timestamp, timestamp_seconds};
pub(crate) use effect::{Effect, Job};
pub(crate) use limit::all_within_limit;
pub(crate) use random::Random;
pub(crate) use record::{Record, VERSION, read};
pub use record::{ReplayError, fingerprint_of};
pub use redrive::NotRedrivable;
pub(crate) use scope::Scope;

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::Json;
use crate::definition::{State, StateMachine};
use crate::history::HistoryEvent;
use crate::ids::IdMap;
use crate::template::Env;
use frame::{Frame, FrameId};
use limit::{DATA_LIMIT, size_within_limit};
use ready::Ready;

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
    pub(crate) machine_name: String,
    /// Empty for one made from the name.
    pub(crate) given_arn: String,
    pub(crate) role_arn: String,
    /// Whether events are kept for someone; they are counted either way.
    pub(crate) write_events: bool,
    /// Whether the limit on events holds.
    pub(crate) limit_events: bool,
}

impl Setting {
    pub(crate) fn machine_arn(&self) -> Cow<'_, str> {
        const PREFIX: &str = "arn:aws:states:us-east-1:123456789012:stateMachine";
        if self.given_arn.is_empty() {
            format!("{PREFIX}:{}", self.machine_name).into()
        } else {
            self.given_arn.as_str().into()
        }
    }

    pub(crate) fn execution_arn(&self, name: &str) -> String {
        let machine = self.machine_arn();
        format!(
            "{}:{name}",
            machine.replace(":stateMachine:", ":execution:")
        )
    }
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
    setting: Arc<Setting>,
    identity: Option<Arc<Identity>>,
    frames: Vec<Option<Frame>>,
    free: Vec<FrameId>,
    ready: Ready,
    tasks: IdMap<FrameId>,
    tokens: HashMap<Arc<str>, FrameId>,
    alarms: IdMap<Alarm>,
    last_id: u64,
    last_event: u64,
    random: Cell<Random>,
    seed: u64,
    /// What the idempotency token of every call begins with.
    token_prefix: String,
    now: DateTime<Utc>,
    pub(crate) events: Vec<HistoryEvent>,
    pub(crate) effects: Vec<Effect>,
    ending: Option<Ending>,
    /// What stands in a frame for an input that was used up.
    used_up: Json,
    /// What an execution that did not succeed has left: its root, as a redrive will find it.
    corpse: Option<Box<Frame>>,
}

impl Execution {
    pub(crate) fn new(machine: Arc<StateMachine>, setting: Arc<Setting>) -> Self {
        Self {
            machine,
            setting,
            identity: None,
            // Most executions have one frame most of the time, and frames are large.
            frames: Vec::with_capacity(1),
            free: Vec::new(),
            ready: Ready::default(),
            tasks: IdMap::default(),
            tokens: HashMap::new(),
            alarms: IdMap::default(),
            last_id: 0,
            last_event: 0,
            random: Cell::new(Random::new(0)),
            seed: 0,
            token_prefix: String::new(),
            now: DateTime::UNIX_EPOCH,
            events: Vec::new(),
            effects: Vec::new(),
            ending: None,
            used_up: Json::default(),
            corpse: None,
        }
    }

    /// How the execution ended, once it has.
    pub(crate) const fn ending(&self) -> Option<&Ending> {
        self.ending.as_ref()
    }

    /// How the execution ended, taken out of it.
    pub(crate) const fn take_ending(&mut self) -> Option<Ending> {
        self.ending.take()
    }

    /// How often the execution was redriven.
    pub(crate) fn redrives(&self) -> u32 {
        self.identity
            .as_ref()
            .and_then(|identity| identity.redriven)
            .map_or(0, |(count, _)| count)
    }

    /// The tokens tasks wait for, in no order.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = &str> {
        self.tokens.keys().map(AsRef::as_ref)
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

//! A parsed machine: every state of every branch in one table, targets resolved to its indexes.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::Json;
use crate::choice::Test;
use crate::dataset::{Format, Source};
use crate::intrinsic::Call;
use crate::jsonata::Expression;
use crate::path::Path;
use crate::template::{Language, Template};

use super::resource::Resource;

/// Index of a state in the table.
pub(crate) type StateId = usize;

/// A list of states with a start: the machine itself, a branch, or what a Map runs per item.
pub(crate) type Start = StateId;

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) name: Arc<str>,
    pub(crate) language: Language,
    pub(crate) kind: Kind,
    /// Where to go next; `None` ends the list of states.
    pub(crate) next: Option<StateId>,
    pub(crate) input_path: Selection,
    pub(crate) output_path: Selection,
    pub(crate) assign: Vec<(Arc<str>, Template)>,
    pub(crate) output: Option<Template>,
    pub(crate) retry: Vec<Retrier>,
    pub(crate) catch: Vec<Catcher>,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Pass {
        parameters: Option<Template>,
        result: Option<Json>,
        result_path: ResultPath,
    },
    Task(Box<Task>),
    Choice {
        rules: Vec<Rule>,
        default: Option<StateId>,
    },
    Wait(Until),
    Succeed,
    Fail {
        error: Option<Text>,
        cause: Option<Text>,
    },
    Parallel(Box<Parallel>),
    Map(Box<MapState>),
}

/// `InputPath`, `OutputPath` and `ItemsPath`.
#[derive(Debug, Clone)]
pub(crate) enum Selection {
    Whole,
    /// The path was `null`.
    Nothing,
    Path(Path),
}

/// `ResultPath`.
#[derive(Debug, Clone)]
pub(crate) enum ResultPath {
    /// The result is the output.
    Replace,
    /// The input is the output.
    Discard,
    At(Path),
}

/// What Task, Parallel and Map have in common around their result.
#[derive(Debug)]
pub(crate) struct Shaping {
    /// `Parameters` or `Arguments`.
    pub(crate) arguments: Option<Template>,
    pub(crate) selector: Option<Template>,
    pub(crate) path: ResultPath,
}

#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) resource: Resource,
    pub(crate) shaping: Shaping,
    pub(crate) timeout: Option<Amount>,
    pub(crate) heartbeat: Option<Amount>,
}

#[derive(Debug)]
pub(crate) struct Parallel {
    pub(crate) branches: Vec<Start>,
    pub(crate) shaping: Shaping,
}

#[derive(Debug)]
pub(crate) struct MapState {
    pub(crate) start: Start,
    pub(crate) distributed: bool,
    /// The iterations are express executions, of which nothing is kept to continue from.
    pub(crate) express: bool,
    pub(crate) items: Items,
    pub(crate) label: Option<String>,
    pub(crate) reader: Option<Reader>,
    pub(crate) writer: Option<Writer>,
    /// `ItemSelector`, or `Parameters` in its old meaning.
    pub(crate) item_selector: Option<Template>,
    pub(crate) batcher: Option<Batcher>,
    pub(crate) max_concurrency: Option<Amount>,
    pub(crate) tolerated_count: Option<Amount>,
    pub(crate) tolerated_percentage: Option<Amount>,
    pub(crate) shaping: Shaping,
}

/// Where the items of a Map come from.
#[derive(Debug)]
pub(crate) enum Items {
    /// `ItemsPath`, or the input itself.
    Path(Selection),
    /// `Items`.
    Template(Template),
}

/// `ItemReader`.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) source: Source,
    pub(crate) arguments: Template,
    /// Absent for a listing whose objects are the items.
    pub(crate) format: Option<Format>,
    pub(crate) max_items: Option<Amount>,
}

/// `ResultWriter`.
#[derive(Debug)]
pub(crate) struct Writer {
    /// The bucket and prefix to write to; absent where only the shape is asked for.
    pub(crate) destination: Option<Template>,
    pub(crate) transformation: Transformation,
    /// JSON Lines instead of an array.
    pub(crate) lines: bool,
}

/// What is kept of the results of a distributed Map's children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transformation {
    /// Everything about each child.
    None,
    /// Their outputs.
    Compact,
    /// Their outputs, arrays among them opened.
    Flatten,
}

/// `ItemBatcher`.
#[derive(Debug)]
pub(crate) struct Batcher {
    pub(crate) input: Option<Template>,
    pub(crate) max_items: Option<Amount>,
    pub(crate) max_bytes: Option<Amount>,
}

/// A number given in the definition, by a path, or by an expression.
#[derive(Debug)]
pub(crate) enum Amount {
    Literal(f64),
    Path(Path),
    Expression(Expression),
}

/// Until when a Wait state waits.
#[derive(Debug)]
pub(crate) enum Until {
    Seconds(Amount),
    Timestamp(DateTime<Utc>),
    TimestampPath(Path),
    TimestampExpression(Expression),
}

/// `Error` and `Cause` of a Fail state.
#[derive(Debug)]
pub(crate) enum Text {
    Literal(String),
    Path(Path),
    Intrinsic(Call),
    Expression(Expression),
}

/// A rule of a Choice state.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) test: Test,
    pub(crate) next: StateId,
    pub(crate) assign: Vec<(Arc<str>, Template)>,
    pub(crate) output: Option<Template>,
}

#[derive(Debug)]
pub(crate) struct Retrier {
    pub(crate) errors: Vec<String>,
    pub(crate) interval: f64,
    pub(crate) max_attempts: u32,
    pub(crate) backoff: f64,
    pub(crate) max_delay: Option<f64>,
    pub(crate) full_jitter: bool,
}

#[derive(Debug)]
pub(crate) struct Catcher {
    pub(crate) errors: Vec<String>,
    pub(crate) next: StateId,
    pub(crate) result_path: ResultPath,
    pub(crate) assign: Vec<(Arc<str>, Template)>,
    pub(crate) output: Option<Template>,
}

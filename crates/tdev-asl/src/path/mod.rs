//! JSONPath as Amazon States Language uses it: `$`, `$$.` and `$variable` roots.

mod eval;
mod filter;
mod filter_parse;
mod function;
mod parse;
mod reference;

pub(crate) use eval::PathError;
pub(crate) use parse::parse;

use filter::Filter;
use function::PathFunction;

/// What a path starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Root {
    /// `$`: the input of the field the path stands in.
    Input,
    /// `$$`: the context object.
    Context,
    /// `$name`: a workflow variable.
    Variable(String),
}

/// One selector of a path.
#[derive(Debug, Clone)]
pub(crate) enum Segment {
    /// `.name` or `['name']`.
    Name(String),
    /// `[3]`, negative counts from the end.
    Index(i64),
    /// `.*` or `[*]`.
    Wildcard,
    /// `[from:to:step]`.
    Slice(Option<i64>, Option<i64>, i64),
    /// `['a','b']` or `[0,1]`.
    Union(Vec<Segment>),
    /// `['a','b']` at the end of a path: an object of these members.
    Members(Vec<String>),
    /// `[?(...)]`.
    Filter(Filter),
    /// `..`: the node and everything below it, before the next selector.
    Descend,
    /// A trailing function such as `.length()`.
    Function(PathFunction),
}

/// A path compiled once, when the definition is parsed.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    /// The path as written, for messages.
    pub(crate) text: String,
    pub(crate) root: Root,
    pub(crate) segments: Vec<Segment>,
    /// Whether the path can only ever name one node.
    pub(crate) definite: bool,
}

impl Path {
    /// Whether the path is the whole of its root.
    pub(crate) fn is_root(&self) -> bool {
        self.segments.is_empty()
    }

    /// The most bytes of JSON its names take where something is put there, escapes included.
    pub(crate) fn room(&self) -> usize {
        let of = |segment: &Segment| match segment {
            Segment::Name(name) => 6 * name.len() + 6,
            _ => 0,
        };
        self.segments.iter().map(of).sum()
    }

    /// Whether the path is a reference path: it names exactly one place.
    pub(crate) fn is_reference(&self) -> bool {
        self.segments.iter().all(|s| match s {
            Segment::Name(_) => true,
            Segment::Index(i) => *i >= 0,
            _ => false,
        })
    }
}

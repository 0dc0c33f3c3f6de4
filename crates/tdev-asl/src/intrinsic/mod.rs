//! Intrinsic functions (`States.Format(...)` and its kin) of JSONPath states.

mod array;
mod call;
mod parse;
mod text;

pub(crate) use array::equal;
pub(crate) use call::{Outside, uuid};
pub(crate) use parse::parse;
pub(crate) use text::digest;

use serde_json::Value;

use crate::path::Path;

/// A call compiled once, when the definition is parsed.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The call as written, for messages.
    pub(crate) text: String,
    pub(crate) function: Function,
    pub(crate) arguments: Vec<Argument>,
}

/// What may stand between the parentheses.
#[derive(Debug, Clone)]
pub(crate) enum Argument {
    /// A quoted string, number, boolean or null.
    Literal(Value),
    /// A path in any of its three roots.
    Path(Path),
    /// A nested call.
    Call(Call),
}

/// The functions of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Format,
    StringToJson,
    JsonToString,
    Array,
    ArrayPartition,
    ArrayContains,
    ArrayRange,
    ArrayGetItem,
    ArrayLength,
    ArrayUnique,
    Base64Encode,
    Base64Decode,
    Hash,
    JsonMerge,
    MathRandom,
    MathAdd,
    StringSplit,
    Uuid,
}

impl Function {
    /// Every function with the name it has after `States.` and its arity.
    pub(crate) const ALL: [(&'static str, Self, usize, usize); 18] = [
        ("Format", Self::Format, 1, usize::MAX),
        ("StringToJson", Self::StringToJson, 1, 1),
        ("JsonToString", Self::JsonToString, 1, 1),
        ("Array", Self::Array, 0, usize::MAX),
        ("ArrayPartition", Self::ArrayPartition, 2, 2),
        ("ArrayContains", Self::ArrayContains, 2, 2),
        ("ArrayRange", Self::ArrayRange, 3, 3),
        ("ArrayGetItem", Self::ArrayGetItem, 2, 2),
        ("ArrayLength", Self::ArrayLength, 1, 1),
        ("ArrayUnique", Self::ArrayUnique, 1, 1),
        ("Base64Encode", Self::Base64Encode, 1, 1),
        ("Base64Decode", Self::Base64Decode, 1, 1),
        ("Hash", Self::Hash, 2, 2),
        ("JsonMerge", Self::JsonMerge, 3, 3),
        ("MathRandom", Self::MathRandom, 2, 3),
        ("MathAdd", Self::MathAdd, 2, 2),
        ("StringSplit", Self::StringSplit, 2, 2),
        ("UUID", Self::Uuid, 0, 0),
    ];
}

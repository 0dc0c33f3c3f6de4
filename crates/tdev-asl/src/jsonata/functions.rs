//! The functions AWS adds to JSONata, and the ones it takes away.

use std::cell::Cell;
use std::rc::Rc;

use jsonata_core::evaluator::{Evaluator, EvaluatorError};
use jsonata_core::value::JValue;
use serde_json::Value;

use crate::execution::Random;
use crate::intrinsic;

/// The most elements `$range` makes.
const RANGE_LIMIT: usize = 1000;

type Answer = Result<JValue, EvaluatorError>;

/// Makes `name` callable, if it is one of ours. `random` is the execution's own sequence.
pub(super) fn register(
    evaluator: &mut Evaluator,
    name: &str,
    random: &Rc<Cell<Random>>,
) -> Result<(), EvaluatorError> {
    match name {
        "partition" => evaluator.register_fn(name, partition),
        "range" => evaluator.register_fn(name, range),
        "hash" => evaluator.register_fn(name, hash),
        "parse" => evaluator.register_fn(name, parse),
        "uuid" => {
            let random = Rc::clone(random);
            evaluator.register_fn(name, move |_: &[JValue]| {
                let mut drawn = random.get();
                let id = intrinsic::uuid(drawn.next(), drawn.next());
                random.set(drawn);
                Ok(JValue::from(id))
            })
        }
        "random" => {
            let random = Rc::clone(random);
            evaluator.register_fn_override(name, move |args: &[JValue]| {
                if let Some(seed) = args.first().and_then(JValue::as_f64) {
                    return Ok(JValue::Number(seeded(seed)));
                }
                let mut drawn = random.get();
                let number = drawn.fraction();
                random.set(drawn);
                Ok(JValue::Number(number))
            })
        }
        // AWS leaves it out of the language; `$parse` takes its place.
        "eval" => evaluator.register_fn_override(name, |_: &[JValue]| {
            Err(refuse("T1006: Attempted to invoke a non-function"))
        }),
        _ => Ok(()),
    }
}

/// The first number AWS draws from `seed`: the generator of Java's `Random`, by its specification.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a seed is cut to a long, and 53 bits fit a double exactly"
)]
fn seeded(seed: f64) -> f64 {
    const MULTIPLIER: u64 = 0x5_DEEC_E66D;
    const MASK: u64 = (1 << 48) - 1;
    let mut state = ((seed as i64).cast_unsigned() ^ MULTIPLIER) & MASK;
    let mut bits = |wanted: u32| {
        state = state.wrapping_mul(MULTIPLIER).wrapping_add(0xB) & MASK;
        state >> (48 - wanted)
    };
    ((bits(26) << 27) + bits(27)) as f64 / (1u64 << 53) as f64
}

fn refuse(message: impl Into<String>) -> EvaluatorError {
    EvaluatorError::EvaluationError(message.into())
}

fn partition(args: &[JValue]) -> Answer {
    let (Some(array), Some(size)) = (args.first(), args.get(1).and_then(JValue::as_f64)) else {
        return Err(refuse("$partition takes an array and a size"));
    };
    if matches!(array, JValue::Undefined) {
        return Ok(JValue::Undefined);
    }
    let Some(items) = array.as_array() else {
        return Err(refuse("the first argument of $partition must be an array"));
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates; zero is refused below"
    )]
    let size = size.round() as usize;
    if size == 0 {
        return Err(refuse("the size given to $partition must be positive"));
    }
    Ok(JValue::array(
        items
            .chunks(size)
            .map(|c| JValue::array(c.to_vec()))
            .collect(),
    ))
}

fn range(args: &[JValue]) -> Answer {
    let number = |i: usize| args.get(i).and_then(JValue::as_f64);
    let (Some(from), Some(to)) = (number(0), number(1)) else {
        return Err(refuse("$range takes two or three numbers"));
    };
    let step = number(2).unwrap_or(1.0);
    if step == 0.0 || !step.is_finite() {
        return Err(refuse("the step given to $range cannot be 0"));
    }
    let mut numbers = Vec::new();
    let mut at = from;
    while if step > 0.0 { at <= to } else { at >= to } {
        if numbers.len() == RANGE_LIMIT {
            return Err(refuse(format!(
                "$range makes at most {RANGE_LIMIT} elements"
            )));
        }
        numbers.push(JValue::Number(at));
        at += step;
    }
    Ok(JValue::array(numbers))
}

fn hash(args: &[JValue]) -> Answer {
    let text = match args.first() {
        Some(JValue::String(text)) => text.to_string(),
        Some(JValue::Undefined) | None => return Ok(JValue::Undefined),
        Some(other) => other.to_json_string().map_err(|e| refuse(e.to_string()))?,
    };
    let algorithm = args.get(1).and_then(JValue::as_str).unwrap_or("SHA-256");
    intrinsic::digest(&text, algorithm)
        .map(JValue::from)
        .map_err(refuse)
}

fn parse(args: &[JValue]) -> Answer {
    match args.first() {
        Some(JValue::String(text)) => serde_json::from_str::<Value>(text)
            .map(JValue::from)
            .map_err(|e| refuse(format!("$parse was given invalid JSON: {e}"))),
        Some(JValue::Undefined) | None => Ok(JValue::Undefined),
        Some(_) => Err(refuse("the argument of $parse must be a string")),
    }
}

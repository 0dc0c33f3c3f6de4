//! Reading mock files: every fault with its place.

use serde_json::{Map, Value};

use super::{Answer, Mocks, Script};
use crate::definition::{Faults, Invalid, below, nearest};
use crate::{StateMachine, TaskFailure};

/// A response may not be written out for more attempts than this.
const ATTEMPTS: usize = 10_000;

impl Mocks {
    /// Reads a mock file for `machine`. In AWS's form `test_case` names the test case, as `Case`
    /// or, where several machines have one of that name, as `Machine#Case`.
    pub fn parse(
        text: &str,
        test_case: Option<&str>,
        machine: &StateMachine,
    ) -> Result<Self, Invalid> {
        let value: Value = serde_json::from_str(text)
            .map_err(|e| Invalid::not_json("the mocks are not JSON", &e))?;
        let mut faults = Faults::default();
        let mut mocks = Self::none(machine);
        match &value {
            Value::Object(file) if file.contains_key("MockedResponses") => {
                let known: Vec<&str> = machine.state_names();
                amazon(file, test_case, &known, &mut mocks, &mut faults);
            }
            Value::Object(file) => short(file, test_case, &mut mocks, &mut faults),
            _ => wrong("", "the mocks must be an object", &mut faults),
        }
        if faults.list.is_empty() {
            return Ok(mocks);
        }
        let faults = faults.list;
        Err(Invalid { faults }.located(text))
    }
}

fn wrong(at: &str, message: impl Into<String>, faults: &mut Faults) {
    faults.add(at, "BAD_MOCK", message);
}

fn short(
    file: &Map<String, Value>,
    test_case: Option<&str>,
    mocks: &mut Mocks,
    faults: &mut Faults,
) {
    if test_case.is_some() {
        wrong(
            "",
            "there are no test cases in these mocks: only files with `StateMachines` and `MockedResponses` have them",
            faults,
        );
    }
    for (key, answers) in file {
        let at = below("", key);
        let list = match answers {
            Value::Array(list) if !list.is_empty() => list.as_slice(),
            _ => {
                wrong(&at, "expected a list of at least one answer", faults);
                continue;
            }
        };
        let answers = list
            .iter()
            .enumerate()
            .filter_map(|(i, one)| answer(one, &below(&at, &i.to_string()), &SHORT, faults));
        let script = Script::Calls(answers.collect());
        mocks.keys.insert(key.clone(), script);
    }
}

/// How a form spells an answer: what is returned, what is thrown, its error, its cause.
type Spelling = [&'static str; 4];
const SHORT: Spelling = ["return", "throw", "error", "cause"];
const AMAZON: Spelling = ["Return", "Throw", "Error", "Cause"];

fn answer(value: &Value, at: &str, spelling: &Spelling, faults: &mut Faults) -> Option<Answer> {
    let [returned, thrown, error, cause] = *spelling;
    let map = value.as_object().filter(|map| map.len() == 1);
    let only = map.and_then(|map| map.iter().next());
    match only {
        Some((key, value)) if key == returned => Some(Ok(value.clone())),
        Some((key, value)) if key == thrown => {
            let text = |field| value.get(field).map(Value::as_str);
            match (text(error), text(cause)) {
                (Some(Some(error)), None) => Some(Err(TaskFailure::new(error, ""))),
                (Some(Some(error)), Some(Some(cause))) => Some(Err(TaskFailure::new(error, cause))),
                _ => {
                    wrong(
                        &below(at, thrown),
                        format!(
                            "`{thrown}` must have a text `{error}` and may have a text `{cause}`"
                        ),
                        faults,
                    );
                    None
                }
            }
        }
        _ => {
            let suggestion = only.and_then(|(key, _)| nearest(key, [returned, thrown]));
            faults.suggest(
                at,
                "BAD_MOCK",
                format!("an answer has either `{returned}` or `{thrown}`"),
                suggestion,
            );
            None
        }
    }
}

fn amazon(
    file: &Map<String, Value>,
    test_case: Option<&str>,
    known: &[&str],
    mocks: &mut Mocks,
    faults: &mut Faults,
) {
    let Some((at, case)) = find_case(file, test_case, faults) else {
        return;
    };
    let Some(states) = case.as_object() else {
        wrong(&at, "a test case must be an object", faults);
        return;
    };
    mocks.place.clone_from(&at);
    for (state, response) in states {
        let place = below(&at, state);
        if !known.contains(&state.as_str()) {
            faults.suggest(
                &place,
                "BAD_MOCK",
                format!("the machine has no state `{state}`"),
                nearest(state, known.iter().copied()),
            );
        }
        let Some(response) = response.as_str() else {
            wrong(&place, "expected the name of a mocked response", faults);
            continue;
        };
        let responses = file.get("MockedResponses").and_then(Value::as_object);
        match responses.and_then(|all| all.get(response)) {
            Some(answers) => {
                let pointer = below("/MockedResponses", response);
                if let Some(answers) = attempts(answers, &pointer, faults) {
                    let script = Script::Attempts(answers, pointer);
                    mocks.keys.insert(state.clone(), script);
                }
            }
            None => {
                let names = responses.into_iter().flat_map(Map::keys);
                faults.suggest(
                    &place,
                    "BAD_MOCK",
                    format!("there is no mocked response `{response}`"),
                    nearest(response, names.map(String::as_str)),
                );
            }
        }
    }
}

/// The test case of that name, or the only one; with its pointer.
fn find_case<'a>(
    file: &'a Map<String, Value>,
    wanted: Option<&str>,
    faults: &mut Faults,
) -> Option<(String, &'a Value)> {
    let machines = file.get("StateMachines").and_then(Value::as_object);
    let mut cases = Vec::new();
    for (machine, content) in machines.into_iter().flatten() {
        let inside = content.get("TestCases").and_then(Value::as_object);
        for (case, states) in inside.into_iter().flatten() {
            let at = below(&below(&below("/StateMachines", machine), "TestCases"), case);
            cases.push((format!("{machine}#{case}"), case.as_str(), at, states));
        }
    }
    let all: Vec<String> = cases
        .iter()
        .map(|(whole, ..)| format!("`{whole}`"))
        .collect();
    let mut meant = cases
        .into_iter()
        .filter(|(whole, case, ..)| wanted.is_none_or(|wanted| wanted == whole || wanted == *case));
    match (meant.next(), meant.next()) {
        (Some((_, _, at, states)), None) => return Some((at, states)),
        (Some(_), Some(_)) if wanted.is_none() => wrong(
            "/StateMachines",
            format!(
                "there are several test cases, and one must be chosen: {}",
                all.join(", ")
            ),
            faults,
        ),
        (Some(_), Some(_)) => wrong(
            "/StateMachines",
            format!("several machines have that test case: {}", all.join(", ")),
            faults,
        ),
        _ if all.is_empty() => wrong("/StateMachines", "there are no test cases", faults),
        _ => wrong(
            "/StateMachines",
            format!(
                "there is no test case `{}`, only {}",
                wanted.unwrap_or_default(),
                all.join(", ")
            ),
            faults,
        ),
    }
    None
}

/// The answers by attempt, which must follow each other from 0 without gaps.
fn attempts(value: &Value, at: &str, faults: &mut Faults) -> Option<Vec<Answer>> {
    let Some(map) = value.as_object() else {
        wrong(at, "a mocked response must be an object", faults);
        return None;
    };
    let mut spans = Vec::new();
    for (key, value) in map {
        let place = below(at, key);
        let answer = answer(value, &place, &AMAZON, faults)?;
        let Some((first, last)) = span(key) else {
            wrong(
                &place,
                format!("`{key}` is no attempt: write `0`, or `1-3` for several"),
                faults,
            );
            return None;
        };
        spans.push((first, last, answer, place));
    }
    spans.sort_by_key(|(first, ..)| *first);
    let mut answers: Vec<Answer> = Vec::new();
    for (first, last, answer, place) in spans {
        if first != answers.len() {
            wrong(
                &place,
                format!(
                    "attempts must follow each other: here attempt {} is due",
                    answers.len()
                ),
                faults,
            );
            return None;
        }
        answers.resize(last + 1, answer);
    }
    Some(answers)
}

fn span(key: &str) -> Option<(usize, usize)> {
    let (first, last) = key.split_once('-').unwrap_or((key, key));
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first <= last && last < ATTEMPTS).then_some((first, last))
}

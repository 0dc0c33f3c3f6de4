//! Random machines: their journals replay to what was seen, whole or cut anywhere, and a cut one
//! resumes to the same end without a call whose answer it holds.

use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use serde_json::{Value, json};
use tdev_asl::{
    ExecutionOptions, Handle, HistoryEvent, MemoryJournal, Observer, Outcome, Replayed,
    StateMachine, Status, VirtualClock, redrive, replay, run,
};

use crate::machines::{Hands, input, machine};

const NAME: &str = "random";
/// An execution that does not succeed is redriven this often.
const REDRIVES: usize = 2;

/// Keeps the events it is told of, as they would be written.
#[derive(Default)]
struct Watcher(Mutex<Vec<String>>);

impl Observer for Watcher {
    fn event(&self, _: &str, event: &HistoryEvent) {
        let line = serde_json::to_string(event).unwrap();
        self.0.lock().unwrap().push(line);
    }
}

/// What came of an execution with all its redrives.
struct Played {
    outcome: Outcome,
    /// The events its observer saw.
    seen: Vec<String>,
    /// The idempotency tokens of the calls made, each as often as it was called.
    calls: Vec<String>,
}

/// Starts or resumes an execution, and redrives it until it has been redriven often enough.
async fn play(
    machine: &Arc<StateMachine>,
    journal: &Arc<MemoryJournal>,
    (mood, commands): (u64, bool),
) -> Played {
    let kept = journal.records(NAME);
    let clock = match kept.last() {
        Some(record) => VirtualClock::new(time_of(record)),
        None => VirtualClock::default(),
    };
    let (clock, watcher) = (Arc::new(clock), Arc::new(Watcher::default()));
    let mut calls = Vec::new();
    let mut redriven = kept.iter().filter(|r| redrives(r)).count();
    let mut outcome: Option<Outcome> = None;
    loop {
        let handle = Handle::new();
        let hands = Arc::new(Hands::new(handle.clone(), mood, commands));
        let options = ExecutionOptions {
            name: NAME.to_owned(),
            clock: clock.clone(),
            journal: Some(journal.clone()),
            observer: Some(watcher.clone()),
            keep_history: true,
            handle: Some(handle),
            seed: Some(mood),
            ..ExecutionOptions::default()
        };
        let ended = match &outcome {
            None => run(machine.clone(), input(), hands.clone(), options).await,
            Some(_) => redrive(machine.clone(), hands.clone(), options).await,
        };
        let ended = ended.unwrap();
        for (token, times) in hands.calls.lock().unwrap().drain() {
            calls.extend(std::iter::repeat_n(token, times));
        }
        let over = ended.status == Status::Succeeded || redriven == REDRIVES;
        outcome = Some(ended);
        if over {
            break;
        }
        redriven += 1;
    }
    Played {
        outcome: outcome.unwrap(),
        seen: std::mem::take(&mut *watcher.0.lock().unwrap()),
        calls,
    }
}

fn parsed(record: &str) -> Value {
    serde_json::from_str(record).unwrap()
}

fn redrives(record: &str) -> bool {
    parsed(record)["type"] == "Redriven"
}

fn time_of(record: &str) -> chrono::DateTime<chrono::Utc> {
    parsed(record)["at"].as_str().unwrap().parse().unwrap()
}

fn events(history: &[HistoryEvent]) -> Vec<String> {
    let lines = history.iter().map(serde_json::to_string);
    lines.collect::<Result<_, _>>().unwrap()
}

fn result(outcome: &Outcome) -> Value {
    json!([
        outcome.status.as_str(),
        outcome.output,
        outcome.error,
        outcome.cause
    ])
}

fn replayed(machine: &Arc<StateMachine>, records: &[String]) -> Replayed {
    replay(machine, records, &ExecutionOptions::default()).unwrap()
}

fn compiled(definition: &Value) -> Arc<StateMachine> {
    Arc::new(StateMachine::from_value(definition).unwrap_or_else(|e| panic!("{definition}: {e}")))
}

fn alone<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(future)
}

/// How a replay ends: with the outcome and nothing to do, or with something to wait for.
fn check_end(replay: &Replayed, outcome: &Outcome) {
    let Some(status) = replay.status else {
        panic!("the records of an ended execution replay to one that runs");
    };
    let output = replay.output.clone();
    let (error, cause) = (&replay.error, &replay.cause);
    assert_eq!(
        json!([status.as_str(), output, error, cause]),
        result(outcome)
    );
    assert!(replay.calls.is_empty() && replay.timers.is_empty() && replay.tokens.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_part_of_a_journal_replays_to_that_part_of_the_history(definition in machine(), mood: u64) {
        let machine = compiled(&definition);
        let journal = Arc::new(MemoryJournal::new());
        let played = alone(play(&machine, &journal, (mood, true)));
        let records = journal.records(NAME);
        let whole = replayed(&machine, &records);
        assert_eq!(events(&whole.history), played.seen);
        assert_eq!(events(&played.outcome.history), played.seen);
        check_end(&whole, &played.outcome);
        // Ids count up without gaps, and each event follows an earlier one.
        for (i, event) in whole.history.iter().enumerate() {
            assert_eq!(event.id, i as u64 + 1);
            assert!(event.previous_event_id < event.id);
        }
        for kept in 1..records.len() {
            let part = replayed(&machine, &records[..kept]);
            let history = events(&part.history);
            assert_eq!(history[..], played.seen[..history.len()], "after {kept} records");
            let waits = !(part.calls.is_empty() && part.timers.is_empty() && part.tokens.is_empty());
            assert_eq!(part.status.is_none(), waits, "what runs waits for something, what ended does not");
        }
    }

    #[test]
    fn a_crash_after_any_record_changes_no_outcome_and_repeats_no_answered_call(definition in machine(), mood: u64) {
        let machine = compiled(&definition);
        let journal = Arc::new(MemoryJournal::new());
        // A command no record tells of is lost in a crash, or sent twice: another world then.
        let world = (mood, false);
        let whole = alone(play(&machine, &journal, world));
        let records = journal.records(NAME);
        for kept in 1..=records.len() {
            journal.set(NAME, records[..kept].to_vec());
            let resumed = alone(play(&machine, &journal, world));
            assert_eq!(result(&resumed.outcome), result(&whole.outcome), "after {kept} records");
            assert_eq!(journal.records(NAME)[..kept], records[..kept], "old records never change");
            let mut calls = resumed.calls;
            calls.sort();
            assert!(calls.windows(2).all(|two| two[0] != two[1]), "each call is made once: {calls:?}");
            for record in &records[..kept] {
                let Some(task) = parsed(record)["task"].as_u64() else { continue };
                let answered = format!(":{task}");
                assert!(!calls.iter().any(|call| call.ends_with(&answered)),
                    "after {kept} records call {task} was made again");
            }
        }
    }
}

//! A damaged plan must always score below the sound one, whatever the damage.

use proptest::prelude::*;
use serde_json::{Value, json};
use tdev_core::agent_io::AgentSpec;
use tdev_core::workflow::Workflow;

use crate::evaluator::{CHAIN, chain, goal, world};

const DAMAGES: &[&str] = &[
    "drop a step",
    "break a step reference",
    "break a field reference",
    "swap types",
    "duplicate a step",
    "add a dead step",
    "put a deprecated component",
    "put an unknown component",
    "remove retry",
    "put a component that does something else",
    "leave out an input",
    "make a cycle",
    "add a dead chain",
];

/// The damaged plan; `None` where that damage does not apply.
fn damaged(plan: &Value, what: &str, at: usize) -> Option<Value> {
    let mut plan = plan.clone();
    let steps = plan["steps"].as_array_mut().unwrap();
    let at = at % steps.len();
    let count = steps.len();
    let input = CHAIN[at].2;
    let last = format!("${{s{}.{}}}", count - 1, CHAIN[count - 1].3);
    match what {
        "drop a step" => drop(steps.remove(at)),
        "break a step reference" => steps[at]["input"][input] = json!("${nowhere.text}"),
        "break a field reference" if at > 0 => {
            steps[at]["input"][input] = json!(format!("${{s{}.nothing}}", at - 1));
        }
        "swap types" => steps[at]["input"][input] = json!(7),
        "duplicate a step" => {
            let mut copy = steps[at].clone();
            copy["id"] = json!("copy");
            steps.insert(at, copy);
        }
        "add a dead step" => steps.insert(
            0,
            json!({"id": "dead", "agent": "CounterTool", "input": {"value": "${input.url}"}}),
        ),
        "add a dead chain" => {
            steps.insert(
                0,
                json!({"id": "dead", "agent": "CounterTool", "input": {"value": last}}),
            );
            steps.insert(0, json!({"id": "deader", "agent": "CounterTool", "input": {"value": "n ${dead.count}"}}));
        }
        "put a deprecated component" => {
            steps[at]["agent"] = json!(format!("Old{}@v1", CHAIN[at].0));
        }
        "put an unknown component" => steps[at]["agent"] = json!("NobodyKnowsTool"),
        "remove retry" => drop(steps[at].as_object_mut().unwrap().remove("retry")?),
        "put a component that does something else" => {
            steps[at]["agent"] = json!(format!("Stranger{at}"));
        }
        "leave out an input" => steps[at]["input"] = json!({}),
        "make a cycle" if count > 1 => steps[0]["input"] = json!({"url": last}),
        _ => return None,
    }
    Some(plan)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_always_lowers_the_score(
        length in 1usize..=6, at in 0usize..6, what in 0..DAMAGES.len(), with_output: bool,
        tested: [bool; 6], experimental in proptest::option::of(0usize..6),
    ) {
        let what = DAMAGES[what];
        let world = world(tested, experimental);
        let plan = chain(length, with_output);
        let Some(broken) = damaged(&plan, what, at) else { return Ok(()) };
        let sound = world.score(&plan, &goal(length), &[]);
        let hurt = world.score(&broken, &goal(length), &[]);
        prop_assert!(hurt.score < sound.score, "{what} at {at}: {} is not below {}\n{:?}\n{:?}", hurt.score, sound.score, hurt, sound);
    }

    #[test]
    fn a_goal_that_asks_for_more_scores_lower(length in 1usize..=5, tested: [bool; 6]) {
        let world = world(tested, None);
        let plan = chain(length, true);
        let whole = world.score(&plan, &goal(length), &[]);
        let more = world.score(&plan, &goal(length + 1), &[]);
        prop_assert!(more.score < whole.score, "{} is not below {}", more.score, whole.score);
        let spec: AgentSpec = serde_json::from_value(json!({"goal": "paint a picture"})).unwrap();
        let missing = world.score(&plan, &goal(length), &[spec]);
        prop_assert!(missing.score < whole.score && missing.score < 80.0);
    }

    #[test]
    fn scores_are_within_bounds_and_what_cannot_run_is_under_fifty(
        length in 1usize..=6, at in 0usize..6, first in 0..DAMAGES.len(), second in 0..DAMAGES.len(), tested: [bool; 6],
    ) {
        let world = world(tested, None);
        let plan = chain(length, true);
        let broken = damaged(&plan, DAMAGES[first], at).unwrap_or(plan);
        let steps = broken["steps"].as_array().unwrap().len();
        let broken = if steps == length { damaged(&broken, DAMAGES[second], at).unwrap_or(broken) } else { broken };
        let workflow: Workflow = serde_json::from_value(broken.clone()).unwrap();
        let found = world.score(&broken, &goal(length), &[]);
        prop_assert!((0.0..=100.0).contains(&found.score));
        if tdev_core::workflow::check(&workflow, &world.catalog).is_err() {
            prop_assert!(found.score < 50.0);
            prop_assert_eq!(found.rating, "F");
        }
    }
}

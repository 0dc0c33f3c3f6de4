//! Runs that wait for a person.

use serde_json::{Value, json};

use super::home::Home;

fn goal() -> Value {
    json!({
        "goal": "Detect the language of the text", "require_approval": true,
        "inputs": {"text": "Guten Morgen, wie geht es dir heute?"}
    })
}

pub(super) fn a_plan_waits_for_a_person_and_goes_on_with_the_answer(home: &Home) {
    let run_id = home.begin("/api/orchestrate", &goal());
    let asked = home.asked(&run_id);
    assert!(asked.get("task_token").is_none(), "{asked:#}");
    assert!(
        asked["subject"]["workflow"]["steps"].is_array(),
        "{asked:#}"
    );
    let answered = home.answer(&asked, true);
    assert!(answered.status < 300, "{answered:?}");
    let run = home.ended(&run_id);
    assert_eq!(run["status"], "succeeded", "{run:#}");
    let twice = home.answer(&asked, false);
    assert_eq!(twice.status, 409, "{twice:?}");
}

pub(super) fn a_plan_that_is_refused_does_not_run(home: &Home) {
    let run_id = home.begin("/api/orchestrate", &goal());
    let refused = home.answer(&home.asked(&run_id), false);
    assert!(refused.status < 300, "{refused:?}");
    let run = home.ended(&run_id);
    assert_eq!(
        (&run["status"], &run["error"]["code"]),
        (&json!("failed"), &json!("ApprovalRejected"))
    );
    assert!(run.get("output").is_none(), "{run:#}");
}

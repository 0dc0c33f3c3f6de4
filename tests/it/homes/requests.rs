//! What the API promises of every request: waiting or not, keys, limits, lists, tenants.

use std::collections::BTreeSet;
use std::thread;

use serde_json::{Value, json};

use super::home::{Home, fresh};

fn detect(text: &str) -> Value {
    json!({"goal": "Detect the language of the text", "inputs": {"text": text}})
}

const GERMAN: &str = "Guten Morgen, wie geht es dir heute? Das Wetter ist heute sehr schön.";

pub(super) fn a_run_is_accepted_with_its_place_and_read_until_it_ends(home: &Home) {
    // `begin` holds it to 202 and its Location.
    let run_id = home.begin("/api/orchestrate", &detect(GERMAN));
    let run = home.ended(&run_id);
    assert_eq!(run["status"], "succeeded", "{run:#}");
    assert_eq!(run["output"]["result"], "de", "{run:#}");
    assert!(run["started_at"].is_string() && run["ended_at"].is_string());
}

pub(super) fn who_waits_gets_the_result_itself(home: &Home) {
    let told = home.post(
        "/api/orchestrate",
        &[("prefer", "wait=20")],
        &detect(GERMAN),
    );
    assert_eq!(told.status, 200, "{told:?}");
    assert_eq!(told.body["result"], "de", "{told:?}");
    assert_eq!(told.body["trace"].as_array().unwrap().len(), 1, "{told:?}");
    let run = home.get(&format!(
        "/api/runs/{}",
        told.body["run_id"].as_str().unwrap()
    ));
    assert_eq!(run.body["output"]["result"], told.body["result"]);
}

pub(super) fn what_a_request_lacks_is_named(home: &Home) {
    assert_eq!(home.get("/health").status, 200);
    for (body, status, code) in [
        (r#"{"gaol": "typo"}"#, 400, "InvalidInput"),
        ("{}", 400, "InvalidInput"),
        (r#"{"goal": "  "}"#, 400, "InvalidInput"),
        (r#"{"goal": "#, 400, "InvalidInput"),
        (r#"{"goal": "x", "max_rounds": 9}"#, 400, "InvalidInput"),
        (r#"{"goal": "x", "threshold": 101}"#, 400, "InvalidInput"),
        (
            r#"{"goal": "x", "project": "other"}"#,
            404,
            "ProjectNotFound",
        ),
    ] {
        let refused = home.send("/api/orchestrate", &[], body);
        assert_eq!(
            (refused.status, refused.body["code"].as_str()),
            (status, Some(code)),
            "{body}: {refused:?}"
        );
    }
    for (path, code) in [
        ("/api/runs/nobody", "RunNotFound"),
        ("/api/components/NobodyTool", "ComponentNotFound"),
        ("/api/workflows/nobody", "WorkflowNotFound"),
    ] {
        let unknown = home.get(path);
        assert_eq!((unknown.status, &unknown.body["code"]), (404, &json!(code)));
    }
}

pub(super) fn the_same_key_is_the_same_run(home: &Home) {
    let key = fresh("key-");
    let headers = [
        ("prefer", "respond-async"),
        ("idempotency-key", key.as_str()),
    ];
    let first = home.post("/api/orchestrate", &headers, &detect(GERMAN));
    // However many ask at once.
    let again: Vec<_> = thread::scope(|scope| {
        let asking: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| home.post("/api/orchestrate", &headers, &detect(GERMAN))))
            .collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let run_id = first.body["run_id"].as_str().unwrap();
    for one in &again {
        assert_eq!(one.body["run_id"], *run_id, "{first:?} {one:?}");
    }
    let run = home.ended(run_id);
    assert_eq!(run["status"], "succeeded", "{run:#}");
    // Once it has ended the answer is its result.
    let late = home.post("/api/orchestrate", &headers, &detect(GERMAN));
    assert_eq!((late.status, &late.body["run_id"]), (200, &json!(run_id)));
    assert_eq!(late.body["result"], run["output"]["result"]);
    let other = home.post("/api/orchestrate", &headers, &detect("Something else"));
    assert_eq!(other.status, 422, "{other:?}");
}

pub(super) fn a_body_over_the_limit_is_refused(home: &Home) {
    let body = detect(&"x".repeat(5 << 20)).to_string();
    // Asked first, the home refuses before the body is on its way.
    let asked_first = [("expect", "100-continue")];
    let refused = home.send("/api/orchestrate", &asked_first, &body);
    assert_eq!(refused.status, 413, "{}", refused.body);
    assert_eq!(refused.body["code"], "PayloadTooLarge");
}

pub(super) fn runs_are_listed_page_by_page(home: &Home) {
    let begun: BTreeSet<String> = (0..5)
        .map(|_| home.begin("/api/orchestrate", &json!({"code": "x = 1"})))
        .collect();
    for run_id in &begun {
        home.ended(run_id);
    }
    let pages = home.pages("/api/runs", 2);
    assert!(pages.iter().rev().skip(1).all(|page| page.len() == 2));
    let listed: Vec<Value> = pages.into_iter().flatten().collect();
    let ids: Vec<&str> = listed
        .iter()
        .map(|run| run["id"].as_str().unwrap())
        .collect();
    let own = ids.iter().filter(|id| begun.contains(**id)).count();
    assert_eq!(own, 5, "each is there once");
    let unique: BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len());
    assert!(
        ids.is_sorted_by(|a, b| a > b),
        "the newest comes first: {ids:?}"
    );
    assert!(listed.iter().all(|run| run.get("output").is_none()));
}

pub(super) fn components_are_listed_page_by_page(home: &Home) {
    let names = |size| -> Vec<String> {
        let items = home.pages("/api/tools", size).into_iter().flatten();
        items
            .map(|c| c["name"].as_str().unwrap().to_owned())
            .collect()
    };
    // Cases that register beside this one may add a name between two pages, not move one.
    let (small, whole) = (names(7), names(1000));
    assert!(small.is_sorted_by(|a, b| a < b), "{small:?}");
    assert!(small.len() > 20);
    assert!(small.iter().all(|name| whole.contains(name)));
    let bad = home.get("/api/tools?limit=0");
    assert_eq!((bad.status, &bad.body["field"]), (400, &json!("limit")));
    let bad = home.get("/api/tools?cursor=%21");
    assert_eq!((bad.status, &bad.body["field"]), (400, &json!("cursor")));
}

pub(super) fn runs_at_the_same_time_do_not_mix(home: &Home) {
    let texts = [
        ("de", GERMAN),
        (
            "fr",
            "Bonjour tout le monde, comment allez-vous aujourd'hui ? Il fait très beau.",
        ),
        (
            "es",
            "Buenos días a todos, ¿cómo están ustedes hoy? Hace muy buen tiempo.",
        ),
        (
            "en",
            "Good morning everybody, how are you all today? The weather is very fine.",
        ),
    ];
    thread::scope(|scope| {
        for (language, text) in texts.iter().cycle().take(8) {
            scope.spawn(move || {
                let run = home.orchestrate(&detect(text));
                assert_eq!(run["output"]["result"], *language, "{run:#}");
                assert_eq!(run["output"]["trace"][0]["input"]["text"], *text, "{run:#}");
            });
        }
    });
}

pub(super) fn a_run_of_another_project_is_not_found(home: &Home) {
    let run = home.orchestrate(&json!({"code": "x = 1"}));
    let id = run["id"].as_str().unwrap();
    home.give_away(id);
    let unknown = home.get(&format!("/api/runs/{id}"));
    assert_eq!(
        (unknown.status, &unknown.body["code"]),
        (404, &json!("RunNotFound"))
    );
    let cancel = home.post(&format!("/api/runs/{id}/cancel"), &[], &json!({}));
    assert_eq!(cancel.status, 404, "{cancel:?}");
    let listed = home.pages("/api/runs", 100).into_iter().flatten();
    assert!(listed.into_iter().all(|run| run["id"] != *id));
}

pub(super) fn a_cancelled_run_ends_and_its_question_with_it(home: &Home) {
    let mut goal = detect(GERMAN);
    goal["require_approval"] = json!(true);
    let run_id = home.begin("/api/orchestrate", &goal);
    let asked = home.asked(&run_id);
    let path = format!("/api/runs/{run_id}/cancel");
    let cancelled = home.post(&path, &[], &json!({"reason": "changed my mind"}));
    assert!(cancelled.status < 300, "{cancelled:?}");
    let run = home.ended(&run_id);
    assert_eq!(run["status"], "cancelled", "{run:#}");
    assert_eq!(run["error"]["message"], "changed my mind", "{run:#}");
    let late = home.answer(&asked, true);
    assert!((400..500).contains(&late.status), "{late:?}");
    let twice = home.post(&path, &[], &json!({}));
    assert_eq!(twice.status, 409, "{twice:?}");
    assert_eq!(home.ended(&run_id)["status"], "cancelled");
}

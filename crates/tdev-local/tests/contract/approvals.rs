//! The contract of [`ApprovalStore`].

use futures::future::join_all;
use serde_json::{Value, json};
use tdev_core::Code;
use tdev_core::ports::ApprovalStore;
use tdev_core::run::{Answer, Approval};

/// A question of a run, with what matters to the test.
pub(crate) fn question(id: &str, run_id: &str, task_token: &str) -> Approval {
    Approval {
        id: id.to_owned(),
        run_id: run_id.to_owned(),
        step: "ask".to_owned(),
        message: "send it?".to_owned(),
        subject: json!({"to": "ann@example.org"}),
        task_token: task_token.to_owned(),
        created_at: "2026-03-01T10:00:00Z".parse().unwrap(),
        expires_at: None,
        answer: None,
    }
}

/// An answer by somebody.
pub(crate) fn answer(approved: bool, by: &str) -> Answer {
    let at = "2026-03-01T10:05:00Z".parse().unwrap();
    Answer {
        approved,
        by: by.to_owned(),
        comment: String::new(),
        at,
    }
}

/// The whole contract, on an empty store.
pub(crate) async fn suite(store: &dyn ApprovalStore) {
    assert_eq!(
        store.get("a1").await.unwrap_err().code,
        Code::ApprovalNotFound
    );
    assert_eq!(
        store
            .answer("a1", answer(true, "ann"))
            .await
            .unwrap_err()
            .code,
        Code::ApprovalNotFound
    );
    let first = store.ask(question("a1", "r1", "t1")).await.unwrap();
    let again = Approval {
        subject: Value::Null,
        ..question("a1", "r1", "t2")
    };
    assert_eq!(store.ask(again).await.unwrap(), first);
    store.ask(question("a2", "r1", "t3")).await.unwrap();
    let expired = Approval {
        expires_at: Some("2020-01-01T00:00:00Z".parse().unwrap()),
        ..question("a3", "r1", "t4")
    };
    store.ask(expired).await.unwrap();

    let answers = (0..16).map(|i| async move {
        store
            .answer("a1", answer(i % 2 == 0, &format!("p{i}")))
            .await
    });
    let answers = join_all(answers).await;
    let (accepted, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((accepted.len(), refused.len()), (1, 15));
    assert!(
        refused
            .into_iter()
            .all(|r| r.unwrap_err().code == Code::Conflict)
    );
    let stored = store.get("a1").await.unwrap();
    assert_eq!(
        Some(&stored),
        accepted.first().and_then(|r| r.as_ref().ok())
    );

    assert_eq!(
        store
            .answer("a3", answer(true, "ann"))
            .await
            .unwrap_err()
            .code,
        Code::Conflict
    );
    let open: Vec<_> = store
        .open()
        .await
        .unwrap()
        .into_iter()
        .map(|a| a.id)
        .collect();
    assert_eq!(open, ["a2", "a3"]);
}

//! The contract of [`SessionStore`].

use serde_json::json;
use tdev_core::Code;
use tdev_core::ports::{Exchange, SessionKey, SessionStore, Turn};

fn key(project: &str, component: &str, session: &str) -> SessionKey {
    SessionKey {
        project: project.to_owned(),
        component: component.to_owned(),
        session: session.to_owned(),
    }
}

/// A turn of a minute, taken that many seconds after noon.
fn turn(holder: &str, seconds: i64) -> Turn {
    let noon: chrono::DateTime<chrono::Utc> = "2026-03-01T12:00:00Z".parse().unwrap();
    let now = noon + chrono::TimeDelta::seconds(seconds);
    Turn {
        holder: holder.to_owned(),
        now,
        until: now + chrono::TimeDelta::seconds(60),
    }
}

fn exchange(token: &str, text: &str) -> Exchange {
    Exchange {
        token: token.to_owned(),
        input: json!({"text": text}),
        output: json!({"reply": text.to_uppercase()}),
    }
}

/// The whole contract, on an empty store.
pub(crate) async fn suite(store: &dyn SessionStore) {
    let mine = key("demo", "TalkAgent", "s1");
    assert_eq!(store.begin(&mine, &turn("a", 0)).await.unwrap(), []);

    // One call at a time; its own holder may take the turn again.
    let refused = store.begin(&mine, &turn("b", 1)).await.unwrap_err();
    assert_eq!(refused.code, Code::Conflict);
    assert!(refused.retryable());
    assert_eq!(store.begin(&mine, &turn("a", 2)).await.unwrap(), []);

    let first = [exchange("t1", "one"), exchange("", "two \u{1F600}")];
    store.end(&mine, "a", &first).await.unwrap();
    assert_eq!(store.begin(&mine, &turn("b", 3)).await.unwrap(), first);

    // A turn given up changes nothing, and without the turn nobody changes anything.
    store.abandon(&mine, "a").await.unwrap();
    let refused = store.begin(&mine, &turn("c", 4)).await.unwrap_err();
    assert_eq!(refused.code, Code::Conflict, "`b` still has it");
    store.abandon(&mine, "b").await.unwrap();
    assert_eq!(store.begin(&mine, &turn("c", 5)).await.unwrap(), first);

    // A turn that nobody ended is over in time; who comes late has lost it.
    assert_eq!(store.begin(&mine, &turn("d", 66)).await.unwrap(), first);
    let late = store.end(&mine, "c", &[]).await.unwrap_err();
    assert_eq!(late.code, Code::Conflict);
    store.end(&mine, "d", &first[..1]).await.unwrap();
    assert_eq!(
        store.begin(&mine, &turn("e", 70)).await.unwrap(),
        first[..1]
    );

    // Sessions of other names, components and projects are others.
    for other in [
        key("demo", "TalkAgent", "s2"),
        key("demo", "OtherAgent", "s1"),
        key("other", "TalkAgent", "s1"),
    ] {
        assert_eq!(store.begin(&other, &turn("x", 70)).await.unwrap(), []);
    }
}

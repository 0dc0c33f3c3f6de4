//! Secrets: each project its own, read again only after a while, and never shown.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use tdev_aws::secrets::Secrets;
use tdev_core::ports::Clock;

use crate::bench::Bench;

/// A clock that is set.
struct Set(Mutex<DateTime<Utc>>);

impl Clock for Set {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn a_secret_is_kept_for_a_while_and_shown_to_nobody_else() {
    let bench = Bench::new("secrets").await;
    let manager = aws_sdk_secretsmanager::Client::new(&bench.sdk);
    let name = "tdev-secrets/mine/SMTP_PASSWORD";
    let make = manager
        .create_secret()
        .name(name)
        .secret_string("swordfish");
    make.send().await.unwrap();
    let clock = Arc::new(Set(Mutex::new("2026-03-01T10:00:00Z".parse().unwrap())));
    let of = |project: &str| {
        let clock: Arc<dyn Clock> = Arc::clone(&clock) as Arc<dyn Clock>;
        Secrets::of(&bench.sdk, "tdev-secrets", project, clock)
    };
    let (mine, theirs) = (of("mine"), of("theirs"));
    let read = mine.get("SMTP_PASSWORD").await.unwrap();
    assert_eq!(read.as_deref(), Some("swordfish"));
    assert_eq!(mine.get("OTHER").await.unwrap(), None);
    assert_eq!(theirs.get("SMTP_PASSWORD").await.unwrap(), None);
    assert!(!format!("{mine:?}").contains("swordfish"));

    let rotate = manager
        .put_secret_value()
        .secret_id(name)
        .secret_string("haddock");
    rotate.send().await.unwrap();
    let soon = mine.get("SMTP_PASSWORD").await.unwrap();
    assert_eq!(soon.as_deref(), Some("swordfish"), "read once in a while");
    *clock.0.lock().unwrap() += TimeDelta::minutes(6);
    let later = mine.get("SMTP_PASSWORD").await.unwrap();
    assert_eq!(later.as_deref(), Some("haddock"));
}

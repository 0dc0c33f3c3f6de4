//! What a test holds in its hands: time, secrets, and a target that fails on request.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};
use tdev_core::ports::{CallRequest, Clock, Target};
use tdev_core::service::{Sealed, Service, ServiceAnswer, ServiceVersion};
use tdev_core::{Code, Error, Result};
use tdev_runtime::grants::SecretSource;
use tdev_service::LocalTarget;

/// Time that stands while somebody works, and jumps to whatever is waited for else.
#[derive(Clone)]
pub(super) struct Stopwatch {
    now: Arc<Mutex<DateTime<Utc>>>,
    /// How many are at work.
    pub(super) busy: Arc<AtomicUsize>,
}

impl Stopwatch {
    pub(super) fn new() -> Self {
        Self {
            now: Arc::new(Mutex::new("2026-03-01T12:00:00Z".parse().unwrap())),
            busy: Arc::default(),
        }
    }
}

impl Clock for Stopwatch {
    fn now(&self) -> DateTime<Utc> {
        // Never the same moment twice: ids and lines keep their order.
        let mut now = self.now.lock().unwrap();
        *now += TimeDelta::milliseconds(1);
        *now
    }
}

#[async_trait]
impl tdev_asl::Clock for Stopwatch {
    fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    async fn sleep_until(&self, deadline: DateTime<Utc>) {
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
        if self.busy.load(Ordering::SeqCst) > 0 {
            // What is under way ends before its time limit; then this is asked anew.
            std::future::pending::<()>().await;
        }
        let mut now = self.now.lock().unwrap();
        *now = (*now).max(deadline);
    }
}

/// Secrets a test sets.
#[derive(Default)]
pub(super) struct Pocket(pub(super) Mutex<Map<String, Value>>);

impl SecretSource for Pocket {
    fn secret(&self, name: &str) -> Result<Option<String>> {
        let held = self.0.lock().unwrap();
        Ok(held.get(name).and_then(Value::as_str).map(str::to_owned))
    }
}

/// A target that fails where a test says, and otherwise is the real one.
pub(super) struct Faulty {
    pub(super) inner: LocalTarget,
    /// The call that fails: `store`, `install`, `invoke`, `shift`, `remove`.
    pub(super) fails: Mutex<Option<&'static str>>,
    /// What was asked, in order.
    pub(super) asked: Mutex<Vec<String>>,
}

impl Faulty {
    fn pass(&self, what: &'static str, version: &str) -> Result<()> {
        self.asked.lock().unwrap().push(format!("{what} {version}"));
        match *self.fails.lock().unwrap() {
            Some(fails) if fails == what => Err(Error::new(
                Code::Internal,
                format!("the target is out of order while it should {what}"),
            )),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl Target for Faulty {
    async fn admit(&self, sealed: &Sealed) -> Result<()> {
        self.inner.admit(sealed).await
    }

    async fn store(&self, sealed: &Sealed) -> Result<()> {
        self.pass("store", "")?;
        self.inner.store(sealed).await
    }

    async fn install(&self, service: &str, version: &ServiceVersion) -> Result<()> {
        self.pass("install", &version.version_id.to_string())?;
        self.inner.install(service, version).await
    }

    async fn invoke(&self, call: CallRequest) -> Result<ServiceAnswer> {
        self.pass("invoke", &call.version.version_id.to_string())?;
        self.inner.invoke(call).await
    }

    async fn shift(&self, service: &Service) -> Result<()> {
        self.pass("shift", "")?;
        self.inner.shift(service).await
    }

    async fn remove(&self, service: &str, version: &ServiceVersion) -> Result<()> {
        self.pass("remove", &version.version_id.to_string())?;
        self.inner.remove(service, version).await
    }
}

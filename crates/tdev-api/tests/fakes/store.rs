//! Every store in one, in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use tdev_core::agent_io::TestRun;
use tdev_core::component::{Component, ComponentRef, Status, VersionId};
use tdev_core::nearest::did_you_mean;
use tdev_core::ports::{
    ArtifactStore, Charge, EventStore, Filter, Registry, Revision, RunStore, WorkflowStore,
};
use tdev_core::run::{Approval, Run, RunEvent};
use tdev_core::workflow::Workflow;
use tdev_core::{Code, Error, Result};
use tokio::sync::watch;

#[derive(Default)]
pub(crate) struct Store {
    components: Mutex<BTreeMap<String, Vec<Arc<Component>>>>,
    artifacts: Mutex<HashMap<String, Vec<u8>>>,
    workflows: Mutex<BTreeMap<String, Vec<Arc<Workflow>>>>,
    runs: Mutex<Vec<Run>>,
    keys: Mutex<HashMap<String, (String, String)>>,
    events: Mutex<Vec<RunEvent>>,
    pub(crate) charges: Mutex<Vec<Charge>>,
    pub(crate) approvals: Mutex<Vec<Approval>>,
    pub(crate) test_runs: Mutex<Vec<TestRun>>,
    /// What reading a run fails with.
    pub(crate) broken: Mutex<Option<Error>>,
    changed: watch::Sender<u64>,
}

impl Store {
    pub(crate) fn set_run(&self, run: Run) {
        let mut runs = self.runs.lock().unwrap();
        match runs.iter_mut().find(|known| known.id == run.id) {
            Some(known) => *known = run,
            None => runs.push(run),
        }
        self.changed.send_modify(|count| *count += 1);
    }

    pub(crate) fn add_event(&self, event: RunEvent) {
        self.events.lock().unwrap().push(event);
        self.changed.send_modify(|count| *count += 1);
    }

    pub(crate) fn runs(&self) -> Vec<Run> {
        self.runs.lock().unwrap().clone()
    }

    fn has_news(&self, run_id: &str, seq: i64) -> bool {
        let ended = self
            .runs
            .lock()
            .unwrap()
            .iter()
            .any(|r| r.id == run_id && r.status.ended());
        ended
            || self
                .events
                .lock()
                .unwrap()
                .iter()
                .any(|e| e.run_id == run_id && e.seq > seq)
    }
}

#[async_trait]
impl Registry for Store {
    async fn list(&self, filter: &Filter) -> Result<Vec<Arc<Component>>> {
        let all = self.components.lock().unwrap();
        let newest = all.values().filter_map(|versions| versions.last());
        Ok(newest
            .filter(|c| filter.kind.is_none_or(|kind| kind == c.kind))
            .filter(|c| {
                let text = format!("{} {}", c.name, c.description).to_lowercase();
                filter
                    .query
                    .as_ref()
                    .is_none_or(|q| text.contains(&q.to_lowercase()))
            })
            .cloned()
            .collect())
    }

    async fn get(&self, reference: &ComponentRef) -> Result<Arc<Component>> {
        let all = self.components.lock().unwrap();
        let versions = all.get(&reference.name).map_or(&[][..], Vec::as_slice);
        let found = match reference.version {
            Some(version) => versions.iter().find(|c| c.version_id == version),
            None => versions
                .iter()
                .rev()
                .find(|c| c.status == Status::Stable)
                .or(versions.last()),
        };
        found.cloned().ok_or_else(|| {
            Error::new(
                Code::ComponentNotFound,
                format!("no component `{reference}`"),
            )
            .hint_opt(did_you_mean(
                &reference.name,
                all.keys().map(String::as_str),
            ))
        })
    }

    async fn versions(&self, name: &str) -> Result<Vec<Arc<Component>>> {
        Ok(self
            .components
            .lock()
            .unwrap()
            .get(name)
            .cloned()
            .unwrap_or_default())
    }

    async fn put(&self, mut component: Component, condition: Revision) -> Result<Arc<Component>> {
        component.validate()?;
        let mut all = self.components.lock().unwrap();
        let versions = all.entry(component.name.clone()).or_default();
        match condition {
            Revision::New if !versions.is_empty() => {
                return Err(Error::new(Code::AlreadyExists, "it is there"));
            }
            Revision::New => {}
            Revision::NextVersion => {
                component.version_id = versions.last().unwrap().version_id.next();
            }
            Revision::Replaces(hash) => {
                let at = versions
                    .iter()
                    .position(|c| c.version_id == component.version_id);
                let read = versions.remove(at.unwrap());
                let digest = Sha256::digest(serde_json::to_vec(&*read).unwrap());
                assert_eq!(u64::from_be_bytes(digest[..8].try_into().unwrap()), hash);
            }
        }
        let component = Arc::new(component);
        versions.push(component.clone());
        versions.sort_by_key(|c| c.version_id);
        Ok(component)
    }

    async fn remove(&self, _: &str) -> Result<()> {
        Ok(())
    }
}

#[async_trait]
impl ArtifactStore for Store {
    async fn put(&self, bytes: &[u8]) -> Result<String> {
        self.artifacts
            .lock()
            .unwrap()
            .insert("abc".into(), bytes.to_vec());
        Ok("abc".into())
    }

    async fn get(&self, hash: &str) -> Result<Vec<u8>> {
        let found = self.artifacts.lock().unwrap().get(hash).cloned();
        found.ok_or_else(|| Error::new(Code::ArtifactNotFound, "no artifact"))
    }
}

#[async_trait]
impl WorkflowStore for Store {
    async fn list(&self) -> Result<Vec<Arc<Workflow>>> {
        let all = self.workflows.lock().unwrap();
        Ok(all
            .values()
            .filter_map(|versions| versions.last())
            .cloned()
            .collect())
    }

    async fn get(&self, id: &str, version: Option<VersionId>) -> Result<Arc<Workflow>> {
        let all = self.workflows.lock().unwrap();
        let versions = all.get(id).map_or(&[][..], Vec::as_slice);
        let found = versions
            .iter()
            .rev()
            .find(|w| version.is_none_or(|v| w.version_id == v));
        found.cloned().ok_or_else(|| {
            Error::new(Code::WorkflowNotFound, format!("no workflow `{id}`"))
                .hint_opt(did_you_mean(id, all.keys().map(String::as_str)))
        })
    }

    async fn put(&self, mut workflow: Workflow) -> Result<Arc<Workflow>> {
        let mut all = self.workflows.lock().unwrap();
        let versions = all.entry(workflow.id.clone()).or_default();
        if let Some(newest) = versions.last() {
            workflow.version_id = newest.version_id;
            if workflow == **newest {
                return Ok(newest.clone());
            }
            workflow.version_id = newest.version_id.next();
        }
        versions.push(Arc::new(workflow));
        Ok(versions.last().unwrap().clone())
    }
}

#[async_trait]
impl RunStore for Store {
    async fn create(&self, run: Run, idempotency: Option<(&str, &str)>) -> Result<Run> {
        if let Some((key, fingerprint)) = idempotency {
            let mut keys = self.keys.lock().unwrap();
            if let Some((of, id)) = keys.get(key) {
                if of != fingerprint {
                    return Err(Error::new(Code::Conflict, "another request"));
                }
                let runs = self.runs();
                return Ok(runs.into_iter().find(|run| run.id == *id).unwrap());
            }
            keys.insert(key.into(), (fingerprint.into(), run.id.clone()));
            self.set_run(run.clone());
            return Ok(run);
        }
        self.set_run(run.clone());
        Ok(run)
    }

    async fn get(&self, id: &str) -> Result<Run> {
        if let Some(fault) = self.broken.lock().unwrap().clone() {
            return Err(fault);
        }
        let found = self.runs().into_iter().find(|run| run.id == id);
        found.ok_or_else(|| Error::new(Code::RunNotFound, format!("{id} is nowhere")))
    }

    async fn update(&self, run: &Run) -> Result<()> {
        self.set_run(run.clone());
        Ok(())
    }

    async fn list(&self, cursor: Option<&str>, limit: usize) -> Result<(Vec<Run>, Option<String>)> {
        let skip: usize = match cursor {
            Some(text) => text
                .parse()
                .map_err(|_| Error::new(Code::InvalidInput, "not a cursor").field("cursor"))?,
            None => 0,
        };
        let runs = self.runs();
        let next = (skip + limit < runs.len()).then(|| (skip + limit).to_string());
        Ok((
            runs.into_iter().rev().skip(skip).take(limit).collect(),
            next,
        ))
    }
}

#[async_trait]
impl EventStore for Store {
    async fn after(&self, run_id: &str, seq: i64, limit: usize) -> Result<Vec<RunEvent>> {
        let events = self.events.lock().unwrap();
        let news = events.iter().filter(|e| e.run_id == run_id && e.seq > seq);
        Ok(news.take(limit).cloned().collect())
    }

    async fn wait(&self, run_id: &str, seq: i64, patience: Duration) -> Result<()> {
        let mut changed = self.changed.subscribe();
        let news = changed.wait_for(|_| self.has_news(run_id, seq));
        tokio::time::timeout(patience, news).await.ok();
        Ok(())
    }
}

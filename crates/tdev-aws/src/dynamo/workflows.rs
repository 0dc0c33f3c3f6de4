//! Stored workflows: versions are only ever added.

use std::sync::Arc;

use async_trait::async_trait;
use futures::future::try_join_all;
use tdev_core::component::VersionId;
use tdev_core::nearest::did_you_mean;
use tdev_core::ports::{Clock, WorkflowStore};
use tdev_core::workflow::Workflow;
use tdev_core::{Code, Error, Result};

use super::shelf::{Page, Shelf};
use super::write::{Condition, Write, Written};
use super::{number, number_in};

/// How often a version is counted anew because somebody else added one meanwhile.
const ATTEMPTS: u32 = 8;

/// Workflows of one project.
pub(crate) struct Workflows {
    shelf: Shelf,
    clock: Arc<dyn Clock>,
}

impl Workflows {
    pub(crate) const fn new(shelf: Shelf, clock: Arc<dyn Clock>) -> Self {
        Self { shelf, clock }
    }

    async fn unknown(&self, id: &str, version: Option<VersionId>) -> Result<Error> {
        if let Some(version) = version
            && let Some(head) = self.shelf.get(&id_key(id)).await?
        {
            let newest = number_in(&head, "newest_version");
            return Ok(Error::new(
                Code::WorkflowNotFound,
                format!("no workflow `{id}@{version}`"),
            )
            .hint(format!("the newest is `{id}@v{newest}`")));
        }
        let ids = self.shelf.sort_keys(Page::all("id#")).await?;
        let ids = ids.iter().filter_map(|key| key.strip_prefix("id#"));
        Ok(
            Error::new(Code::WorkflowNotFound, format!("no workflow `{id}`"))
                .hint_opt(did_you_mean(id, ids)),
        )
    }
}

fn id_key(id: &str) -> String {
    format!("id#{id}")
}

fn version_key(id: &str, version: VersionId) -> String {
    format!("version#{id}#{:08}", version.0)
}

#[async_trait]
impl WorkflowStore for Workflows {
    async fn list(&self) -> Result<Vec<Arc<Workflow>>> {
        let heads = self.shelf.list(Page::all("id#")).await?;
        let read = heads
            .iter()
            .map(|item| self.shelf.record::<Workflow>("workflow", item));
        Ok(try_join_all(read)
            .await?
            .into_iter()
            .map(Arc::new)
            .collect())
    }

    async fn get(&self, id: &str, version: Option<VersionId>) -> Result<Arc<Workflow>> {
        let key = version.map_or_else(|| id_key(id), |version| version_key(id, version));
        match self.shelf.get(&key).await? {
            Some(item) => Ok(Arc::new(self.shelf.record("workflow", &item).await?)),
            None => Err(self.unknown(id, version).await?),
        }
    }

    async fn put(&self, workflow: Workflow) -> Result<Arc<Workflow>> {
        if workflow.id.is_empty() {
            return Err(
                Error::new(Code::InvalidWorkflow, "a stored workflow needs an id")
                    .field("id")
                    .hint("give it `id`, lowercase words joined by `-`"),
            );
        }
        for _ in 0..ATTEMPTS {
            let mut next = workflow.clone();
            next.version_id = VersionId::default();
            let mut condition = Condition::absent();
            if let Some(head) = self.shelf.get(&id_key(&workflow.id)).await? {
                let newest: Workflow = self.shelf.record("workflow", &head).await?;
                let same = Workflow {
                    version_id: newest.version_id,
                    created_at: newest.created_at,
                    ..next.clone()
                };
                if same == newest {
                    return Ok(Arc::new(newest));
                }
                next.version_id = newest.version_id.next();
                condition = Condition::holds("newest_version = :newest")
                    .with(":newest", number(newest.version_id.0));
            }
            next.created_at = Some(self.clock.now());
            let mut head = self.shelf.item(&id_key(&next.id), &next).await?;
            head.insert("newest_version".to_owned(), number(next.version_id.0));
            let key = version_key(&next.id, next.version_id);
            let version = self.shelf.item(&key, &next).await?;
            let parts = vec![
                self.shelf.part(Write::Put(head, Some(condition)))?,
                self.shelf
                    .part(Write::Put(version, Some(Condition::absent())))?,
            ];
            if self.shelf.transact(parts).await? == Written::All {
                return Ok(Arc::new(next));
            }
        }
        Err(Error::new(
            Code::Conflict,
            format!("`{}` is being changed by many at once", workflow.id),
        )
        .hint("try again"))
    }
}

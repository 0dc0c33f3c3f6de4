//! The history of tests, by component and by version.

use async_trait::async_trait;
use futures::future::try_join_all;
use tdev_core::Result;
use tdev_core::agent_io::TestRun;
use tdev_core::ports::TestRunStore;

use super::shelf::{Order, Page, Shelf};
use super::write::Write;

/// Test runs of one project.
pub(crate) struct TestRuns {
    shelf: Shelf,
}

impl TestRuns {
    pub(crate) const fn new(shelf: Shelf) -> Self {
        Self { shelf }
    }
}

/// What the sort keys of a component's test runs begin with, or those of a version.
fn prefix_of(component: &str) -> String {
    if component.contains('@') {
        format!("version#{component}#")
    } else {
        format!("name#{component}#")
    }
}

#[async_trait]
impl TestRunStore for TestRuns {
    async fn record(&self, run: &TestRun) -> Result<()> {
        let name = run.component.split('@').next().unwrap_or(&run.component);
        let mut parts = Vec::new();
        for of in [name, run.component.as_str()] {
            let sort = format!("{}{}", prefix_of(of), run.id);
            let item = self.shelf.item(&sort, run).await?;
            parts.push(self.shelf.part(Write::Put(item, None))?);
            if name == run.component {
                break;
            }
        }
        // Without a condition there is nothing to refuse it.
        self.shelf.transact(parts).await.map(drop)
    }

    async fn of(&self, component: &str, limit: usize) -> Result<Vec<TestRun>> {
        let newest = Page {
            prefix: &prefix_of(component),
            after: None,
            order: Order::Descending,
            limit,
        };
        let items = self.shelf.list(newest).await?;
        let read = items.iter().map(|item| self.shelf.record("test run", item));
        try_join_all(read).await
    }
}

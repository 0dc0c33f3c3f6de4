//! The audit: lines by their ids, which grow with time; never changed.

use async_trait::async_trait;
use aws_sdk_dynamodb::types::TransactWriteItem;
use futures::future::try_join_all;
use tdev_core::ports::{AuditEntry, AuditFilter, AuditStore};
use tdev_core::{Code, Error, Result};

use super::shelf::{Order, Page, Shelf};
use super::write::Write;

/// What the sort keys of lines begin with.
const LINE: &str = "line#";
/// Lines that are read at once.
const PAGE: usize = 200;

/// The audit of one project.
#[derive(Clone)]
pub(crate) struct Audit {
    shelf: Shelf,
}

impl Audit {
    pub(crate) const fn new(shelf: Shelf) -> Self {
        Self { shelf }
    }

    /// A line as a part of the transaction of the change it is about.
    pub(crate) async fn part(&self, entry: &AuditEntry) -> Result<TransactWriteItem> {
        let item = self.shelf.item(&key(&entry.id), entry).await?;
        self.shelf.part(Write::Put(item, None))
    }
}

fn key(id: &str) -> String {
    format!("{LINE}{id}")
}

#[async_trait]
impl AuditStore for Audit {
    async fn append(&self, entry: &AuditEntry) -> Result<()> {
        let item = self.shelf.item(&key(&entry.id), entry).await?;
        self.shelf.put_all(vec![item]).await
    }

    async fn list(
        &self,
        filter: &AuditFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<AuditEntry>, Option<String>)> {
        if cursor.is_some_and(|cursor| !cursor.starts_with(LINE)) {
            return Err(
                Error::new(Code::InvalidInput, "this is not a cursor of this list")
                    .field("cursor")
                    .hint("pass `next_cursor` of the page before, unchanged"),
            );
        }
        let mut found: Vec<AuditEntry> = Vec::new();
        let mut last = cursor.map(str::to_owned);
        loop {
            let page = Page {
                prefix: LINE,
                after: last.as_deref(),
                order: Order::Descending,
                limit: PAGE,
            };
            let items = self.shelf.list(page).await?;
            let ended = items.len() < PAGE;
            let read = items
                .iter()
                .map(|item| self.shelf.record::<AuditEntry>("line of the audit", item));
            for entry in try_join_all(read).await? {
                last = Some(key(&entry.id));
                if !filter.admits(&entry) {
                    continue;
                }
                if found.len() >= limit {
                    let next = found.last().map(|entry| key(&entry.id));
                    return Ok((found, next));
                }
                found.push(entry);
            }
            if ended {
                return Ok((found, None));
            }
        }
    }
}

//! Runs by id, created once for each idempotency key.

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use futures::future::try_join_all;
use tdev_core::ports::{Clock, RunStore};
use tdev_core::run::{Run, RunStatus};
use tdev_core::{Code, Error, Result};

use super::past_plans;
use super::shelf::{Order, Page, Shelf};
use super::write::{Condition, Write, Written};
use super::{Item, number, string, string_in};

/// What the sort keys of runs begin with.
const RUN: &str = "run#";
/// How long an idempotency key is remembered.
const REMEMBERED: TimeDelta = TimeDelta::days(30);

/// Runs of one project.
#[derive(Clone)]
pub(crate) struct Runs {
    shelf: Shelf,
    clock: Arc<dyn Clock>,
}

impl Runs {
    pub(crate) const fn new(shelf: Shelf, clock: Arc<dyn Clock>) -> Self {
        Self { shelf, clock }
    }

    pub(super) const fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// That the run has not ended, as a part of another write. A run that is not there has not.
    pub(crate) fn under_way(&self, id: &str) -> Result<aws_sdk_dynamodb::types::TransactWriteItem> {
        let condition = Condition::holds("attribute_not_exists(pk) OR run_status = :running")
            .with(":running", string(RunStatus::Running.as_str()));
        self.shelf
            .part(Write::Check(self.shelf.key(&run_key(id)), condition))
    }

    /// Whether there is a run of that id and it has ended.
    pub(crate) async fn ended(&self, id: &str) -> Result<bool> {
        let item = self.shelf.get(&run_key(id)).await?;
        Ok(item.is_some_and(|item| {
            string_in(&item, "run_status").is_some_and(|s| s != RunStatus::Running.as_str())
        }))
    }

    /// Makes a run that failed or was cancelled one under way again.
    pub(crate) async fn reopen(&self, ended: Run) -> Result<Run> {
        let condition =
            Condition::holds("run_status = :was").with(":was", string(ended.status.as_str()));
        let run = ended.reopened()?;
        let write = Write::Put(self.item(&run).await?, Some(condition));
        let written = self.shelf.transact(vec![self.shelf.part(write)?]).await?;
        if written == Written::All {
            return Ok(run);
        }
        Err(Error::new(
            Code::Conflict,
            format!("run `{}` was changed by somebody else first", run.id),
        ))
    }

    /// The run that was begun under a key, if the request was this one.
    async fn first_of(&self, key: &str, fingerprint: &str) -> Result<Option<Run>> {
        let Some(item) = self.shelf.get(key).await? else {
            return Ok(None);
        };
        if string_in(&item, "fingerprint") != Some(fingerprint) {
            return Err(Error::new(
                Code::Conflict,
                "this idempotency key was used with another request",
            )
            .hint("use a new key for a new request"));
        }
        let id = string_in(&item, "run_id").unwrap_or_default();
        RunStore::get(self, id).await.map(Some)
    }

    async fn item(&self, run: &Run) -> Result<Item> {
        let mut item = self.shelf.item(&run_key(&run.id), run).await?;
        item.insert("run_status".to_owned(), string(run.status.as_str()));
        Ok(item)
    }
}

fn run_key(id: &str) -> String {
    format!("{RUN}{id}")
}

#[async_trait]
impl RunStore for Runs {
    async fn create(&self, run: Run, idempotency: Option<(&str, &str)>) -> Result<Run> {
        let item = self.item(&run).await?;
        let mut parts = vec![
            self.shelf
                .part(Write::Put(item, Some(Condition::absent())))?,
        ];
        let key = idempotency.map(|(key, print)| (format!("key#{}#{key}", run.project), print));
        if let Some((key, fingerprint)) = &key {
            if let Some(first) = self.first_of(key, fingerprint).await? {
                return Ok(first);
            }
            let mut item = self.shelf.key(key);
            let forgotten = self.clock.now() + REMEMBERED;
            item.insert("run_id".to_owned(), string(&run.id));
            item.insert("fingerprint".to_owned(), string(*fingerprint));
            item.insert("expires_at".to_owned(), number(forgotten.timestamp()));
            parts.push(
                self.shelf
                    .part(Write::Put(item, Some(Condition::absent())))?,
            );
        }
        if self.shelf.transact(parts).await? == Written::All {
            return Ok(run);
        }
        // Somebody was first with the key, or with the id.
        if let Some((key, fingerprint)) = &key
            && let Some(first) = self.first_of(key, fingerprint).await?
        {
            return Ok(first);
        }
        Err(Error::new(
            Code::AlreadyExists,
            format!("there is a run `{}` already", run.id),
        ))
    }

    async fn get(&self, id: &str) -> Result<Run> {
        match self.shelf.get(&run_key(id)).await? {
            Some(item) => self.shelf.record("run", &item).await,
            None => Err(unknown(id)),
        }
    }

    async fn update(&self, run: &Run) -> Result<()> {
        let item = self.item(run).await?;
        loop {
            let condition = Condition::holds("run_status = :running")
                .with(":running", string(RunStatus::Running.as_str()));
            let write = Write::Put(item.clone(), Some(condition));
            let mut parts = vec![self.shelf.part(write)?];
            if let Some(plan) = past_plans::next_item(&self.shelf, run).await? {
                let write = Write::Put(plan, Some(Condition::absent()));
                parts.push(self.shelf.part(write)?);
            }
            match self.shelf.transact(parts).await? {
                Written::All => return Ok(()),
                // Another run took the place for its plan: the next one then.
                Written::Nothing(held) if held == [true, false] => {}
                // It has ended before, or it is not there.
                Written::Nothing(_) => {
                    let there = self.shelf.get(&run_key(&run.id)).await?;
                    return there.map(drop).ok_or_else(|| unknown(&run.id));
                }
            }
        }
    }

    async fn list(&self, cursor: Option<&str>, limit: usize) -> Result<(Vec<Run>, Option<String>)> {
        let after = cursor.map(place).transpose()?;
        let page = Page {
            prefix: RUN,
            after: after.as_deref(),
            order: Order::Descending,
            limit: limit.saturating_add(1),
        };
        let mut items = self.shelf.list(page).await?;
        let next = if items.len() > limit {
            items.truncate(limit);
            items
                .last()
                .and_then(|item| string_in(item, "sk"))
                .map(|sort| URL_SAFE_NO_PAD.encode(sort))
        } else {
            None
        };
        let runs = items.iter().map(|item| self.shelf.record("run", item));
        Ok((try_join_all(runs).await?, next))
    }
}

/// The sort key a cursor stands for.
fn place(cursor: &str) -> Result<String> {
    URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .filter(|sort| sort.starts_with(RUN))
        .ok_or_else(|| {
            Error::new(Code::InvalidInput, format!("`{cursor}` is not a cursor"))
                .field("cursor")
                .hint("pass `next_cursor` of the page before, unchanged")
        })
}

fn unknown(id: &str) -> Error {
    Error::new(Code::RunNotFound, format!("no run `{id}`"))
}

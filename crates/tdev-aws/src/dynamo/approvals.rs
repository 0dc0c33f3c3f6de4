//! Questions that wait for a person: asked once, answered once.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{SecondsFormat, TimeDelta};
use futures::future::try_join_all;
use tdev_core::ports::{ApprovalStore, Clock};
use tdev_core::run::{Answer, Approval};
use tdev_core::{Code, Error, Result};

use super::runs::Runs;
use super::shelf::{Page, Shelf};
use super::write::{Condition, Write, Written};
use super::{Item, number, string, string_in};

/// How long a question is kept after it expired.
const KEPT: TimeDelta = TimeDelta::days(90);

/// Questions of one project.
pub(crate) struct Approvals {
    shelf: Shelf,
    runs: Runs,
    clock: Arc<dyn Clock>,
}

impl Approvals {
    pub(crate) const fn new(shelf: Shelf, runs: Runs, clock: Arc<dyn Clock>) -> Self {
        Self { shelf, runs, clock }
    }

    async fn find(&self, id: &str) -> Result<Option<Approval>> {
        match self.shelf.get(&approval_key(id)).await? {
            Some(item) => self.shelf.record("approval", &item).await.map(Some),
            None => Ok(None),
        }
    }

    async fn item(&self, approval: &Approval) -> Result<Item> {
        let mut item = self
            .shelf
            .item(&approval_key(&approval.id), approval)
            .await?;
        item.insert("run_id".to_owned(), string(&approval.run_id));
        expire(&mut item, approval);
        Ok(item)
    }
}

fn approval_key(id: &str) -> String {
    format!("approval#{id}")
}

/// Times of one length sort as they follow each other.
fn open_key(approval: &Approval) -> String {
    let asked = approval
        .created_at
        .to_rfc3339_opts(SecondsFormat::Nanos, true);
    format!("open#{asked}#{}", approval.id)
}

fn expire(item: &mut Item, approval: &Approval) {
    if let Some(forgotten) = approval
        .expires_at
        .and_then(|at| at.checked_add_signed(KEPT))
    {
        item.insert("expires_at".to_owned(), number(forgotten.timestamp()));
    }
}

#[async_trait]
impl ApprovalStore for Approvals {
    async fn ask(&self, approval: Approval) -> Result<Approval> {
        let mut open = self.shelf.key(&open_key(&approval));
        open.insert("approval_id".to_owned(), string(&approval.id));
        expire(&mut open, &approval);
        let parts = vec![
            self.shelf.part(Write::Put(
                self.item(&approval).await?,
                Some(Condition::absent()),
            ))?,
            self.shelf.part(Write::Put(open, None))?,
        ];
        if self.shelf.transact(parts).await? == Written::All {
            return Ok(approval);
        }
        self.get(&approval.id).await
    }

    async fn get(&self, id: &str) -> Result<Approval> {
        self.find(id).await?.ok_or_else(|| unknown(id))
    }

    async fn open(&self) -> Result<Vec<Approval>> {
        let waiting = self.shelf.list(Page::all("open#")).await?;
        let read = waiting.iter().map(|item| async move {
            let Some(approval) = self
                .find(string_in(item, "approval_id").unwrap_or_default())
                .await?
            else {
                return Ok::<_, Error>(None);
            };
            // What a run that has ended asked concerns nobody any more.
            let ended = self.runs.ended(&approval.run_id).await?;
            Ok((approval.answer.is_none() && !ended).then_some(approval))
        });
        Ok(try_join_all(read).await?.into_iter().flatten().collect())
    }

    async fn answer(&self, id: &str, answer: Answer) -> Result<Approval> {
        let mut approval = self.get(id).await?;
        approval.answerable(self.clock.now())?;
        approval.answer = Some(answer);
        let mut answered = self.item(&approval).await?;
        answered.insert("answered".to_owned(), number(1));
        let first = Condition::holds("attribute_exists(pk) AND attribute_not_exists(answered)");
        let parts = vec![
            self.shelf.part(Write::Put(answered, Some(first)))?,
            self.shelf
                .part(Write::Delete(self.shelf.key(&open_key(&approval)), None))?,
            self.runs.under_way(&approval.run_id)?,
        ];
        match self.shelf.transact(parts).await? {
            Written::All => Ok(approval),
            Written::Nothing(held) if held.first() == Some(&false) => {
                self.get(id).await?.answerable(self.clock.now())?;
                Err(Error::new(
                    Code::Conflict,
                    format!("`{id}` was answered by somebody else first"),
                ))
            }
            Written::Nothing(_) => Err(Error::new(
                Code::Conflict,
                format!("run `{}` has ended", approval.run_id),
            )),
        }
    }
}

fn unknown(id: &str) -> Error {
    Error::new(Code::ApprovalNotFound, format!("no approval `{id}`"))
}

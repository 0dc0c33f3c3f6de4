//! What runs spent on language models: every change of a run's charges goes with one of its total,
//! on the condition that nobody changed the total since it was read.

use async_trait::async_trait;
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};
use tdev_core::model::ModelReply;
use tdev_core::ports::{Charge, Ledger, Reserved};
use tdev_core::{Code, Error, Result};

use super::shelf::{Page, Shelf};
use super::write::{Condition, Write, Written};
use super::{Item, number, number_in};

/// How often a charge is decided anew because another call of the run was charged meanwhile.
const ATTEMPTS: u32 = 16;

/// Charges of one project's runs.
pub(crate) struct Charges {
    shelf: Shelf,
}

/// One call as it is stored.
#[derive(Serialize, Deserialize)]
struct Call {
    /// What it is charged with, all of it.
    charge: Charge,
    /// Its place among the run's calls.
    place: u64,
    /// The part of the charge that calls left which were begun and never settled.
    lost: u64,
    /// The answer, once it is settled.
    reply: Option<ModelReply>,
}

/// What a run's charges come to.
struct Total {
    /// How often it was written.
    writes: u64,
    spent: u64,
    /// The place of the next call.
    next: u64,
}

impl Charges {
    pub(crate) const fn new(shelf: Shelf) -> Self {
        Self { shelf }
    }

    async fn total(&self, run_id: &str) -> Result<Total> {
        let item = self.shelf.get(&total_key(run_id)).await?;
        let of = |attribute: &str| item.as_ref().map_or(0, |item| number_in(item, attribute));
        Ok(Total {
            writes: of("write_count"),
            spent: of("micro_dollars"),
            next: of("next_place"),
        })
    }

    async fn call(&self, charge: &Charge) -> Result<Option<Call>> {
        match self.shelf.get(&call_key(charge)).await? {
            Some(item) => self.shelf.record("charge", &item).await.map(Some),
            None => Ok(None),
        }
    }

    /// Writes a call, or takes it away, together with what the run's charges come to then.
    async fn write(&self, charge: &Charge, call: Option<&Call>, total: &Total) -> Result<Written> {
        let condition = match total.writes {
            0 => Condition::absent(),
            writes => Condition::holds("write_count = :writes").with(":writes", number(writes)),
        };
        let mut sum: Item = self.shelf.key(&total_key(&charge.run_id));
        sum.insert("write_count".to_owned(), number(total.writes + 1));
        sum.insert("micro_dollars".to_owned(), number(total.spent));
        sum.insert("next_place".to_owned(), number(total.next));
        let change = match call {
            Some(call) => Write::Put(self.shelf.item(&call_key(charge), call).await?, None),
            None => Write::Delete(self.shelf.key(&call_key(charge)), None),
        };
        let parts = vec![
            self.shelf.part(Write::Put(sum, Some(condition)))?,
            self.shelf.part(change)?,
        ];
        self.shelf.transact(parts).await
    }
}

fn total_key(run_id: &str) -> String {
    format!("total#{run_id}")
}

fn call_key(charge: &Charge) -> String {
    format!("call#{}#{}", charge.run_id, charge.key)
}

fn contended(run_id: &str) -> Error {
    Error::new(
        Code::StoreUnavailable,
        format!("too many calls of run `{run_id}` are charged at once"),
    )
}

#[async_trait]
impl Ledger for Charges {
    async fn reserve(&self, charge: &Charge, limit: Option<u64>) -> Result<Reserved> {
        for _ in 0..ATTEMPTS {
            // The total first: a call that is read after it was settled in between is refused by
            // the condition.
            let mut total = self.total(&charge.run_id).await?;
            let before = self.call(charge).await?;
            let (lost, place) = match before {
                Some(Call {
                    reply: Some(reply), ..
                }) => return Ok(Reserved::Answered(reply)),
                Some(begun) => (begun.charge.micro_dollars, begun.place),
                None => {
                    total.next += 1;
                    (0, total.next)
                }
            };
            let most = total.spent.saturating_add(charge.micro_dollars);
            if let Some(limit) = limit.filter(|limit| most > *limit) {
                return Err(charge.exceeds(limit, total.spent));
            }
            total.spent = most;
            let call = Call {
                charge: Charge {
                    micro_dollars: lost.saturating_add(charge.micro_dollars),
                    ..charge.clone()
                },
                place,
                lost,
                reply: None,
            };
            if self.write(charge, Some(&call), &total).await? == Written::All {
                return Ok(Reserved::Granted);
            }
        }
        Err(contended(&charge.run_id))
    }

    async fn settle(&self, charge: &Charge, reply: &ModelReply) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let mut total = self.total(&charge.run_id).await?;
            let begun = self.call(charge).await?.ok_or_else(|| {
                Error::new(
                    Code::Internal,
                    "a call of a language model was not charged before it was made",
                )
            })?;
            let cost = begun.lost.saturating_add(charge.micro_dollars);
            total.spent = total
                .spent
                .saturating_sub(begun.charge.micro_dollars)
                .saturating_add(cost);
            let call = Call {
                charge: Charge {
                    micro_dollars: cost,
                    settled: true,
                    usage: charge.usage,
                    ..begun.charge
                },
                reply: Some(reply.clone()),
                ..begun
            };
            if self.write(charge, Some(&call), &total).await? == Written::All {
                return Ok(());
            }
        }
        Err(contended(&charge.run_id))
    }

    async fn release(&self, charge: &Charge) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let mut total = self.total(&charge.run_id).await?;
            let Some(mut begun) = self.call(charge).await? else {
                return Ok(());
            };
            if begun.reply.is_some() {
                return Ok(());
            }
            let back = begun.charge.micro_dollars.saturating_sub(begun.lost);
            total.spent = total.spent.saturating_sub(back);
            begun.charge.micro_dollars = begun.lost;
            let kept = (begun.lost > 0).then_some(&begun);
            if self.write(charge, kept, &total).await? == Written::All {
                return Ok(());
            }
        }
        Err(contended(&charge.run_id))
    }

    async fn of(&self, run_id: &str) -> Result<Vec<Charge>> {
        let prefix = format!("call#{run_id}#");
        let items = self.shelf.list(Page::all(&prefix)).await?;
        let read = items
            .iter()
            .map(|item| self.shelf.record::<Call>("charge", item));
        let mut calls = try_join_all(read).await?;
        calls.sort_by_key(|call| call.place);
        Ok(calls.into_iter().map(|call| call.charge).collect())
    }
}

//! What runs spent on language models: charged before a call, settled after, all of it in one
//! transaction each.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row};
use tdev_core::model::{ModelReply, Usage};
use tdev_core::ports::{Charge, Ledger, Reserved};
use tdev_core::{Code, Error, Result};

use super::{Database, body, text};
use crate::fault::Failed;

#[async_trait]
impl Ledger for Database {
    async fn reserve(&self, charge: &Charge, limit: Option<u64>) -> Result<Reserved> {
        let charge = charge.clone();
        self.write(move |conn| {
            let before: Option<(u64, Option<String>)> = conn
                .prepare_cached(
                    "SELECT micro_dollars, reply FROM charges WHERE run_id = ?1 AND key = ?2",
                )?
                .query_row((&charge.run_id, &charge.key), |row| {
                    Ok((amount(row, 0)?, row.get(1)?))
                })
                .optional()?;
            let lost = match before {
                Some((_, Some(reply))) => {
                    let reply: ModelReply = body("answer of a language model", &reply)?;
                    return Ok(Reserved::Answered(reply));
                }
                Some((charged, None)) => charged,
                None => 0,
            };
            let spent = spent(conn, &charge.run_id)?;
            let most = spent.saturating_add(charge.micro_dollars);
            if let Some(limit) = limit.filter(|limit| most > *limit) {
                return Err(charge.exceeds(limit, spent).into());
            }
            conn.prepare_cached(
                "INSERT INTO charges (run_id, key, step, model, input_tokens, output_tokens, lost,
                                      micro_dollars, priced, settled)
                 VALUES (?1, ?2, ?3, ?4, 0, 0, ?5, ?6, ?7, 0)
                 ON CONFLICT (run_id, key) DO UPDATE
                 SET lost = excluded.lost, micro_dollars = excluded.micro_dollars",
            )?
            .execute((
                &charge.run_id,
                &charge.key,
                &charge.step,
                &charge.model,
                stored(lost),
                stored(lost.saturating_add(charge.micro_dollars)),
                charge.priced,
            ))?;
            Ok(Reserved::Granted)
        })
        .await
    }

    async fn settle(&self, charge: &Charge, reply: &ModelReply) -> Result<()> {
        let (charge, reply) = (charge.clone(), text(reply)?);
        self.write(move |conn| {
            let settled = conn
                .prepare_cached(
                    "UPDATE charges SET input_tokens = ?3, output_tokens = ?4,
                     micro_dollars = lost + ?5, settled = 1, reply = ?6
                     WHERE run_id = ?1 AND key = ?2",
                )?
                .execute((
                    &charge.run_id,
                    &charge.key,
                    stored(charge.usage.input_tokens),
                    stored(charge.usage.output_tokens),
                    // Half of the range, so that what was lost can be added to it.
                    stored(charge.micro_dollars).min(i64::MAX / 2),
                    reply,
                ))?;
            if settled == 0 {
                return Err(Error::new(
                    Code::Internal,
                    "a call of a language model was not charged before it was made",
                )
                .into());
            }
            Ok(())
        })
        .await
    }

    async fn release(&self, charge: &Charge) -> Result<()> {
        let charge = charge.clone();
        self.write(move |conn| {
            let of = (&charge.run_id, &charge.key);
            conn.prepare_cached(
                "UPDATE charges SET micro_dollars = lost
                 WHERE run_id = ?1 AND key = ?2 AND settled = 0",
            )?
            .execute(of)?;
            conn.prepare_cached(
                "DELETE FROM charges
                 WHERE run_id = ?1 AND key = ?2 AND settled = 0 AND lost = 0",
            )?
            .execute(of)?;
            Ok(())
        })
        .await
    }

    async fn of(&self, run_id: &str) -> Result<Vec<Charge>> {
        let run_id = run_id.to_owned();
        self.read(move |conn| {
            let mut of_run = conn.prepare_cached(
                "SELECT run_id, key, step, model, input_tokens, output_tokens, micro_dollars,
                        priced, settled
                 FROM charges WHERE run_id = ?1 ORDER BY place",
            )?;
            let rows = of_run.query_map([&run_id], |row| {
                Ok(Charge {
                    run_id: row.get(0)?,
                    key: row.get(1)?,
                    step: row.get(2)?,
                    model: row.get(3)?,
                    usage: Usage {
                        input_tokens: amount(row, 4)?,
                        output_tokens: amount(row, 5)?,
                    },
                    micro_dollars: amount(row, 6)?,
                    priced: row.get(7)?,
                    settled: row.get(8)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }
}

fn spent(conn: &Connection, run_id: &str) -> Result<u64, Failed> {
    let mut of_run = conn.prepare_cached("SELECT micro_dollars FROM charges WHERE run_id = ?1")?;
    let amounts = of_run.query_map([run_id], |row| amount(row, 0))?;
    amounts
        .map(|one| Ok(one?))
        .try_fold(0_u64, |sum, one| one.map(|one| sum.saturating_add(one)))
}

/// SQLite counts to half as far as we do; a greater amount is as good as endless.
fn stored(amount: u64) -> i64 {
    i64::try_from(amount)
        .unwrap_or(i64::MAX / 2)
        .min(i64::MAX / 2)
}

fn amount(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column)
        .map(|stored| u64::try_from(stored).unwrap_or(0))
}

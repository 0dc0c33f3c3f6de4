//! A ledger in memory, for tests only. The one on disk keeps the same contract.

use std::sync::Mutex;

use async_trait::async_trait;
use tdev_core::model::{ModelReply, in_dollars};
use tdev_core::ports::{Charge, Ledger, Reserved};
use tdev_core::{Code, Error, Result};

#[derive(Default)]
pub(crate) struct InMemory {
    rows: Mutex<Vec<Row>>,
}

struct Row {
    charge: Charge,
    /// What calls before the last one are charged with, which nobody settled.
    lost: u64,
    reply: Option<ModelReply>,
}

fn same(row: &Row, charge: &Charge) -> bool {
    row.charge.run_id == charge.run_id && row.charge.key == charge.key
}

#[async_trait]
impl Ledger for InMemory {
    async fn reserve(&self, charge: &Charge, limit: Option<u64>) -> Result<Reserved> {
        let mut rows = self.rows.lock().unwrap();
        let before = rows.iter().position(|row| same(row, charge));
        if let Some(reply) = before.and_then(|at| rows[at].reply.clone()) {
            return Ok(Reserved::Answered(reply));
        }
        let spent: u64 = rows
            .iter()
            .filter(|row| row.charge.run_id == charge.run_id)
            .map(|row| row.charge.micro_dollars)
            .sum();
        if let Some(limit) = limit
            && spent.saturating_add(charge.micro_dollars) > limit
        {
            let left = in_dollars(limit.saturating_sub(spent));
            return Err(Error::new(
                Code::BudgetExceeded,
                format!("the run has {left} left"),
            ));
        }
        match before {
            Some(at) => {
                let row = &mut rows[at];
                row.lost = row.charge.micro_dollars;
                row.charge.micro_dollars += charge.micro_dollars;
            }
            None => rows.push(Row {
                charge: charge.clone(),
                lost: 0,
                reply: None,
            }),
        }
        Ok(Reserved::Granted)
    }

    async fn settle(&self, charge: &Charge, reply: &ModelReply) -> Result<()> {
        let mut rows = self.rows.lock().unwrap();
        let row = rows.iter_mut().find(|row| same(row, charge)).unwrap();
        row.charge = Charge {
            micro_dollars: row.lost + charge.micro_dollars,
            settled: true,
            ..charge.clone()
        };
        row.reply = Some(reply.clone());
        Ok(())
    }

    async fn release(&self, charge: &Charge) -> Result<()> {
        let mut rows = self.rows.lock().unwrap();
        let under_way = |row: &Row| same(row, charge) && !row.charge.settled;
        for row in rows.iter_mut().filter(|row| under_way(row)) {
            row.charge.micro_dollars = row.lost;
        }
        rows.retain(|row| !under_way(row) || row.lost > 0);
        Ok(())
    }

    async fn of(&self, run_id: &str) -> Result<Vec<Charge>> {
        let rows = self.rows.lock().unwrap();
        let charges = rows.iter().map(|row| row.charge.clone());
        Ok(charges.filter(|charge| charge.run_id == run_id).collect())
    }
}

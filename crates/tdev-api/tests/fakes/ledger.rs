//! What runs spent, in the store in memory.

use async_trait::async_trait;
use tdev_core::Result;
use tdev_core::model::ModelReply;
use tdev_core::ports::{Charge, Ledger, Reserved};

use super::Store;

#[async_trait]
impl Ledger for Store {
    async fn reserve(&self, charge: &Charge, _: Option<u64>) -> Result<Reserved> {
        self.charges.lock().unwrap().push(charge.clone());
        Ok(Reserved::Granted)
    }

    async fn settle(&self, charge: &Charge, _: &ModelReply) -> Result<()> {
        let mut all = self.charges.lock().unwrap();
        let begun = all.iter_mut().find(|c| c.key == charge.key).unwrap();
        *begun = Charge {
            settled: true,
            ..charge.clone()
        };
        Ok(())
    }

    async fn release(&self, charge: &Charge) -> Result<()> {
        let mut all = self.charges.lock().unwrap();
        all.retain(|c| c.key != charge.key);
        Ok(())
    }

    async fn of(&self, run_id: &str) -> Result<Vec<Charge>> {
        let all = self.charges.lock().unwrap();
        Ok(all.iter().filter(|c| c.run_id == run_id).cloned().collect())
    }
}

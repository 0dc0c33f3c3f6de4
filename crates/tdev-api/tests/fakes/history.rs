//! Approvals and test history of the store in memory.

use async_trait::async_trait;
use tdev_core::agent_io::TestRun;
use tdev_core::ports::{ApprovalStore, TestRunStore};
use tdev_core::run::{Answer, Approval};
use tdev_core::{Code, Error, Result};

use super::Store;

#[async_trait]
impl ApprovalStore for Store {
    async fn ask(&self, approval: Approval) -> Result<Approval> {
        self.approvals.lock().unwrap().push(approval.clone());
        Ok(approval)
    }

    async fn get(&self, id: &str) -> Result<Approval> {
        let found = self
            .approvals
            .lock()
            .unwrap()
            .iter()
            .find(|a| a.id == id)
            .cloned();
        found.ok_or_else(|| Error::new(Code::ApprovalNotFound, "not there"))
    }

    async fn open(&self) -> Result<Vec<Approval>> {
        let all = self.approvals.lock().unwrap();
        Ok(all.iter().filter(|a| a.answer.is_none()).cloned().collect())
    }

    async fn answer(&self, id: &str, answer: Answer) -> Result<Approval> {
        let mut all = self.approvals.lock().unwrap();
        let approval = all.iter_mut().find(|a| a.id == id).unwrap();
        if approval.answer.is_some() {
            return Err(Error::new(Code::Conflict, "it is answered already"));
        }
        approval.answer = Some(answer);
        Ok(approval.clone())
    }
}

#[async_trait]
impl TestRunStore for Store {
    async fn record(&self, run: &TestRun) -> Result<()> {
        self.test_runs.lock().unwrap().push(run.clone());
        Ok(())
    }

    async fn of(&self, component: &str, limit: usize) -> Result<Vec<TestRun>> {
        let all = self.test_runs.lock().unwrap();
        let of = |run: &&TestRun| {
            run.component == component || run.component.split('@').next() == Some(component)
        };
        Ok(all.iter().rev().filter(of).take(limit).cloned().collect())
    }
}

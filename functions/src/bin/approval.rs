//! The function of the approval.

use tdev_agents::approval::Approver;
use tdev_functions::{Error, agent};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    agent(Approver::new).await
}

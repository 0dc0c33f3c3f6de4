//! The function of the executor.

use tdev_agents::executor::Executor;
use tdev_functions::{Error, agent};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    agent(Executor::new).await
}

//! The function of the reviewer.

use tdev_agents::agno::Reviewer;
use tdev_functions::{Error, agent};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    agent(Reviewer::new).await
}

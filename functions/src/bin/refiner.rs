//! The function of the refiner.

use tdev_agents::agno::Refiner;
use tdev_functions::{Error, agent};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    agent(Refiner::new).await
}

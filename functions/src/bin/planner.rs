//! The function of the planner.

use tdev_agents::planner::Planner;
use tdev_functions::{Error, agent};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    agent(Planner::new).await
}

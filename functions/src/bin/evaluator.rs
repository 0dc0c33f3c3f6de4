//! The function of the evaluator.

use tdev_agents::evaluator::Evaluator;
use tdev_functions::{Error, agent};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    agent(Evaluator::new).await
}

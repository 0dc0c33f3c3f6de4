//! The function of the agno.

use tdev_agents::agno::Agno;
use tdev_functions::{Error, agent};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    agent(Agno::new).await
}

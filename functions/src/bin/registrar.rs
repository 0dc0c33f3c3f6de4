//! The function of the registrar.

use tdev_agents::registrar::Registrar;
use tdev_functions::{Error, agent};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    agent(Registrar::new).await
}

//! The function of the tester.

use tdev_agents::tester::Tester;
use tdev_functions::{Error, agent};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    agent(Tester::new).await
}

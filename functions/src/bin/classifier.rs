//! The function of the classifier.

use tdev_agents::classifier::Classifier;
use tdev_functions::{Error, agent};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    agent(Classifier::new).await
}

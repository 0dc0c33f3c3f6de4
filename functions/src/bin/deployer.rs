//! The function of the deployer.

use tdev_functions::{Error, deployer};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    deployer().await
}

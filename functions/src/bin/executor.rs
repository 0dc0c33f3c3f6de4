//! The function of the executor.

use tdev_functions::{Error, executor};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    executor().await
}

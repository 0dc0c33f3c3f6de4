//! The function behind API Gateway.

use tdev_functions::{Error, api};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    api().await
}

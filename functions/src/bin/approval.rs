//! The function of the approval.

use tdev_functions::{Error, approval};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    approval().await
}

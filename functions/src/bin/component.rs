//! The function that runs components, registered or about to be.

use tdev_functions::{Error, component};

#[tokio::main]
async fn main() -> Result<(), Error> {
    component().await
}

//! The function that turns alarms and ends of runs into messages people read.

use tdev_functions::{Error, notifier};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    notifier().await
}

//! The binary `tdev`: a file per command.
fn main() {}

//! The binary `tdev`: a file per command, one composition root, one place that prints.

mod cli;
mod commands;

mod drive;
mod files;
mod given;
mod media;
mod project;

mod app;
mod config;

mod console;
mod outcome;
mod view;

use std::process::ExitCode;

fn main() -> ExitCode {
    let console = console::Console::new(cli::wants_json(std::env::args_os()));
    let cli = match cli::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(refused) => return cli::explain(&refused, &console),
    };
    let console = console.quiet(cli.global.quiet);
    // Nothing is opened yet: a command opens what it needs.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let done = match runtime {
        Ok(runtime) => {
            let done = runtime.block_on(commands::run(cli, &console));
            // A thread that waits for a key press must not hold the program.
            runtime.shutdown_background();
            done
        }
        Err(fault) => Err(outcome::Stop::Failed(tdev_core::Error::new(
            tdev_core::Code::Internal,
            format!("threads could not be started: {fault}"),
        ))),
    };
    outcome::finish(done, &console)
}

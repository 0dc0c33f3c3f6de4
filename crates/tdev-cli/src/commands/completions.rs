//! `tdev completions`: what a shell needs to complete `tdev`.

use clap_complete::Shell;

use crate::cli;
use crate::console::Console;
use crate::outcome::{Exit, Outcome};

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev completions bash > ~/.local/share/bash-completion/completions/tdev
  tdev completions zsh > ~/.zfunc/_tdev
  tdev completions fish > ~/.config/fish/completions/tdev.fish")]
pub(crate) struct Args {
    /// Which shell
    shell: Shell,
}

pub(super) fn run(args: &Args, console: &Console) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut cli::command(), "tdev", &mut script);
    console.text(&String::from_utf8_lossy(&script));
    Ok(Exit::Done)
}

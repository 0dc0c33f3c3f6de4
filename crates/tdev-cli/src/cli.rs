//! The command line: what there is to say, and help a person can learn the product from.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::styling::{AnsiColor, Styles};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, Parser};
use tdev_core::{Code, Error};

use crate::commands::{Command, GROUPS};
use crate::console::Console;
use crate::view;

const ABOUT: &str = "Turns a goal in plain words into a running service of registered components.";

const LONG: &str = "\
Turns a goal in plain words into a running service of registered components:
tools (no brain), agents (one) and teams (several). What is missing is written,
tested and registered. Everything happens on this machine; there is no account.";

const AFTER: &str = "\
Examples:
  tdev orchestrate \"who is behind this badge?\" --input image=@badge.png
  tdev list --query qr
  tdev run QrCodeReaderTool --input image=@badge.png

`tdev help COMMAND` says more. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 below a gate.";

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default())
    .error(AnsiColor::Red.on_default().bold())
    .valid(AnsiColor::Green.on_default())
    .invalid(AnsiColor::Yellow.on_default());

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "tdev", version, about = ABOUT, long_about = LONG, after_help = AFTER, styles = STYLES,
    max_term_width = 100, disable_help_subcommand = false, infer_long_args = false
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// Results and errors as JSON on stdout; JSON lines for what streams
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The project's folder; else the nearest one above with a tdev.toml, else this one
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) project: Option<PathBuf>,
    /// No progress on stderr
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

/// The command as clap knows it, with its commands listed in groups.
pub(crate) fn command() -> clap::Command {
    let mut command = Cli::command();
    let mut listed = String::from("{about-with-newline}\n{usage-heading} {usage}\n");
    for (title, names) in GROUPS {
        listed.push_str(&format!("\n\x1b[1;32m{title}:\x1b[0m\n"));
        for name in *names {
            let about = command
                .find_subcommand(name)
                .and_then(clap::Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            listed.push_str(&format!("  \x1b[1;36m{name:<12}\x1b[0m {about}\n"));
        }
    }
    listed.push_str("\n{options}{after-help}");
    command = command
        .help_template(listed.replace("{options}", "\x1b[1;32mEverywhere:\x1b[0m\n{options}\n"));
    command
}

/// Reads the command line.
///
/// # Errors
/// What is wrong with it, or the help that was asked for.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let matches = command().try_get_matches_from(arguments)?;
    Cli::from_arg_matches(&matches)
}

/// Whether JSON is asked for, known before the command line is understood.
pub(crate) fn wants_json(arguments: impl IntoIterator<Item = OsString>) -> bool {
    arguments
        .into_iter()
        .take_while(|argument| argument != "--")
        .any(|argument| argument == "--json")
}

/// Prints why the command line was not understood, or the help that was asked for.
pub(crate) fn explain(refused: &clap::Error, console: &Console) -> ExitCode {
    let asked = matches!(
        refused.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    if asked {
        console.text(&refused.render().ansi().to_string());
        return ExitCode::SUCCESS;
    }
    if console.json() {
        let text = refused.render().to_string();
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let message = lines
            .next()
            .unwrap_or_default()
            .trim_start_matches("error: ")
            .to_owned();
        let hint = lines.find_map(|line| line.strip_prefix("tip: "));
        let error = Error::new(Code::InvalidInput, message).hint_opt(hint.map(str::to_owned));
        console.value(&view::fault::problem(&[error]));
    } else {
        console.raw(&refused.render().ansi().to_string());
    }
    ExitCode::from(2)
}

#[cfg(test)]
mod tests;

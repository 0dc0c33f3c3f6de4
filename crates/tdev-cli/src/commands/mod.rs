//! The commands, a file each.

mod approvals;
mod approve;
mod asl;
mod classify;
mod completions;
mod compose;
mod delete;
mod deploy;
mod doctor;
mod eval;
mod evaluate;
mod generate;
mod init;
mod interpreter;
mod lifecycle;
mod list;
mod logs;
mod orchestrate;
mod promote;
mod redrive;
mod refine;
mod register;
mod resume;
mod rollback;
mod run;
mod runs;
mod serve;
mod services;
mod show;
mod status;
mod test;
mod trace;
mod unregister;
mod welcome;

use clap::Subcommand;

use crate::app::App;
use crate::cli::Cli;
use crate::console::Console;
use crate::outcome::{Outcome, Stop};

/// Everything `tdev` does.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(init::Args),
    Doctor(doctor::Args),
    Serve(serve::Args),
    List(list::Args),
    Show(show::Args),
    Register(register::Args),
    Unregister(unregister::Args),
    Classify(classify::Args),
    Generate(generate::Args),
    Refine(refine::Args),
    Test(test::Args),
    Compose(compose::Args),
    Evaluate(evaluate::Args),
    Run(run::Args),
    Orchestrate(orchestrate::Args),
    Runs(runs::Args),
    Trace(trace::Args),
    Resume(resume::Args),
    Redrive(redrive::Args),
    Approvals(approvals::Args),
    Approve(approve::Args),
    Deploy(deploy::Args),
    Services(services::Args),
    Status(status::Args),
    Logs(logs::Args),
    Promote(promote::Args),
    Rollback(rollback::Args),
    Delete(delete::Args),
    Deprecate(lifecycle::Deprecate),
    Disable(lifecycle::Disable),
    UsedBy(lifecycle::UsedBy),
    Asl(asl::Args),
    Eval(eval::Args),
    Completions(completions::Args),
    #[command(hide = true)]
    Interpreter(interpreter::Args),
}

/// The commands as help lists them.
pub(crate) const GROUPS: &[(&str, &[&str])] = &[
    (
        "Reach a goal",
        &[
            "orchestrate",
            "runs",
            "trace",
            "resume",
            "redrive",
            "approvals",
            "approve",
        ],
    ),
    (
        "Components",
        &[
            "list",
            "show",
            "classify",
            "register",
            "unregister",
            "generate",
            "refine",
            "test",
            "promote",
            "deprecate",
            "disable",
            "used-by",
        ],
    ),
    ("Workflows", &["compose", "evaluate", "run", "asl", "eval"]),
    (
        "Services",
        &["deploy", "services", "status", "logs", "rollback", "delete"],
    ),
    ("Project", &["init", "serve", "doctor", "completions"]),
];

/// Does what the command line asks for.
pub(crate) async fn run(cli: Cli, console: &Console) -> Outcome {
    let folder = cli.global.project.as_deref();
    let app = || App::open(folder).map_err(Stop::from);
    match cli.command {
        None => Ok(welcome::run(App::open(folder).ok(), console).await),
        Some(Command::Init(args)) => init::run(&args, folder, console),
        Some(Command::Doctor(args)) => doctor::run(args, folder, console).await,
        Some(Command::Serve(args)) => serve::run(args, &app()?.through("api"), console).await,
        Some(Command::List(args)) => list::run(args, &app()?, console).await,
        Some(Command::Show(args)) => show::run(args, &app()?, console).await,
        Some(Command::Register(args)) => register::run(args, &app()?, console).await,
        Some(Command::Unregister(args)) => unregister::run(args, &app()?, console).await,
        Some(Command::Classify(args)) => classify::run(args, &app()?, console).await,
        Some(Command::Generate(args)) => generate::run(args, &app()?, console).await,
        Some(Command::Refine(args)) => refine::run(args, &app()?, console).await,
        Some(Command::Test(args)) => test::run(args, &app()?, console).await,
        Some(Command::Compose(args)) => compose::run(args, &app()?, console).await,
        Some(Command::Evaluate(args)) => evaluate::run(args, &app()?, console).await,
        Some(Command::Run(args)) => run::run(args, &app()?, console).await,
        Some(Command::Orchestrate(args)) => orchestrate::run(args, &app()?, console).await,
        Some(Command::Runs(args)) => runs::run(args, &app()?, console).await,
        Some(Command::Trace(args)) => trace::run(args, &app()?, console).await,
        Some(Command::Resume(args)) => resume::run(args, &app()?, console).await,
        Some(Command::Redrive(args)) => redrive::run(args, &app()?, console).await,
        Some(Command::Approvals(args)) => approvals::run(args, &app()?, console).await,
        Some(Command::Approve(args)) => approve::run(args, &app()?, console).await,
        Some(Command::Deploy(args)) => deploy::run(args, &app()?, console).await,
        Some(Command::Services(args)) => services::run(args, &app()?, console).await,
        Some(Command::Status(args)) => status::run(args, &app()?, console).await,
        Some(Command::Logs(args)) => logs::run(args, &app()?, console).await,
        Some(Command::Promote(args)) => promote::run(args, &app()?, console).await,
        Some(Command::Rollback(args)) => rollback::run(args, &app()?, console).await,
        Some(Command::Delete(args)) => delete::run(args, &app()?, console).await,
        Some(Command::Deprecate(args)) => lifecycle::deprecate(args, &app()?, console).await,
        Some(Command::Disable(args)) => lifecycle::disable(args, &app()?, console).await,
        Some(Command::UsedBy(args)) => lifecycle::used_by(args, &app()?, console).await,
        Some(Command::Asl(args)) => asl::run(args, console).await,
        Some(Command::Eval(args)) => eval::run(&args, console),
        Some(Command::Completions(args)) => completions::run(&args, console),
        Some(Command::Interpreter(args)) => interpreter::run(args, console),
    }
}

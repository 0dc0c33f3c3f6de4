//! `tdev init`: the first files of a project or component.

mod files;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::json;
use tdev_core::component::{camel_case, kebab_case, snake_case};
use tdev_core::{Code, Error, Result};

use crate::config::{self, Config};
use crate::console::Console;
use crate::outcome::{Exit, Outcome, Stop};
use crate::view::{Line, Look};

/// Start a project, agent, tool, team or workflow
///
/// Writes a scaffold that runs as it is, and never over a file that is there.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev init project --name badges
  tdev init agent --name MyAgent
  tdev init agent --name MyAgent --runtime prompt
  tdev init tool --name WordCountTool
  tdev init workflow --name policy-match-flow")]
pub(crate) struct Args {
    /// What to start
    what: What,
    /// What to call it
    #[arg(long, short, value_name = "NAME")]
    name: Option<String>,
    /// How an agent or team is made: as source, or declared as instructions for a model
    #[arg(long, value_name = "RUNTIME", default_value = "python")]
    runtime: Made,
    /// Write over files that are there
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    Project,
    Agent,
    Tool,
    Team,
    Workflow,
}

/// How a component is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Made {
    /// Python source
    Python,
    /// A JSON record with instructions, or with a team's mode
    Prompt,
}

/// A file to be written: where, and what.
pub(super) type Draft = (PathBuf, String);

pub(super) fn run(args: &Args, folder: Option<&Path>, console: &Console) -> Outcome {
    let (root, drafts, next) = if args.what == What::Project {
        let root = config::here()?.join(folder.unwrap_or(Path::new("")));
        let called = root
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let name = kebab_case(args.name.as_deref().unwrap_or(&called));
        let next = "tdev orchestrate \"…\"".to_owned();
        (root, files::project(&name), next)
    } else {
        let root = Config::load(folder)?.root;
        let name = args.name.clone().ok_or_else(|| {
            Stop::Usage(
                Error::new(Code::InvalidInput, "what is it called?")
                    .field("--name")
                    .hint(example(args.what)),
            )
        })?;
        let (drafts, next) = component(args.what, args.runtime, &name)?;
        (root, drafts, next)
    };
    // A project may be given files of its own before: they are kept.
    let keep = args.what == What::Project;
    let written = write(&root, &drafts, args.force, keep)?;
    if console.json() {
        console.value(&json!({"root": root, "written": written, "next": next}));
        return Ok(Exit::Done);
    }
    for file in &written {
        console.result(&[Line::new()
            .with(Look::Good, "✓ ")
            .and(file.display().to_string())]);
    }
    if written.is_empty() {
        console.note("everything is there already");
    }
    console.notes(&[Line::plain("next: ").with(Look::Name, next)]);
    Ok(Exit::Done)
}

fn example(what: What) -> &'static str {
    match what {
        What::Agent => "tdev init agent --name MyAgent",
        What::Tool => "tdev init tool --name MyTool",
        What::Team => "tdev init team --name MyTeam",
        What::Workflow => "tdev init workflow --name my-flow",
        What::Project => "tdev init project --name my-project",
    }
}

fn component(what: What, made: Made, name: &str) -> Result<(Vec<Draft>, String), Stop> {
    let class = camel_case(name);
    let file = snake_case(&class);
    Ok(match (what, made) {
        (What::Agent, Made::Prompt) => {
            scaffold(format!("agents/{file}.json"), files::prompt_agent(&class))
        }
        (What::Team, Made::Prompt) => {
            scaffold(format!("teams/{file}.json"), files::prompt_team(&class))
        }
        (What::Tool | What::Workflow | What::Project, Made::Prompt) => {
            return Err(Stop::Usage(
                Error::new(
                    Code::InvalidInput,
                    "only agents and teams are declared as prompts",
                )
                .field("--runtime")
                .hint("a tool has no brain: leave `--runtime` out"),
            ));
        }
        (What::Workflow, Made::Python) => {
            let id = kebab_case(name);
            let path = format!("workflows/{id}.json");
            let next = format!("tdev compose {path}");
            (vec![(path.into(), files::workflow(&id))], next)
        }
        (What::Tool, Made::Python) => scaffold(format!("tools/{file}.py"), files::tool(&class)),
        (What::Team, Made::Python) => scaffold(format!("teams/{file}.py"), files::team(&class)),
        (What::Agent | What::Project, Made::Python) => {
            scaffold(format!("agents/{file}.py"), files::agent(&class))
        }
    })
}

fn scaffold(path: String, text: String) -> (Vec<Draft>, String) {
    let next = format!("tdev register {path}");
    (vec![(path.into(), text)], next)
}

/// Writes the files, none over one that is there unless forced. The first refusal leaves nothing
/// written, except that a project keeps what it has.
fn write(root: &Path, drafts: &[Draft], force: bool, keep: bool) -> Result<Vec<PathBuf>> {
    if !force
        && !keep
        && let Some((path, _)) = drafts.iter().find(|(path, _)| root.join(path).exists())
    {
        return Err(Error::new(
            Code::AlreadyExists,
            format!("`{}` is there already", path.display()),
        )
        .field("--name")
        .hint("choose another name, or write over it with --force"));
    }
    let mut written = Vec::new();
    for (path, text) in drafts {
        let whole = root.join(path);
        if keep && !force && whole.exists() {
            continue;
        }
        let done = whole
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&whole, text));
        done.map_err(|fault| {
            let reason = match fault.kind() {
                ErrorKind::PermissionDenied => "permission denied".to_owned(),
                _ => fault.to_string(),
            };
            Error::new(
                Code::StoreUnavailable,
                format!("`{}` cannot be written: {reason}", whole.display()),
            )
        })?;
        written.push(path.clone());
    }
    Ok(written)
}

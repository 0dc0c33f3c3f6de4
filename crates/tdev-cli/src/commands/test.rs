//! `tdev test`: puts components to their tests.

use serde_json::json;
use tdev_core::Result;
use tdev_core::agent_io::TestRun;
use tdev_core::component::{Component, ComponentRef, Example};
use tdev_core::ports::Filter;

use crate::app::App;
use crate::console::Console;
use crate::given;
use crate::outcome::{Exit, Outcome};
use crate::view::{Line, Look, fault, tree};

/// Test a component, or all of them
///
/// A component is put to its examples, to values made from its schema, and to input it
/// must refuse. The record is kept and counts in evaluations. Exit code 1 where one fails.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev test MyAgent
  tdev test all
  tdev test MyAgent@v2 --seed 7 --verbose")]
pub(crate) struct Args {
    /// Names, Name@v1 for one version, or `all`
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// The same seed makes the same cases
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Every case, not only those that fail
    #[arg(long, short)]
    verbose: bool,
    /// With `all`: the components that come with the program too
    #[arg(long)]
    library: bool,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let mut items = Vec::new();
    let mut failed = false;
    for reference in chosen(&args, app).await? {
        let tested: Result<TestRun> = tokio::select! {
            tested = put_to(&reference, args.seed, app) => tested,
            _ = tokio::signal::ctrl_c() => return Ok(Exit::Interrupted),
        };
        failed |= tested.as_ref().map_or(true, |run| run.failed > 0);
        if console.json() {
            items.push(match tested {
                Ok(run) => json!(run),
                Err(error) => json!({"component": reference, "error": error}),
            });
        } else {
            show(console, &reference, &tested, args.verbose);
        }
    }
    if console.json() {
        console.value(&json!({"items": items}));
    } else if items.is_empty() && args.names.iter().any(|name| name == "all") {
        console.note(if failed {
            "some tests failed"
        } else {
            "every test passed"
        });
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

/// Tests one component, the files of its examples at hand.
async fn put_to(reference: &ComponentRef, seed: u64, app: &App) -> Result<TestRun> {
    let component = app.registry()?.get(reference).await?;
    let artifacts = app.artifacts()?;
    let mut cases = Vec::new();
    for Example { input, output } in &component.examples {
        let input = given::example(
            input,
            &component.input_schema,
            &app.config.root,
            &*artifacts,
        )
        .await?;
        cases.push(Example {
            input,
            output: output.clone(),
        });
    }
    app.ask(
        "tester",
        json!({"component": reference, "seed": seed, "cases": cases}),
    )
    .await
}

/// `all` is what the project has; the library is tested with the program.
async fn chosen(args: &Args, app: &App) -> Result<Vec<ComponentRef>> {
    let mut chosen: Vec<ComponentRef> = Vec::new();
    for name in &args.names {
        if name == "all" {
            let all = app.registry()?.list(&Filter::default()).await?;
            let shipped = tdev_runtime::library::components()?;
            let own = |component: &&std::sync::Arc<Component>| {
                component.status.runnable()
                    && (args.library || !shipped.iter().any(|one| one.name == component.name))
            };
            chosen.extend(all.iter().filter(own).map(|component| component.pinned()));
        } else {
            chosen.push(app.registry()?.get(&name.parse()?).await?.pinned());
        }
    }
    Ok(chosen)
}

fn show(console: &Console, reference: &ComponentRef, tested: &Result<TestRun>, verbose: bool) {
    let width = console.width();
    let run = match tested {
        Ok(run) => run,
        Err(error) => {
            console.result(&[Line::new()
                .with(Look::Bad, "✗ ")
                .with(Look::Strong, reference.to_string())]);
            console.lines(&fault::lines(std::slice::from_ref(error), width));
            return;
        }
    };
    let (glyph, look) = if run.failed == 0 {
        ("✓ ", Look::Good)
    } else {
        ("✗ ", Look::Bad)
    };
    let count = if run.failed == 0 {
        format!("{} passed", run.passed)
    } else {
        format!("{} of {} failed", run.failed, run.passed + run.failed)
    };
    let head = Line::new()
        .with(look, glyph)
        .column(Look::Strong, &run.component, 32)
        .and(" ")
        .with(Look::Plain, count);
    let mut lines = vec![head.right(Look::Faint, &tree::duration(run.duration_ms), width)];
    for case in run.cases.iter().filter(|case| verbose || !case.ok) {
        let (glyph, look) = if case.ok {
            ("  ✓ ", Look::Good)
        } else {
            ("  ✗ ", Look::Bad)
        };
        lines.push(Line::new().with(look, glyph).and(&*case.name).right(
            Look::Faint,
            &tree::duration(case.duration_ms),
            width,
        ));
        if let Some(error) = &case.error {
            lines.extend(
                fault::lines(std::slice::from_ref(error), width - 4)
                    .into_iter()
                    .map(|line| Line::plain("    ").join(line)),
            );
        }
    }
    console.result(&lines);
}

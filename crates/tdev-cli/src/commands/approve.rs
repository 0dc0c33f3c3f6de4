//! `tdev approve`: answers a question that a run waits with.

use serde_json::json;
use tdev_core::{Code, Error, Result};

use crate::app::App;
use crate::console::Console;
use crate::drive;
use crate::outcome::{Exit, Outcome};
use crate::view::{Line, Look};

/// Answer a question that a run waits with
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev approve 3f2a9c01
  tdev approve 3f2a9c01 --reject --comment \"not before Monday\"")]
pub(crate) struct Args {
    /// The approval's id, or the end of it
    #[arg(value_name = "ID")]
    id: String,
    /// Answer no
    #[arg(long)]
    reject: bool,
    /// In your words
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let id = find(app, &args.id).await?;
    drive::answer(app, &id, !args.reject, args.comment).await?;
    if console.json() {
        console.value(&json!({"approval": id, "approved": !args.reject}));
        return Ok(Exit::Done);
    }
    let (look, word) = if args.reject {
        (Look::Bad, "rejected")
    } else {
        (Look::Good, "approved")
    };
    console.result(&[Line::new().with(look, word)]);
    console.notes(&[Line::new().with(
        Look::Faint,
        "the run goes on where it is driven; if nobody drives it any more: tdev resume RUN",
    )]);
    Ok(Exit::Done)
}

async fn find(app: &App, text: &str) -> Result<String> {
    let open = app.approvals()?.open().await?;
    let mut alike = open
        .iter()
        .filter(|approval| approval.id == text || (text.len() >= 4 && approval.id.ends_with(text)));
    match (alike.next(), alike.next()) {
        (Some(one), None) => Ok(one.id.clone()),
        (Some(_), Some(_)) => Err(Error::new(
            Code::InvalidInput,
            format!("several approvals end in `{text}`"),
        )
        .hint("give more of the id")),
        _ => Err(Error::new(
            Code::ApprovalNotFound,
            format!("no approval `{text}` is waiting"),
        )
        .hint("`tdev approvals` lists those that are")),
    }
}

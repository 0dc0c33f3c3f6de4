//! The prebuilt `service`: runs one `service.json` over HTTP, with no compiler and nothing else.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use tdev_api::ServerOptions;
use tdev_core::ports::SystemClock;
use tdev_core::{Code, Error, Result};
use tdev_local::Home;
use tdev_service::{Ground, config, server};
use tokio::net::TcpListener;

/// Runs a service from its definition
///
/// POST /invoke answers with the output and its trace, POST /invocations with the output alone;
/// GET /health and /ping say that it is there.
#[derive(Debug, Parser)]
#[command(name = "service", version)]
struct Args {
    /// The definition, as `tdev deploy --dry-run --out` writes it
    #[arg(long, value_name = "FILE", default_value = "service.json")]
    definition: PathBuf,
    /// Address and port to listen at
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    addr: SocketAddr,
    /// Another name it answers to; may be repeated
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// The folder that granted paths lie in
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// NAME=value lines for secrets the environment does not hold
    #[arg(long, value_name = "FILE")]
    secrets: Option<PathBuf>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let served = match runtime {
        Ok(runtime) => runtime.block_on(serve(args)),
        Err(fault) => Err(Error::new(
            Code::Internal,
            format!("threads could not be started: {fault}"),
        )),
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Whoever closed stderr does not want to know.
            let _closed = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(args: Args) -> Result<()> {
    let text = std::fs::read_to_string(&args.definition).map_err(|fault| {
        Error::new(
            Code::FileNotFound,
            format!("`{}` cannot be read: {fault}", args.definition.display()),
        )
        .field("--definition")
    })?;
    let token = config::token();
    if !args.addr.ip().is_loopback() && token.is_none() {
        return Err(Error::new(
            Code::PermissionDenied,
            format!(
                "{} can be reached from other machines, and no token is set",
                args.addr
            ),
        )
        .field("--addr")
        .hint("set SERVICE_TOKEN, or listen at 127.0.0.1"));
    }
    let clock = Arc::new(SystemClock);
    let ground = Ground {
        project: "service".to_owned(),
        secrets: Arc::new(config::Secrets::of(args.secrets)),
        artifacts: Home::open(&args.root, Vec::new())?.artifacts(),
        root: args.root,
        interpreter: config::interpreter(),
        model: None,
        sessions: None,
        clock,
    };
    let mut options = ServerOptions {
        token,
        ..ServerOptions::default()
    };
    let own = Some(args.addr.ip()).filter(|ip| !ip.is_unspecified() && !ip.is_loopback());
    let own = own.map(|ip| ip.to_string());
    options
        .allowed_hosts
        .extend(own.into_iter().chain(args.host));
    let routes = server::routes(&text, &ground, options)?;
    let listener = TcpListener::bind(args.addr).await.map_err(|fault| {
        Error::new(
            Code::Locked,
            format!("cannot listen at {}: {fault}", args.addr),
        )
        .field("--addr")
    })?;
    let addr = listener.local_addr().unwrap_or(args.addr);
    // The line that says where, for whoever started it.
    let _closed = writeln!(std::io::stderr(), "serving at http://{addr}");
    axum::serve(listener, routes)
        .with_graceful_shutdown(async {
            let _pressed = tokio::signal::ctrl_c().await;
        })
        .await
        .map_err(|fault| {
            Error::new(
                Code::StoreUnavailable,
                format!("the server stopped: {fault}"),
            )
        })
}

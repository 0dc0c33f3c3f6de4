//! `tdev serve`: the HTTP API of a project.

use std::net::SocketAddr;

use serde_json::json;
use tdev_api::{Deployments, ServerOptions, Services, router};
use tdev_core::{Code, Error};
use tdev_runtime::grants::SecretSource;
use tokio::net::TcpListener;

use crate::app::App;
use crate::config::{self, EnvSecrets};
use crate::console::Console;
use crate::outcome::{Exit, Outcome, Stop};
use crate::view::{Line, Look};

const DEFAULT: &str = "127.0.0.1:7878";

/// Serve the project's HTTP API
///
/// Listens on this machine only, unless a token is set. Runs begun here are the same runs
/// as those begun on the command line.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev serve
  tdev serve --addr 127.0.0.1:9000
  TDEV_TOKEN=… tdev serve --addr 0.0.0.0:7878 --host tdev.example.com

The token is best kept in TDEV_TOKEN, in the environment or in .env.local: arguments
can be read by other users of the machine.")]
pub(crate) struct Args {
    /// Address and port to listen at
    #[arg(long, value_name = "ADDR")]
    addr: Option<String>,
    /// What every request must carry as a bearer token
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
    /// Another name it answers to; may be repeated
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let server = &app.config.manifest.server;
    let written = args
        .addr
        .as_ref()
        .or(server.addr.as_ref())
        .map_or(DEFAULT, String::as_str);
    let addr: SocketAddr = written.parse().map_err(|_| {
        Stop::Usage(
            Error::new(
                Code::InvalidInput,
                format!("`{written}` is not an address with a port"),
            )
            .field("--addr")
            .hint(format!("for example {DEFAULT}")),
        )
    })?;
    let secret = server.token_secret.as_deref().unwrap_or("TDEV_TOKEN");
    let token = match args.token {
        Some(token) => Some(token),
        None => EnvSecrets::of(&app.config.root).secret(secret)?,
    };
    if !addr.ip().is_loopback() && token.is_none() {
        return Err(Stop::Usage(
            Error::new(
                Code::PermissionDenied,
                format!("{addr} can be reached from other machines, and no token is set"),
            )
            .field("--addr")
            .hint(format!("set {secret}, or listen at 127.0.0.1")),
        ));
    }
    let services = services(app)?;
    let mut options = ServerOptions {
        token,
        person: config::person(),
        ..ServerOptions::default()
    };
    let own = Some(addr.ip())
        .filter(|ip| !ip.is_unspecified() && !ip.is_loopback())
        .map(|ip| ip.to_string());
    options.allowed_hosts.extend(
        own.into_iter()
            .chain(args.host)
            .chain(server.hosts.iter().cloned()),
    );
    let listener = TcpListener::bind(addr).await.map_err(|fault| {
        Error::new(Code::Locked, format!("cannot listen at {addr}: {fault}"))
            .field("--addr")
            .hint("another server may be there; choose another port with --addr")
    })?;
    let addr = listener.local_addr().unwrap_or(addr);
    let url = format!("http://{addr}");
    if console.json() {
        console.record(&json!({"url": url, "project": app.config.project()}));
    } else {
        console.lines(&[Line::plain("serving ")
            .with(Look::Strong, app.config.project())
            .and(" at ")
            .with(Look::Name, &*url)
            .with(Look::Faint, "  (Ctrl-C stops)")]);
    }
    axum::serve(listener, router(services, options))
        .with_graceful_shutdown(async {
            let _pressed = tokio::signal::ctrl_c().await;
        })
        .await
        .map_err(|fault| {
            Error::new(
                Code::StoreUnavailable,
                format!("the server stopped: {fault}"),
            )
        })?;
    Ok(Exit::Done)
}

fn services(app: &App) -> Result<Services, Error> {
    Ok(Services {
        registry: app.registry()?,
        artifacts: app.artifacts()?,
        workflows: app.workflows()?,
        runs: app.runs()?,
        events: app.events()?,
        ledger: app.ledger()?,
        approvals: app.approvals()?,
        test_runs: app.test_runs()?,
        agents: app.agents()?,
        components: app.components()?,
        orchestrator: app.orchestrator()?,
        deployments: Deployments {
            services: app.services()?,
            log: app.service_log()?,
            targets: app.targets()?,
            audit: app.audit()?,
        },
        clock: app.clock(),
        project: app.config.project(),
    })
}

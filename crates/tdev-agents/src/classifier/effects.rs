//! What code would touch if it ran: permissions, secrets, other components, a model.

use std::collections::BTreeMap;

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{Expr, ExprCall, Stmt};

use super::aws;
use super::module::Module;

/// What was found, each with the line it was first found on.
#[derive(Debug, Default)]
pub(super) struct Effects {
    /// Permissions, in order of name.
    pub(super) permissions: BTreeMap<String, (u32, String)>,
    /// Secrets in order of appearance.
    pub(super) secrets: Vec<(String, u32)>,
    /// Components called as tools, in order of appearance.
    pub(super) tools: Vec<(String, u32)>,
    /// Components called as agents, in order of appearance.
    pub(super) agents: Vec<(String, u32)>,
    /// Lines where the project's model is asked.
    pub(super) model: Vec<u32>,
    /// A service that is hard-coded: its address and line.
    pub(super) service: Option<(String, u32)>,
}

/// Packages that speak to the network, and what that needs.
const NETWORK: &[(&str, &str)] = &[
    ("requests", "net.http"),
    ("httpx", "net.http"),
    ("aiohttp", "net.http"),
    ("urllib3", "net.http"),
    ("urllib.request", "net.http"),
    ("http.client", "net.http"),
    ("socket", "net.http"),
    ("ssl", "net.http"),
    ("websockets", "net.http"),
    ("websocket", "net.http"),
    ("grpc", "net.http"),
    ("paramiko", "net.http"),
    ("ftplib", "net.http"),
    ("openai", "net.http"),
    ("anthropic", "net.http"),
    ("slack_sdk", "net.http"),
    ("smtplib", "net.smtp"),
    ("aiosmtplib", "net.smtp"),
    ("sqlite3", "db.read"),
    ("psycopg2", "db.read"),
    ("psycopg", "db.read"),
    ("asyncpg", "db.read"),
    ("pymysql", "db.read"),
    ("MySQLdb", "db.read"),
    ("sqlalchemy", "db.read"),
    ("pymongo", "db.read"),
    ("redis", "db.read"),
    ("duckdb", "db.read"),
    ("aiosqlite", "db.read"),
];

/// What those packages have beside calls of the network.
const NAMED: &[&str] = &[
    "Timeout",
    "Limits",
    "ClientTimeout",
    "HTTPBasicAuth",
    "HTTPAdapter",
    "Retry",
    "BasicAuth",
    "FormData",
    "raise_for_status",
];

const FILE_READS: &[&str] = &[
    "os.listdir",
    "os.scandir",
    "os.walk",
    "os.stat",
    "os.path.exists",
    "os.path.getsize",
    "os.path.isfile",
    "os.path.isdir",
    "glob.glob",
    "glob.iglob",
];
const FILE_WRITES: &[&str] = &[
    "os.remove",
    "os.unlink",
    "os.rename",
    "os.replace",
    "os.mkdir",
    "os.makedirs",
    "os.rmdir",
    "tempfile.NamedTemporaryFile",
    "tempfile.mkstemp",
    "tempfile.mkdtemp",
    "tempfile.TemporaryDirectory",
];

/// Walks statements, leaving out those `skipped` names (other components in the same file).
pub(super) fn effects_of(module: &Module<'_>, skipped: &dyn Fn(&Stmt) -> bool) -> Effects {
    let mut walk = Walk {
        module,
        found: Effects::default(),
        hosts: BTreeMap::new(),
        anywhere: false,
        reached: None,
    };
    for stmt in module.body.iter().filter(|stmt| !skipped(stmt)) {
        walk.visit_stmt(stmt);
    }
    for need in aws::needed(module, skipped) {
        walk.permit(
            &need.permission,
            need.line,
            format!("calls `{}`", need.call),
        );
    }
    // What is allowed on anything is allowed on each.
    let anywhere: Vec<String> = walk.found.permissions.keys().cloned().collect();
    walk.found.permissions.retain(|permission, _| {
        let scope = permission.match_indices(':').nth(1);
        let action = scope.and_then(|(at, _)| permission.get(..at));
        action.is_none_or(|action| !anywhere.iter().any(|p| p == action))
    });
    // Where every address is written out, those hosts are all it may reach.
    if !walk.anywhere {
        for (host, (line, why)) in std::mem::take(&mut walk.hosts) {
            walk.permit(&format!("net.http:{host}"), line, why);
        }
    } else if let Some((line, why)) = walk.reached.take() {
        walk.permit("net.http", line, why);
    }
    walk.found
}

/// The name of a component's function in `tdev`, whether imported or left to be understood.
fn tdev_effect(expr: &Expr, module: &Module<'_>) -> Option<String> {
    if let Expr::Attribute(attribute) = expr
        && matches!(&*attribute.value, Expr::Name(name) if name.id.as_str() == "self" || name.id.as_str() == "tdev")
    {
        return Some(attribute.attr.to_string());
    }
    let dotted = module.dotted(expr)?;
    match dotted.split_once('.') {
        Some(("tdev", _)) => dotted.rsplit('.').next().map(str::to_owned),
        None if module.is_unbound(&dotted) => Some(dotted),
        _ => None,
    }
}

/// The component that `call_tool("X", …)` or `call_agent("X", …)` names.
pub(super) fn component_called(expr: &Expr, module: &Module<'_>) -> Option<String> {
    let Expr::Call(call) = expr else { return None };
    let effect = tdev_effect(&call.func, module)?;
    if effect != "call_tool" && effect != "call_agent" {
        return None;
    }
    match call.arguments.args.first()? {
        Expr::StringLiteral(name) => Some(name.value.to_str().to_owned()),
        _ => None,
    }
}

struct Walk<'m, 'a> {
    module: &'m Module<'a>,
    found: Effects,
    /// Hosts that are written out, and where each is first reached.
    hosts: BTreeMap<String, (u32, String)>,
    /// Whether some address is put together at run time.
    anywhere: bool,
    /// Where the network is first reached.
    reached: Option<(u32, String)>,
}

impl Walk<'_, '_> {
    fn permit(&mut self, permission: &str, line: u32, why: impl Into<String>) {
        self.found
            .permissions
            .entry(permission.to_owned())
            .or_insert_with(|| (line, why.into()));
    }

    fn effect(&mut self, effect: &str, call: &ExprCall, line: u32) {
        let name = call
            .arguments
            .args
            .first()
            .and_then(|first| literal(first, self.module));
        let list = match effect {
            "call_tool" => &mut self.found.tools,
            "call_agent" => &mut self.found.agents,
            "secret" => &mut self.found.secrets,
            "llm" => return self.found.model.push(line),
            _ => return,
        };
        if let Some(name) = name
            && !list.iter().any(|(known, _)| *known == name)
        {
            list.push((name, line));
        }
    }

    fn secret(&mut self, name: Option<&Expr>, line: u32) {
        if let Some(name) = name.and_then(|name| literal(name, self.module))
            && !self.found.secrets.iter().any(|(known, _)| *known == name)
        {
            self.found.secrets.push((name, line));
        }
    }

    fn network(&mut self, dotted: &str, call: &ExprCall, line: u32) {
        let package = NETWORK.iter().find(|(package, _)| {
            dotted
                .strip_prefix(package)
                .is_some_and(|rest| rest.starts_with('.'))
        });
        let Some((_, permission)) = package else {
            return;
        };
        let why = format!("calls `{dotted}`");
        if *permission != "net.http" {
            return self.permit(permission, line, why);
        }
        // An error type, a time limit or a header is named, and nothing is reached.
        let last = dotted.rsplit('.').next().unwrap_or_default();
        let host = call
            .arguments
            .args
            .iter()
            .chain(call.arguments.find_keyword("url").map(|k| &k.value))
            .chain(call.arguments.find_keyword("base_url").map(|k| &k.value))
            .find_map(|argument| host_of(argument, self.module));
        if host.is_none() && NAMED.contains(&last) {
            return;
        }
        if self.reached.is_none() {
            self.reached = Some((line, why.clone()));
        }
        match host {
            Some(host) => {
                if self.found.service.is_none() {
                    self.found.service = Some((host.clone(), line));
                }
                self.hosts.entry(host).or_insert((line, why));
            }
            None => self.anywhere = true,
        }
    }

    fn opens(&mut self, mode: Option<&Expr>, line: u32, what: &str) {
        let mode = match mode {
            None => Some("r".to_owned()),
            Some(mode) => literal(mode, self.module),
        };
        // A mode that is computed may be any.
        let (reads, writes) = mode.as_deref().map_or((true, true), |mode| {
            (
                mode.contains(['r', '+']) || !mode.contains(['w', 'a', 'x']),
                mode.contains(['w', 'a', 'x', '+']),
            )
        });
        if reads {
            self.permit("fs.read", line, format!("{what} to read"));
        }
        if writes {
            self.permit("fs.write", line, format!("{what} to write"));
        }
    }

    fn method(&mut self, attribute: &str, call: &ExprCall, line: u32) {
        match attribute {
            "read_text" | "read_bytes" | "iterdir" | "rglob" => {
                self.permit("fs.read", line, format!("calls `{attribute}` of a path"));
            }
            "write_text" | "write_bytes" | "unlink" | "mkdir" | "rmdir" | "touch" => {
                self.permit("fs.write", line, format!("calls `{attribute}` of a path"));
            }
            "open" => self.opens(argument(call, 0, "mode"), line, "opens a path"),
            _ => {}
        }
    }
}

impl<'a> Visitor<'a> for Walk<'_, 'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        let line = self.module.lines.of(expr);
        match expr {
            Expr::Call(call) => {
                if let Some(effect) = tdev_effect(&call.func, self.module) {
                    self.effect(&effect, call, line);
                }
                let dotted = self.module.dotted(&call.func).unwrap_or_default();
                match dotted.as_str() {
                    "open" | "io.open" | "codecs.open" => {
                        self.opens(argument(call, 1, "mode"), line, "opens a file");
                    }
                    "os.getenv" | "os.environ.get" => {
                        self.secret(call.arguments.args.first(), line);
                    }
                    name if FILE_READS.contains(&name) => {
                        self.permit("fs.read", line, format!("calls `{name}`"));
                    }
                    name if FILE_WRITES.contains(&name) || name.starts_with("shutil.") => {
                        self.permit("fs.write", line, format!("calls `{name}`"));
                    }
                    name => self.network(name, call, line),
                }
                if let Expr::Attribute(attribute) = &*call.func
                    && self.module.imports_from("pathlib")
                    && !dotted.starts_with("os.")
                {
                    self.method(attribute.attr.as_str(), call, line);
                }
            }
            Expr::Subscript(subscript)
                if self.module.dotted(&subscript.value).as_deref() == Some("os.environ") =>
            {
                self.secret(Some(&subscript.slice), line);
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}

fn literal(expr: &Expr, module: &Module<'_>) -> Option<String> {
    match expr {
        Expr::StringLiteral(text) => Some(text.value.to_str().to_owned()),
        Expr::Name(name) => match module.constant(name.id.as_str())? {
            Expr::StringLiteral(text) => Some(text.value.to_str().to_owned()),
            _ => None,
        },
        _ => None,
    }
}

/// A call's argument by position or keyword.
fn argument<'a>(call: &'a ExprCall, position: usize, keyword: &str) -> Option<&'a Expr> {
    call.arguments.find_argument_value(keyword, position)
}

/// The host of a literal address, also where the rest of it is put together at run time.
fn host_of(expr: &Expr, module: &Module<'_>) -> Option<String> {
    let text = match expr {
        Expr::FString(text) => text
            .value
            .elements()
            .find_map(|piece| piece.as_literal().map(|l| l.value.to_string()))?,
        Expr::BinOp(sum) => return host_of(&sum.left, module),
        other => literal(other, module)?,
    };
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))?;
    let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
    (host.contains('.') && !host.ends_with("example.com")).then(|| host.to_owned())
}

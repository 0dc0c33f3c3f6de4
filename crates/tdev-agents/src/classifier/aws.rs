//! Calls of AWS by its Python library, as the actions IAM knows: `s3:PutObject:bucket`.
//! Clients, resources, tables, paginators and sessions are followed by the names they are given.

use std::collections::BTreeMap;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, Stmt};

use super::actions::{actions, prefix, resource_keys};
use super::module::Module;

/// Something of the library that a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Handle {
    /// Makes clients and resources.
    Session,
    /// A service's client: one method an operation.
    Client(String),
    /// A service as objects.
    Resource(String),
    /// One thing of it: a table, a bucket, a queue; its kind and, where it is constant, its name.
    Thing(String, String, Option<String>),
    /// A paginator or waiter of one operation.
    Paged(String, String),
}

/// One call that needs permission.
pub(super) struct Needed {
    /// `s3:PutObject`, with `:bucket` where it is always the same one.
    pub(super) permission: String,
    /// Its line.
    pub(super) line: u32,
    /// The call as written, for the evidence.
    pub(super) call: String,
}

/// What the statements of a file would ask of AWS, `skipped` ones left out.
pub(super) fn needed(module: &Module<'_>, skipped: &dyn Fn(&Stmt) -> bool) -> Vec<Needed> {
    let mut reader = Calls {
        module,
        known: BTreeMap::new(),
        found: Vec::new(),
        function: None,
    };
    if !["boto3", "aioboto3", "aiobotocore", "botocore"]
        .iter()
        .any(|root| module.imports_from(root))
    {
        return Vec::new();
    }
    // A name may be used above the line that gives it, and one name may stand for another.
    for _ in 0..3 {
        reader.found.clear();
        for stmt in module.body.iter().filter(|stmt| !skipped(stmt)) {
            reader.visit_stmt(stmt);
        }
    }
    reader.found
}

struct Calls<'m, 'a> {
    module: &'m Module<'a>,
    /// What names and attributes stand for, by their spelling.
    known: BTreeMap<String, Handle>,
    found: Vec<Needed>,
    /// The function around, for what it returns.
    function: Option<String>,
}

impl<'a> Calls<'_, 'a> {
    fn text(&self, expr: &'a Expr) -> Option<String> {
        self.module.text(expr).map(str::to_owned)
    }

    fn handle(&self, expr: &'a Expr) -> Option<Handle> {
        match expr {
            Expr::Await(wait) => self.handle(&wait.value),
            Expr::Name(_) | Expr::Attribute(_) => {
                let spelled = spelled(expr)?;
                if let Some(known) = self.known.get(&spelled) {
                    return Some(known.clone());
                }
                let Expr::Attribute(attribute) = expr else {
                    return None;
                };
                // `bucket.objects`, `table.meta.client`.
                let owner = self.handle(&attribute.value)?;
                match (attribute.attr.as_str(), owner) {
                    ("client", Handle::Thing(service, ..) | Handle::Resource(service)) => {
                        Some(Handle::Client(service))
                    }
                    ("meta", owner) => Some(owner),
                    ("objects" | "object_versions", Handle::Thing(service, _, name)) => {
                        Some(Handle::Thing(service, "objects".into(), name))
                    }
                    _ => None,
                }
            }
            Expr::Call(call) => self.made(call),
            _ => None,
        }
    }

    /// What a call makes, where it is something of the library.
    fn made(&self, call: &'a ExprCall) -> Option<Handle> {
        let first = || {
            call.arguments
                .find_argument_value("service_name", 0)
                .and_then(|first| self.text(first))
        };
        if let Some(dotted) = self.module.dotted(&call.func) {
            let root = dotted.split('.').next().unwrap_or_default();
            if matches!(root, "boto3" | "aioboto3" | "aiobotocore" | "botocore") {
                return match dotted.rsplit('.').next().unwrap_or_default() {
                    "client" | "create_client" => Some(Handle::Client(first()?)),
                    "resource" => Some(Handle::Resource(first()?)),
                    "Session" | "get_session" | "AioSession" => Some(Handle::Session),
                    _ => None,
                };
            }
        }
        let Expr::Attribute(attribute) = &*call.func else {
            // `client()`, a function of the file that returns one.
            return spelled(&call.func)
                .and_then(|name| self.known.get(&format!("{name}()")).cloned());
        };
        let method = attribute.attr.as_str();
        let Some(owner) = self.handle(&attribute.value) else {
            return spelled(&call.func)
                .and_then(|name| self.known.get(&format!("{name}()")).cloned());
        };
        match (owner, method) {
            (Handle::Session, "client" | "create_client") => Some(Handle::Client(first()?)),
            (Handle::Session, "resource") => Some(Handle::Resource(first()?)),
            (Handle::Client(service), "get_paginator" | "get_waiter") => {
                let operation = call.arguments.find_argument_value("operation_name", 0)?;
                Some(Handle::Paged(service, self.text(operation)?))
            }
            (Handle::Resource(service) | Handle::Thing(service, ..), kind)
                if kind.starts_with(|c: char| c.is_ascii_uppercase()) =>
            {
                let owner = self.handle(&attribute.value);
                let named = call
                    .arguments
                    .find_positional(0)
                    .and_then(|first| self.text(first));
                let name = match (owner, kind) {
                    (Some(Handle::Thing(_, _, bucket)), "Object") => bucket,
                    _ => named,
                };
                Some(Handle::Thing(service, kind.to_owned(), name))
            }
            (Handle::Resource(service), "get_queue_by_name") => {
                let name = call.arguments.find_keyword("QueueName")?;
                Some(Handle::Thing(
                    service,
                    "Queue".into(),
                    self.text(&name.value),
                ))
            }
            (Handle::Thing(service, kind, name), "batch_writer") => {
                Some(Handle::Thing(service, format!("{kind}.batch"), name))
            }
            _ => None,
        }
    }

    fn bind(&mut self, target: &Expr, handle: &Option<Handle>) {
        if let (Some(handle), Some(spelled)) = (handle, spelled(target)) {
            self.known.insert(spelled, handle.clone());
        }
    }

    fn call(&mut self, call: &'a ExprCall) {
        let Expr::Attribute(attribute) = &*call.func else {
            return;
        };
        let Some(owner) = self.handle(&attribute.value) else {
            return;
        };
        let method = attribute.attr.as_str();
        let (service, kind, operation, name) = match owner {
            Handle::Client(service) if method == "generate_presigned_url" => {
                let operation = call
                    .arguments
                    .find_argument_value("ClientMethod", 0)
                    .and_then(|first| self.text(first));
                let Some(operation) = operation else { return };
                let params = call.arguments.find_argument_value("Params", 1);
                let name = params.and_then(|params| self.entry(params, &service));
                (service, None, operation, name)
            }
            Handle::Client(service) => {
                let name = self.named(call, &service, method);
                (service, None, method.to_owned(), name)
            }
            Handle::Paged(service, operation) if method == "paginate" || method == "wait" => {
                let name = self.named(call, &service, &operation);
                (service, None, operation, name)
            }
            Handle::Resource(service) if method == "get_queue_by_name" => {
                let name = self.named(call, &service, method);
                (service, None, "get_queue_url".to_owned(), name)
            }
            Handle::Thing(service, kind, name) => (service, Some(kind), method.to_owned(), name),
            _ => return,
        };
        let line = self.module.lines.of(call);
        let copies = kind.is_none() && service == "s3" && operation.contains("copy");
        for action in actions(&service, kind.as_deref(), &operation) {
            // What is copied is read elsewhere than it is written.
            let source = call
                .arguments
                .find_keyword("CopySource")
                .filter(|_| copies && action == "GetObject");
            let name = match source {
                Some(source) => self.entry(&source.value, &service),
                None => name.clone().filter(|_| !(copies && action == "GetObject")),
            };
            let action = format!("{}:{action}", prefix(&service));
            let permission = match &name {
                Some(name) => format!("{action}:{}", last_part(&service, name)),
                None => action,
            };
            self.found.push(Needed {
                permission,
                line,
                call: format!("{service}.{operation}"),
            });
        }
    }

    /// What a client's call acts on, where that is constant.
    fn named(&self, call: &'a ExprCall, service: &str, operation: &str) -> Option<String> {
        let position = match operation {
            "upload_file" | "upload_fileobj" => Some(1),
            "download_file" | "download_fileobj" => Some(0),
            _ => None,
        };
        if let Some(at) = position
            && let Some(bucket) = call.arguments.find_positional(at)
        {
            return self.text(bucket);
        }
        let keys = resource_keys(service);
        keys.iter()
            .find_map(|key| call.arguments.find_keyword(key))
            .and_then(|keyword| self.text(&keyword.value))
    }

    fn entry(&self, params: &'a Expr, service: &str) -> Option<String> {
        let Expr::Dict(dict) = params else {
            return None;
        };
        dict.items.iter().find_map(|item| {
            let key = item.key.as_ref()?.as_string_literal_expr()?;
            resource_keys(service)
                .contains(&key.value.to_str())
                .then(|| self.text(&item.value))?
        })
    }
}

impl<'a> Visitor<'a> for Calls<'_, 'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Assign(assign) => {
                let handle = self.handle(&assign.value);
                for target in &assign.targets {
                    self.bind(target, &handle);
                }
            }
            Stmt::AnnAssign(assign) => {
                let handle = assign.value.as_ref().and_then(|value| self.handle(value));
                self.bind(&assign.target, &handle);
            }
            Stmt::With(with) => {
                for item in &with.items {
                    let handle = self.handle(&item.context_expr);
                    if let Some(target) = &item.optional_vars {
                        self.bind(target, &handle);
                    }
                }
            }
            Stmt::FunctionDef(function) => {
                let around = self.function.replace(function.name.to_string());
                walk_stmt(self, stmt);
                self.function = around;
                return;
            }
            Stmt::Return(returned) => {
                let handle = returned.value.as_ref().and_then(|value| self.handle(value));
                if let (Some(handle), Some(function)) = (handle, &self.function) {
                    self.known.insert(format!("{function}()"), handle.clone());
                    self.known
                        .insert(format!("self.{function}()"), handle.clone());
                    // A property is read without being called.
                    self.known.insert(format!("self.{function}"), handle);
                }
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Call(call) => self.call(call),
            Expr::Named(named) => {
                let handle = self.handle(&named.value);
                self.bind(&named.target, &handle);
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}

/// How a name or attribute is spelled: `table`, `self.table`.
fn spelled(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(attribute) => {
            Some(format!("{}.{}", spelled(&attribute.value)?, attribute.attr))
        }
        _ => None,
    }
}

/// A queue's address ends in its name.
fn last_part<'n>(service: &str, name: &'n str) -> &'n str {
    if service == "sqs" {
        name.rsplit('/').next().unwrap_or(name)
    } else {
        name
    }
}

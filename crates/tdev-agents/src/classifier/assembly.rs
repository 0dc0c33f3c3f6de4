//! Reads how a file puts deciders together. Names alone decide nothing; what an object is built
//! from does, and where its answers go.

use std::collections::{BTreeSet, HashMap};

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, Stmt, StmtClassDef};

use super::flow::follow;
use super::frameworks::{PACKAGES, Role, is_model_call, package_of, role_of, role_of_base};
use super::minds::{Mind, Minds};
use super::module::Module;
use super::naming::{builds_agent, is_empty, key_of, names_in};

/// Reads a module.
pub(super) fn minds_of(module: &Module<'_>) -> Minds {
    let mut walk = Walk {
        module,
        found: Minds::default(),
        bound: HashMap::new(),
        taint: HashMap::new(),
        scope: None,
        deferred: Vec::new(),
        within: String::new(),
    };
    walk.hosts();
    for stmt in module.body {
        walk.within = match stmt {
            Stmt::FunctionDef(function) => function.name.to_string(),
            Stmt::ClassDef(class) => class.name.to_string(),
            _ => String::new(),
        };
        walk.visit_stmt(stmt);
    }
    walk.join_deferred();
    for class in module.classes() {
        walk.subclass(class);
    }
    walk.found
}

/// One walk over a module in order.
pub(super) struct Walk<'m, 'a> {
    pub(super) module: &'m Module<'a>,
    found: Minds,
    /// Names that stand for a brain: variables, attributes of `self`, functions that build one.
    bound: HashMap<String, usize>,
    /// Names that hold what a brain answered, and whose.
    pub(super) taint: HashMap<String, BTreeSet<usize>>,
    /// The name being assigned.
    scope: Option<String>,
    /// The top-level definition being walked.
    within: String,
    /// Members named before they are bound: a class body may come before what it refers to.
    deferred: Vec<(Vec<String>, Mind)>,
}

/// Keywords by which an agent is given other agents.
const GIVES_AGENTS: &[&str] = &[
    "handoffs",
    "sub_agents",
    "members",
    "agents",
    "managed_agents",
    "team",
    "participants",
    "subagents",
];

impl<'a> Walk<'_, 'a> {
    /// A function that builds an agent stands for it: `tools=[ask_expert]` is a team.
    fn hosts(&mut self) {
        for function in self.module.functions() {
            if builds_agent(&function.body, self.module) {
                self.bound.insert(function.name.to_string(), usize::MAX);
            }
        }
    }

    fn local_subclass_role(&self, name: &str) -> Option<Role> {
        let class = self.module.class(name)?;
        base_role(class, self.module)
    }

    fn role(&self, call: &ExprCall) -> Option<(Role, String)> {
        let dotted = self.module.dotted(&call.func)?;
        let role =
            role_of(&dotted, call, self.module).or_else(|| self.local_subclass_role(&dotted))?;
        Some((
            role,
            dotted.rsplit('.').next().unwrap_or(&dotted).to_owned(),
        ))
    }

    fn call(&mut self, call: &'a ExprCall) {
        let line = self.module.lines.of(call);
        // Only the outermost call of an assignment gives the name its meaning.
        let assigned = self.scope.take();
        match self.role(call) {
            Some((Role::Brain, what)) => {
                let index = self.found.brains.len();
                self.found.brains.push(Mind {
                    line,
                    what: what.clone(),
                });
                if let Some(name) = assigned {
                    self.bound.insert(name, index);
                }
                for keyword in &call.arguments.keywords {
                    let Some(name) = keyword.arg.as_ref().map(|n| n.as_str()) else {
                        continue;
                    };
                    if GIVES_AGENTS.contains(&name) && !is_empty(&keyword.value) {
                        self.found.joined.push(Mind {
                            line,
                            what: format!("`{what}` is given agents by `{name}`"),
                        });
                    } else if name == "tools" {
                        let members = names_in(&keyword.value);
                        self.deferred.push((
                            members,
                            Mind {
                                line,
                                what: format!("`{what}` uses another agent as a tool"),
                            },
                        ));
                    }
                }
            }
            Some((Role::Leader, what)) => {
                self.found.leaders.push(Mind { line, what });
            }
            Some((Role::Composition, what)) => {
                self.found.arranged.push(Mind { line, what });
            }
            None => {}
        }
        if let Expr::Attribute(attribute) = &*call.func {
            let known_framework = self.module_has_framework();
            if attribute.attr.as_str() == "as_tool" && known_framework {
                self.found.joined.push(Mind {
                    line,
                    what: "an agent is offered to another as a tool".into(),
                });
            }
            if matches!(attribute.attr.as_str(), "append" | "extend")
                && matches!(&*attribute.value, Expr::Attribute(list) if GIVES_AGENTS.contains(&list.attr.as_str()))
                && known_framework
            {
                self.found.joined.push(Mind {
                    line,
                    what: "an agent is added to another's".into(),
                });
            }
        }
        if is_model_call(call, self.module) {
            self.found.model_calls.push((line, self.within.clone()));
        }
    }

    fn module_has_framework(&self) -> bool {
        PACKAGES
            .iter()
            .any(|package| self.module.imports_from(package))
    }

    /// Which brains a call runs: the brain is called, one of its methods is, or a runner gets it.
    pub(super) fn runs(&self, call: &ExprCall) -> Option<usize> {
        let by_name = |expr: &Expr| {
            key_of(expr)
                .and_then(|name| self.bound.get(&name).copied())
                .filter(|i| *i != usize::MAX)
        };
        match &*call.func {
            Expr::Attribute(attribute) => by_name(&attribute.value).or_else(|| {
                let runner = self
                    .module
                    .dotted(&attribute.value)
                    .is_some_and(|name| package_of(&name).is_some() || name.ends_with("Runner"));
                runner
                    .then(|| call.arguments.args.first().and_then(by_name))
                    .flatten()
            }),
            func => by_name(func),
        }
    }

    /// The brains whose answers flow into an expression.
    fn flows(&self, expr: &'a Expr) -> BTreeSet<usize> {
        follow(self, expr).0
    }

    fn chain(&mut self, expr: &'a Expr) {
        if let Some(line) = follow(self, expr).1 {
            self.found.joined.push(Mind {
                line,
                what: "one agent's answer is given to another".into(),
            });
        }
    }

    fn join_deferred(&mut self) {
        for (members, mind) in std::mem::take(&mut self.deferred) {
            if members.iter().any(|name| self.bound.contains_key(name)) {
                self.found.joined.push(mind);
            }
        }
    }

    /// A subclass of a framework's agent that the file itself never builds is still one.
    fn subclass(&mut self, class: &StmtClassDef) {
        let built = self
            .found
            .brains
            .iter()
            .chain(&self.found.leaders)
            .any(|mind| mind.what == class.name.as_str());
        if built {
            return;
        }
        let mind = Mind {
            line: self.module.lines.of(class),
            what: class.name.to_string(),
        };
        match base_role(class, self.module) {
            Some(Role::Brain) => self.found.brains.push(mind),
            Some(Role::Leader) => self.found.leaders.push(mind),
            _ => {}
        }
    }
}

impl<'a> Visitor<'a> for Walk<'_, 'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        let assigned: Option<(&'a Expr, &'a Expr)> = match stmt {
            Stmt::Assign(assign) => assign
                .targets
                .first()
                .map(|target| (target, &*assign.value)),
            Stmt::AnnAssign(assign) => assign
                .value
                .as_deref()
                .map(|value| (&*assign.target, value)),
            Stmt::Return(returned) => {
                // What a function returns goes by the function's name; nothing to bind here.
                self.scope = None;
                if let Some(value) = &returned.value {
                    self.chain(value);
                }
                None
            }
            Stmt::Expr(expr) => {
                self.scope = None;
                self.chain(&expr.value);
                None
            }
            _ => None,
        };
        if let Some((target, value)) = assigned {
            self.chain(value);
            let flows = self.flows(value);
            if let Some(name) = key_of(target) {
                if !flows.is_empty() {
                    self.taint.entry(name.clone()).or_default().extend(flows);
                }
                self.scope = matches!(value, Expr::Call(_)).then_some(name);
            }
            if let Expr::Attribute(attribute) = target
                && GIVES_AGENTS.contains(&attribute.attr.as_str())
                && !is_empty(value)
                && key_of(&attribute.value).is_some_and(|name| self.bound.contains_key(&name))
            {
                let line = self.module.lines.of(stmt);
                self.found.joined.push(Mind {
                    line,
                    what: format!("an agent is given agents by `{}`", attribute.attr),
                });
            }
        }
        walk_stmt(self, stmt);
        self.scope = None;
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            self.call(call);
        }
        walk_expr(self, expr);
    }
}

fn base_role(class: &StmtClassDef, module: &Module<'_>) -> Option<Role> {
    let bases = class.arguments.as_ref()?;
    bases
        .args
        .iter()
        .filter_map(|base| module.dotted(base))
        .find_map(|base| role_of_base(&base))
}

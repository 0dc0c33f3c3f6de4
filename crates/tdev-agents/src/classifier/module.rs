//! The top of a parsed file: its definitions, and what its names stand for.

use std::collections::{HashMap, HashSet};

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ModModule, Stmt, StmtClassDef, StmtFunctionDef};

use super::source::Lines;

/// Where a name is imported from.
struct Import {
    /// The dotted name it stands for.
    path: String,
    /// Whether it is something inside a module, and not a module by its own name.
    member: bool,
    /// Its line.
    line: u32,
}

/// The top of a module and what its names stand for.
pub(super) struct Module<'a> {
    /// Its statements.
    pub(super) body: &'a [Stmt],
    /// Its lines.
    pub(super) lines: &'a Lines<'a>,
    imports: HashMap<&'a str, Import>,
    annotations: HashMap<&'a str, &'a Expr>,
    stars: Vec<String>,
    constants: HashMap<&'a str, &'a Expr>,
    defined: HashSet<&'a str>,
    resets: HashSet<&'a str>,
}

impl<'a> Module<'a> {
    /// Reads imports, constants and definitions.
    pub(super) fn new(tree: &'a ModModule, lines: &'a Lines<'a>) -> Self {
        let mut module = Self {
            body: &tree.body,
            lines,
            imports: HashMap::new(),
            annotations: HashMap::new(),
            stars: Vec::new(),
            constants: HashMap::new(),
            defined: HashSet::new(),
            resets: HashSet::new(),
        };
        for stmt in &tree.body {
            match stmt {
                Stmt::FunctionDef(def) => drop(module.defined.insert(def.name.as_str())),
                Stmt::ClassDef(def) => drop(module.defined.insert(def.name.as_str())),
                Stmt::Assign(assign) => {
                    if let [Expr::Name(name)] = assign.targets.as_slice() {
                        module.defined.insert(name.id.as_str());
                        module.constants.insert(name.id.as_str(), &assign.value);
                    }
                }
                Stmt::AnnAssign(assign) => {
                    if let (Expr::Name(name), Some(value)) = (&*assign.target, &assign.value) {
                        module.defined.insert(name.id.as_str());
                        module.constants.insert(name.id.as_str(), value);
                    }
                }
                _ => {}
            }
        }
        Imports(&mut module).visit_body(&tree.body);
        Resets(&mut module.resets).visit_body(&tree.body);
        module
    }

    /// The dotted name something stands for once imports are followed; a local name is itself.
    pub(super) fn dotted(&self, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Name(name) => {
                Some(
                    self.imported(name.id.as_str())
                        .unwrap_or_else(|| match self.stars.first() {
                            Some(star) if !self.defined.contains(name.id.as_str()) => {
                                format!("{star}.{}", name.id)
                            }
                            _ => name.id.to_string(),
                        }),
                )
            }
            Expr::Attribute(attribute) => Some(format!(
                "{}.{}",
                self.dotted(&attribute.value)?,
                attribute.attr
            )),
            _ => None,
        }
    }

    /// The dotted name an imported name stands for.
    pub(super) fn imported(&self, name: &str) -> Option<String> {
        self.imports.get(name).map(|import| import.path.clone())
    }

    /// Whether an imported name is something inside a module.
    pub(super) fn is_member(&self, name: &str) -> bool {
        self.imports.get(name).is_some_and(|import| import.member)
    }

    /// The line of an import.
    pub(super) fn line_of_import(&self, name: &str) -> u32 {
        self.imports.get(name).map_or(1, |import| import.line)
    }

    /// Whether an attribute chain begins at an import.
    pub(super) fn begins_at_import(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Name(name) => self.imports.contains_key(name.id.as_str()),
            Expr::Attribute(attribute) => self.begins_at_import(&attribute.value),
            _ => false,
        }
    }

    /// What a parameter or field of that name is annotated with, wherever it is.
    pub(super) fn annotated(&self, name: &str) -> Option<&'a Expr> {
        self.annotations.get(name).copied()
    }

    /// Whether a bare name is neither imported nor defined in this file.
    pub(super) fn is_unbound(&self, name: &str) -> bool {
        !self.imports.contains_key(name) && !self.defined.contains(name)
    }

    /// Whether something of that name is reset anywhere: a surrounding to act in.
    pub(super) fn is_reset(&self, name: &str) -> bool {
        self.resets.contains(name)
    }

    /// Whether anything of a package is imported.
    pub(super) fn imports_from(&self, root: &str) -> bool {
        let of_root = |path: &str| path.split('.').next() == Some(root);
        self.imports.values().any(|import| of_root(&import.path))
            || self.stars.iter().any(|star| of_root(star))
    }

    /// The value a module-level name was given.
    pub(super) fn constant(&self, name: &str) -> Option<&'a Expr> {
        self.constants.get(name).copied()
    }

    /// A string literal, or a module-level name that stands for one.
    pub(super) fn text(&self, expr: &'a Expr) -> Option<&'a str> {
        match expr {
            Expr::StringLiteral(text) => Some(text.value.to_str()),
            Expr::Name(name) => match self.constant(name.id.as_str())? {
                Expr::StringLiteral(text) => Some(text.value.to_str()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Top-level classes.
    pub(super) fn classes(&self) -> impl Iterator<Item = &'a StmtClassDef> + use<'a> {
        self.body.iter().filter_map(|stmt| match stmt {
            Stmt::ClassDef(class) => Some(class),
            _ => None,
        })
    }

    /// Top-level functions.
    pub(super) fn functions(&self) -> impl Iterator<Item = &'a StmtFunctionDef> + use<'a> {
        self.body.iter().filter_map(|stmt| match stmt {
            Stmt::FunctionDef(function) => Some(function),
            _ => None,
        })
    }

    /// The top-level class of that name.
    pub(super) fn class(&self, name: &str) -> Option<&'a StmtClassDef> {
        self.classes().find(|class| class.name.as_str() == name)
    }
}

/// What an import gives a name to.
#[derive(Clone, Copy)]
enum Part {
    Module,
    Member,
}

/// Collects imports and annotations wherever they stand: a function may import what it needs.
struct Imports<'m, 'a>(&'m mut Module<'a>);

impl<'a> Imports<'_, 'a> {
    fn add(&mut self, name: &'a str, path: String, line: u32, part: Part) {
        let member = matches!(part, Part::Member);
        self.0.imports.insert(name, Import { path, member, line });
    }
}

impl<'a> Visitor<'a> for Imports<'_, 'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Import(import) => {
                let line = self.0.lines.of(import);
                for alias in &import.names {
                    let path = alias.name.as_str();
                    match &alias.asname {
                        Some(name) => self.add(name.as_str(), path.to_owned(), line, Part::Module),
                        // `import a.b` binds `a`.
                        None => {
                            let root = path.split('.').next().unwrap_or(path);
                            self.add(root, root.to_owned(), line, Part::Module);
                        }
                    }
                }
            }
            Stmt::ImportFrom(import) => {
                let dots = ".".repeat(import.level as usize);
                let from = import.module.as_ref().map_or("", |module| module.as_str());
                let from = format!("{dots}{from}");
                for alias in &import.names {
                    if alias.name.as_str() == "*" {
                        self.0.stars.push(from.clone());
                        continue;
                    }
                    let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    let line = self.0.lines.of(import);
                    self.add(name, format!("{from}.{}", alias.name), line, Part::Member);
                }
            }
            Stmt::FunctionDef(function) => {
                for parameter in function.parameters.iter_non_variadic_params() {
                    if let Some(annotation) = &parameter.parameter.annotation {
                        let name = parameter.parameter.name.as_str();
                        self.0.annotations.insert(name, annotation);
                    }
                }
                walk_stmt(self, stmt);
            }
            _ => walk_stmt(self, stmt),
        }
    }

    // Imports are statements; expressions hold none.
    fn visit_expr(&mut self, _: &'a Expr) {}
}

/// Collects what `reset` is called on.
struct Resets<'m, 'a>(&'m mut HashSet<&'a str>);

impl<'a> Visitor<'a> for Resets<'_, 'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr
            && let Expr::Attribute(attribute) = &*call.func
            && attribute.attr.as_str() == "reset"
        {
            match &*attribute.value {
                Expr::Name(name) => drop(self.0.insert(name.id.as_str())),
                Expr::Attribute(inner) => drop(self.0.insert(inner.attr.as_str())),
                _ => {}
            }
        }
        walk_expr(self, expr);
    }
}

/// The docstring of a body, first paragraph in one line.
pub(super) fn docstring(body: &[Stmt]) -> Option<String> {
    let Some(Stmt::Expr(first)) = body.first() else {
        return None;
    };
    let Expr::StringLiteral(text) = &*first.value else {
        return None;
    };
    let paragraph: Vec<&str> = text
        .value
        .to_str()
        .trim()
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    Some(paragraph.join(" ")).filter(|text| !text.is_empty())
}

/// The method of a class.
pub(super) fn method<'a>(class: &'a StmtClassDef, name: &str) -> Option<&'a StmtFunctionDef> {
    class.body.iter().find_map(|stmt| match stmt {
        Stmt::FunctionDef(function) if function.name.as_str() == name => Some(function),
        _ => None,
    })
}

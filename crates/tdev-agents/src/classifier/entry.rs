//! Which definition in a file is the component, and what its author says of it.

use ruff_python_ast::{Decorator, Expr, Stmt, StmtClassDef, StmtFunctionDef};
use serde_json::{Map, Value};
use tdev_core::component::{Kind, camel_case};

use super::literal::{json_of, names_of};
use super::module::{Module, docstring, method};

/// A definition that may be the component.
#[derive(Debug, Clone, Copy)]
pub(super) enum Definition<'a> {
    /// A class, with `run` where it has one.
    Class(&'a StmtClassDef),
    /// A function.
    Function(&'a StmtFunctionDef),
}

impl<'a> Definition<'a> {
    fn of(stmt: &'a Stmt) -> Option<Self> {
        match stmt {
            Stmt::ClassDef(class) => Some(Self::Class(class)),
            Stmt::FunctionDef(function) => Some(Self::Function(function)),
            _ => None,
        }
    }

    /// Its name in the file.
    pub(super) fn name(self) -> &'a str {
        match self {
            Self::Class(class) => class.name.as_str(),
            Self::Function(function) => function.name.as_str(),
        }
    }

    /// The line of its `class` or `def`, after its decorators.
    pub(super) fn line(self, module: &Module<'_>) -> u32 {
        match self {
            Self::Class(class) => module.lines.of(&class.name),
            Self::Function(function) => module.lines.of(&function.name),
        }
    }

    fn decorators(self) -> &'a [Decorator] {
        match self {
            Self::Class(class) => &class.decorator_list,
            Self::Function(function) => &function.decorator_list,
        }
    }

    /// Its docstring.
    pub(super) fn docstring(self) -> Option<String> {
        match self {
            Self::Class(class) => {
                docstring(&class.body).or_else(|| docstring(&method(class, "run")?.body))
            }
            Self::Function(function) => docstring(&function.body),
        }
    }
}

/// How a definition was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// `@agent`, `@tool` or `@team` of `tdev`, or a subclass of its bases.
    Marked(Kind),
    /// Decorated or derived as something a framework offers to an agent.
    Offered,
    /// Nothing says what it is.
    Plain,
}

/// The component of a file.
#[derive(Debug, Clone)]
pub(super) struct Entry<'a> {
    /// Where it is defined; `None` where the module itself is all there is.
    pub(super) definition: Option<Definition<'a>>,
    /// How it was recognised.
    pub(super) sign: Sign,
    /// What its decorator or class attributes say.
    pub(super) said: Map<String, Value>,
    /// Other marked components in the same file.
    pub(super) others: Vec<&'a str>,
    /// What a framework is offered as tools.
    pub(super) offered: Vec<&'a str>,
}

/// Methods by which a class does its work, the plainest first.
pub(super) const WORKS: &[&str] = &[
    "run", "__call__", "_run", "forward", "execute", "invoke", "arun", "_arun",
];

/// Finds the component: what is marked, else what a framework is offered, else what can be run.
pub(super) fn entry_of<'a>(module: &Module<'a>, path: Option<&str>) -> Option<Entry<'a>> {
    let all: Vec<Definition<'a>> = module.body.iter().filter_map(Definition::of).collect();
    let marked: Vec<(Definition<'a>, Kind, Map<String, Value>)> = all
        .iter()
        .filter_map(|definition| marked(*definition, module))
        .collect();
    if let Some(chosen) = choose(&marked, path) {
        let others = marked
            .iter()
            .map(|(d, ..)| d.name())
            .filter(|name| *name != chosen.0.name())
            .collect();
        return Some(Entry {
            definition: Some(chosen.0),
            sign: Sign::Marked(chosen.1),
            said: chosen.2.clone(),
            others,
            offered: Vec::new(),
        });
    }
    let plain = |definition, sign| Entry {
        definition: Some(definition),
        sign,
        said: Map::new(),
        others: Vec::new(),
        offered: Vec::new(),
    };
    let offered: Vec<Definition<'a>> = all
        .iter()
        .copied()
        .filter(|definition| is_offered(*definition, module))
        .collect();
    if let [first, ..] = offered.as_slice() {
        return Some(Entry {
            offered: offered.iter().map(|definition| definition.name()).collect(),
            ..plain(*first, Sign::Offered)
        });
    }
    let runnable = all
        .iter()
        .rev()
        .find(|d| matches!(d, Definition::Class(class) if method(class, "run").is_some()));
    let by_name = |wanted: &str| {
        all.iter()
            .find(|d| matches!(d, Definition::Function(f) if f.name.as_str() == wanted))
    };
    let public = all
        .iter()
        .find(|d| matches!(d, Definition::Function(_)) && !d.name().starts_with('_'));
    let with_methods = all.iter().find(
        |d| matches!(d, Definition::Class(class) if !d.name().starts_with('_') && has_work(class)),
    );
    runnable
        .or_else(|| by_name("run"))
        .or_else(|| by_name("main"))
        .or(public)
        .or(with_methods)
        .map(|definition| plain(*definition, Sign::Plain))
}

/// Whether a class has a method somebody may call.
fn has_work(class: &StmtClassDef) -> bool {
    class.body.iter().any(|stmt| {
        matches!(stmt, Stmt::FunctionDef(f) if !f.name.starts_with('_') || WORKS.contains(&f.name.as_str()))
    })
}

/// Of several marked components: the one the file is named for, else the one with most brains,
/// else the last, which is where people put what the rest leads up to.
fn choose<'m, 'a>(
    marked: &'m [(Definition<'a>, Kind, Map<String, Value>)],
    path: Option<&str>,
) -> Option<&'m (Definition<'a>, Kind, Map<String, Value>)> {
    let stem = path
        .and_then(|path| path.rsplit(['/', '\\']).next())
        .map(|file| file.trim_end_matches(".py"));
    let named_for = stem.and_then(|stem| {
        let wanted = camel_case(stem);
        marked
            .iter()
            .find(|(definition, ..)| camel_case(definition.name()).eq_ignore_ascii_case(&wanted))
    });
    named_for.or_else(|| marked.iter().max_by_key(|(_, kind, _)| *kind))
}

/// Whether a statement defines one of these.
pub(super) fn defines(stmt: &Stmt, names: &[&str]) -> bool {
    Definition::of(stmt).is_some_and(|definition| names.contains(&definition.name()))
}

fn marked<'a>(
    definition: Definition<'a>,
    module: &Module<'a>,
) -> Option<(Definition<'a>, Kind, Map<String, Value>)> {
    for decorator in definition.decorators() {
        let (head, keywords) = match &decorator.expression {
            Expr::Call(call) => (&*call.func, Some(&call.arguments)),
            bare => (bare, None),
        };
        let Some(kind) = tdev_word(head, module).and_then(|word| kind_of(&word)) else {
            continue;
        };
        let mut said = Map::new();
        for keyword in keywords
            .iter()
            .flat_map(|arguments| arguments.keywords.iter())
        {
            let Some(name) = keyword.arg.as_ref() else {
                continue;
            };
            say(&mut said, name.as_str(), &keyword.value, module);
        }
        return Some((definition, kind, said));
    }
    let Definition::Class(class) = definition else {
        return None;
    };
    let base = class
        .arguments
        .iter()
        .flat_map(|arguments| arguments.args.iter())
        .find_map(|base| {
            let word = tdev_word(base, module)?;
            word.starts_with(char::is_uppercase)
                .then(|| kind_of(&word.to_lowercase()))
                .flatten()
        })?;
    Some((definition, base, attributes(class, module)))
}

/// What a class says of itself by attributes: `name = "…"`, `members = […]`.
fn attributes(class: &StmtClassDef, module: &Module<'_>) -> Map<String, Value> {
    let mut said = Map::new();
    for stmt in &class.body {
        let (target, value) = match stmt {
            Stmt::Assign(assign) => (assign.targets.first(), Some(&*assign.value)),
            Stmt::AnnAssign(assign) => (Some(&*assign.target), assign.value.as_deref()),
            _ => continue,
        };
        if let (Some(Expr::Name(name)), Some(value)) = (target, value) {
            say(&mut said, name.id.as_str(), value, module);
        }
    }
    said
}

fn say(said: &mut Map<String, Value>, name: &str, value: &Expr, module: &Module<'_>) {
    match name {
        "tools" | "members" | "tags" | "permissions" | "secrets" => {
            said.insert(name.to_owned(), names_of(value, module).into());
        }
        "input" | "input_schema" | "output" | "output_schema" | "name" | "description"
        | "version" | "owner" | "runtime" => {
            if let Some(value) = json_of(value, module) {
                said.insert(name.trim_end_matches("_schema").to_owned(), value);
            }
        }
        _ => {}
    }
}

fn kind_of(word: &str) -> Option<Kind> {
    match word {
        "tool" => Some(Kind::Tool),
        "agent" => Some(Kind::Agent),
        "team" => Some(Kind::Team),
        _ => None,
    }
}

/// The word of the `tdev` package a name stands for, imported or left to be understood.
fn tdev_word(expr: &Expr, module: &Module<'_>) -> Option<String> {
    let dotted = module.dotted(expr)?;
    match dotted.split_once('.') {
        Some(("tdev", _)) => dotted.rsplit('.').next().map(str::to_owned),
        None if module.is_unbound(&dotted) => Some(dotted),
        _ => None,
    }
}

/// Something handed to an agent to use: a function under a framework's `tool` decorator, a class
/// derived from a framework's tool or toolkit.
fn is_offered(definition: Definition<'_>, module: &Module<'_>) -> bool {
    let decorated = definition.decorators().iter().any(|decorator| {
        let head = match &decorator.expression {
            Expr::Call(call) => &*call.func,
            bare => bare,
        };
        module.dotted(head).is_some_and(|dotted| {
            let word = dotted.rsplit('.').next().unwrap_or_default();
            dotted.contains('.') && (word == "tool" || word.ends_with("_tool"))
        })
    });
    let derived = matches!(definition, Definition::Class(class) if class.arguments.iter().flat_map(|a| a.args.iter()).any(|base| {
        module.dotted(base).is_some_and(|dotted| {
            let word = dotted.rsplit('.').next().unwrap_or_default();
            dotted.contains('.') && (word.ends_with("Toolkit") || word.ends_with("Tool") || word.ends_with("Tools"))
        })
    }));
    decorated || derived
}

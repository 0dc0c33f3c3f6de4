//! A file with the names of its frameworks taken away: what is left is structure.

use std::collections::BTreeMap;

use regex::Regex;

/// Packages whose names stay: Python's own, and ours.
const OWN: &[&str] = &[
    "abc",
    "argparse",
    "ast",
    "asyncio",
    "base64",
    "collections",
    "concurrent",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "hashlib",
    "inspect",
    "io",
    "itertools",
    "json",
    "logging",
    "math",
    "operator",
    "os",
    "pathlib",
    "pickle",
    "queue",
    "random",
    "re",
    "secrets",
    "shutil",
    "signal",
    "socket",
    "sqlite3",
    "string",
    "subprocess",
    "sys",
    "tempfile",
    "textwrap",
    "threading",
    "time",
    "traceback",
    "types",
    "typing",
    "typing_extensions",
    "unittest",
    "urllib",
    "uuid",
    "warnings",
    "tdev",
    "__future__",
    "pytest",
];

/// New names for what frameworks are called, the same in every file.
#[derive(Default)]
pub(crate) struct Mask {
    names: BTreeMap<String, String>,
}

impl Mask {
    fn new_name(&mut self, name: &str, kind: &str) -> String {
        let next = self.names.len();
        self.names
            .entry(name.to_owned())
            .or_insert_with(|| format!("{kind}{next}"))
            .clone()
    }

    /// The file with modules, classes and `create_…` functions of other people renamed.
    pub(crate) fn over(&mut self, code: &str) -> String {
        let from =
            Regex::new(r"(?m)^\s*from\s+([A-Za-z_][\w.]*)\s+import\s+(\([^)]*\)|[^\n]*)").unwrap();
        let plain = Regex::new(r"(?m)^\s*import\s+([A-Za-z_][\w.]*)(?:\s+as\s+(\w+))?").unwrap();
        let word = Regex::new(r"[A-Za-z_]\w*").unwrap();
        let is_class = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_uppercase())
                && name.chars().any(|c| c.is_ascii_lowercase())
        };
        let mut here: BTreeMap<String, String> = BTreeMap::new();
        let mut modules: Vec<String> = Vec::new();
        for found in from.captures_iter(code) {
            let module = &found[1];
            if OWN.contains(&module.split('.').next().unwrap()) {
                continue;
            }
            modules.push(module.to_owned());
            for name in word.find_iter(&found[2]).map(|m| m.as_str()) {
                if is_class(name) {
                    here.insert(name.to_owned(), self.new_name(name, "Thing"));
                } else if name.starts_with("create_") || name.starts_with("initialize_") {
                    here.insert(name.to_owned(), self.new_name(name, "func"));
                }
            }
        }
        for found in plain.captures_iter(code) {
            let root = found[1].split('.').next().unwrap().to_owned();
            if OWN.contains(&root.as_str()) {
                continue;
            }
            let said = found.get(2).map_or(root.clone(), |m| m.as_str().to_owned());
            here.insert(root.clone(), self.new_name(&root, "package"));
            let inside = Regex::new(&format!(r"\b{said}\.((?:\w+\.)*)([A-Z]\w*)")).unwrap();
            for member in inside.captures_iter(code) {
                if is_class(&member[2]) {
                    here.insert(member[2].to_owned(), self.new_name(&member[2], "Thing"));
                }
            }
        }
        // A module's path is renamed where it is imported alone: `tools` is a keyword too.
        let mut code = code.to_owned();
        for module in modules {
            let parts: Vec<String> = module
                .split('.')
                .map(|part| self.new_name(part, "package"))
                .collect();
            code = code.replace(
                &format!("from {module} import"),
                &format!("from {} import", parts.join(".")),
            );
        }
        word.replace_all(&code, |found: &regex::Captures<'_>| {
            here.get(&found[0])
                .cloned()
                .unwrap_or_else(|| found[0].to_owned())
        })
        .into_owned()
    }
}

#[test]
fn names_of_frameworks_are_gone_and_the_rest_stays() {
    let code = "import autogen\nfrom agno.agent import Agent\nimport json\nx = Agent(model=\"gpt-4o\")\ny = autogen.AssistantAgent('a')\n";
    let masked = Mask::default().over(code);
    for gone in ["autogen", "agno", "Agent("] {
        assert!(!masked.contains(gone), "{masked}");
    }
    assert!(masked.contains("import json") && masked.contains("(model=\"gpt-4o\")"));
}

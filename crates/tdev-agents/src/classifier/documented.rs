//! What a docstring says of parameters and of what comes back, in the three ways people write it:
//! Google's `Args:`, NumPy's underlined headings, Sphinx's `:param x:`.

use ruff_python_ast::{Stmt, StmtFunctionDef};
use ruff_python_parser::parse_expression;

/// One thing a docstring describes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its name; empty for what is returned as a whole.
    pub(super) name: String,
    /// Its type as written, empty where none is.
    pub(super) kind: String,
    /// What it means, in one line.
    pub(super) text: String,
    /// Whether it is said that it may be left out.
    pub(super) optional: bool,
}

/// What a docstring describes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Documented {
    /// Parameters.
    pub(super) takes: Vec<Entry>,
    /// What comes back: one nameless entry, or the keys of a mapping.
    pub(super) gives: Vec<Entry>,
}

/// The part of a docstring a line stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Takes,
    Gives,
    Other,
}

/// How a section's entries are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Google,
    Numpy,
}

/// Reads the docstring of a function.
pub(super) fn documented(function: &StmtFunctionDef) -> Documented {
    whole_docstring(&function.body).map_or_else(Documented::default, |text| read(&text))
}

fn whole_docstring(body: &[Stmt]) -> Option<String> {
    let Some(Stmt::Expr(first)) = body.first() else {
        return None;
    };
    first
        .value
        .as_string_literal_expr()
        .map(|text| text.value.to_str().to_owned())
}

fn read(text: &str) -> Documented {
    let mut found = Documented::default();
    let lines: Vec<&str> = text.lines().collect();
    let mut section = Section::Other;
    // The indent of a section's entries, once one was seen.
    let mut indent: Option<usize> = None;
    let mut style = Style::Google;
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        let said = line.trim();
        if said.starts_with(':') && sphinx(said, &mut found) {
            section = Section::Other;
            continue;
        }
        let underlined = lines.get(at).is_some_and(|next| {
            let next = next.trim();
            next.len() >= 3 && next.chars().all(|c| c == '-')
        });
        if let Some(new) = heading(said, underlined) {
            section = new;
            indent = None;
            style = if underlined {
                Style::Numpy
            } else {
                Style::Google
            };
            at += usize::from(underlined);
            continue;
        }
        if said.is_empty() || section == Section::Other {
            continue;
        }
        let depth = line.len() - line.trim_start().len();
        let first = *indent.get_or_insert(depth);
        let list = match section {
            Section::Takes => &mut found.takes,
            _ => &mut found.gives,
        };
        if depth > first {
            deeper(said, section, style, list);
        } else if depth < first {
            section = Section::Other;
        } else if style == Style::Numpy {
            numpy_entry(said, section, list);
        } else {
            google_entry(said, section, list);
        }
    }
    found
}

fn heading(said: &str, underlined: bool) -> Option<Section> {
    let word = match (said.strip_suffix(':'), underlined) {
        (Some(word), false) => word,
        (None, true) => said,
        _ => return None,
    };
    Some(match word.to_ascii_lowercase().as_str() {
        "args" | "arguments" | "parameters" | "params" | "keyword args" | "keyword arguments"
        | "other parameters" | "inputs" => Section::Takes,
        "returns" | "return" | "yields" | "output" | "outputs" => Section::Gives,
        "raises" | "example" | "examples" | "note" | "notes" | "attributes" | "see also"
        | "warning" | "warnings" | "references" | "todo" | "side effects" | "usage" => {
            Section::Other
        }
        _ if underlined => Section::Other,
        _ => return None,
    })
}

/// `:param str name: what it means`, `:type name: str`, `:returns: …`, `:rtype: dict`.
fn sphinx(said: &str, found: &mut Documented) -> bool {
    let Some((field, text)) = said.get(1..).and_then(|rest| rest.split_once(':')) else {
        return false;
    };
    let text = text.trim();
    let mut words = field.split_whitespace();
    let role = words.next().unwrap_or_default();
    let rest: Vec<&str> = words.collect();
    match (role, rest.as_slice()) {
        ("param" | "parameter" | "arg" | "argument" | "key" | "keyword", [kind @ .., name]) => {
            let entry = entry_of(&mut found.takes, name);
            if !kind.is_empty() {
                set_kind(entry, &kind.join(" "));
            }
            text.clone_into(&mut entry.text);
        }
        ("type", [name]) => set_kind(entry_of(&mut found.takes, name), text),
        ("return" | "returns", _) => {
            text.clone_into(&mut entry_of(&mut found.gives, "").text);
        }
        ("rtype", _) => set_kind(entry_of(&mut found.gives, ""), text),
        _ => return false,
    }
    true
}

fn entry_of<'l>(list: &'l mut Vec<Entry>, name: &str) -> &'l mut Entry {
    let at = list.iter().position(|entry| entry.name == name);
    let at = at.unwrap_or_else(|| {
        list.push(Entry {
            name: name.to_owned(),
            ..Entry::default()
        });
        list.len() - 1
    });
    // Just found or just put there.
    #[expect(
        clippy::indexing_slicing,
        reason = "the position was taken from this list"
    )]
    &mut list[at]
}

/// `str, optional`, `int or None`, `list of str`, `{'a', 'b'}`, `str, default 'en'`.
fn set_kind(entry: &mut Entry, written: &str) {
    let mut kind = written.trim().trim_matches('`').to_owned();
    for mark in [", optional", ",optional", " or None", " | None"] {
        if let Some(at) = kind.find(mark) {
            entry.optional = true;
            kind.replace_range(at..at + mark.len(), "");
        }
    }
    if let Some(at) = kind.find(", default").or_else(|| kind.find("; default")) {
        entry.optional = true;
        kind.truncate(at);
    }
    if let Some(inner) = kind
        .strip_prefix("Optional[")
        .and_then(|k| k.strip_suffix(']'))
    {
        entry.optional = true;
        kind = inner.to_owned();
    }
    entry.kind = kind.trim().to_owned();
}

/// `name : str, optional` of NumPy. What is returned is named for the reader alone; two such
/// lines are two values.
fn numpy_entry(said: &str, section: Section, list: &mut Vec<Entry>) {
    let (names, kind) = match said.split_once(':') {
        Some((names, kind)) => (names.trim(), kind.trim()),
        None if section == Section::Gives => ("", said),
        None => (said, ""),
    };
    if section == Section::Gives {
        let several = !list.is_empty();
        let entry = entry_of(list, "");
        set_kind(entry, if several { "tuple" } else { kind });
        return;
    }
    for name in names.split(',') {
        set_kind(entry_of(list, name.trim().trim_start_matches('*')), kind);
    }
}

/// `name (str, optional): what it means` of Google; a return is `dict: what it is`.
fn google_entry(said: &str, section: Section, list: &mut Vec<Entry>) {
    let Some((head, text)) = split_outside(said) else {
        if section == Section::Gives && list.is_empty() {
            said.clone_into(&mut entry_of(list, "").text);
        }
        return;
    };
    let (name, kind) = match head.split_once('(') {
        Some((name, kind)) => (name.trim(), kind.trim_end().trim_end_matches(')')),
        None => (head.trim(), ""),
    };
    let name = name
        .trim_start_matches(['*', '-', ' '])
        .trim_matches(['`', '"', '\'']);
    if section == Section::Gives && kind.is_empty() && list.is_empty() {
        // A type, or words that happen to hold a colon.
        let entry = entry_of(list, "");
        if is_type(head) {
            set_kind(entry, head);
            text.clone_into(&mut entry.text);
        } else {
            said.clone_into(&mut entry.text);
        }
        return;
    }
    if is_name(name) {
        let entry = entry_of(list, name);
        if kind == "optional" {
            entry.optional = true;
        } else {
            set_kind(entry, kind);
        }
        text.clone_into(&mut entry.text);
    }
}

/// What stands deeper goes on with the entry above, or names a key of what is returned.
fn deeper(said: &str, section: Section, style: Style, list: &mut Vec<Entry>) {
    let item = said.trim_start_matches(['-', '*', ' ']);
    if section == Section::Gives
        && let Some((head, text)) = split_outside(item)
    {
        let (name, kind) = match head.split_once('(') {
            Some((name, kind)) => (name.trim(), kind.trim_end().trim_end_matches(')')),
            None => (head.trim(), ""),
        };
        let name = name.trim_matches(['`', '"', '\'']);
        if is_name(name) {
            let entry = entry_of(list, name);
            if style == Style::Numpy && is_type(text) {
                set_kind(entry, text);
            } else {
                set_kind(entry, kind);
                text.clone_into(&mut entry.text);
            }
            return;
        }
    }
    if let Some(last) = list.last_mut() {
        if !last.text.is_empty() {
            last.text.push(' ');
        }
        last.text.push_str(said);
    }
}

/// Splits at the first colon that stands in no bracket.
fn split_outside(said: &str) -> Option<(&str, &str)> {
    let mut depth = 0i32;
    for (at, c) in said.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ':' if depth == 0 => {
                let (head, rest) = said.split_at(at);
                return Some((head, rest.trim_start_matches(':').trim()));
            }
            _ => {}
        }
    }
    None
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_type(word: &str) -> bool {
    !word.contains(' ') && parse_expression(word).is_ok()
        || word.contains(" of ") && word.len() < 30
}

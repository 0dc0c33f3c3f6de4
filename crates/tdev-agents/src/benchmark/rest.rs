//! An HTTP operation as a component: what its path and method say of what it takes and gives.

use std::collections::BTreeSet;

/// The kinds of thing that the paths of a registry identify: `album` for `/albums/{id}`.
pub(super) struct Kinds {
    all: BTreeSet<String>,
    /// What is listed below what: an album's tracks.
    below: BTreeSet<(String, String)>,
}

/// A method, the parts of a path and what is said of them.
pub(super) struct Operation<'a> {
    method: &'a str,
    parts: Vec<&'a str>,
    description: &'a str,
}

impl Kinds {
    pub(super) fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let operations: Vec<Operation> = names.filter_map(|name| Operation::of(name, "")).collect();
        let of = |o: &Operation| o.identified().into_iter().map(|(kind, _)| kind);
        let mut kinds = Self {
            all: operations.iter().flat_map(of).collect(),
            below: BTreeSet::new(),
        };
        for operation in &operations {
            let last = operation.parts.last().copied().unwrap_or("");
            for owner in of(operation) {
                let listed: Vec<String> = words(last)
                    .filter_map(|w| kinds.named(&w).map(str::to_owned))
                    .collect();
                kinds
                    .below
                    .extend(listed.into_iter().map(|kind| (owner.clone(), kind)));
            }
        }
        kinds
    }

    /// The kind a word names, in singular or plural, if any path identifies it.
    fn named(&self, word: &str) -> Option<&str> {
        let word = singular(word);
        self.all.get(&word).map(String::as_str)
    }
}

impl<'a> Operation<'a> {
    /// Reads `GET /albums/{id}`; anything else is none.
    pub(super) fn of(name: &'a str, description: &'a str) -> Option<Self> {
        let (method, path) = name.split_once(' ')?;
        let known = matches!(method, "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD");
        let path = path.trim();
        (known && path.starts_with('/')).then(|| Self {
            method,
            parts: path.split(['/', '?']).filter(|p| !p.is_empty()).collect(),
            description,
        })
    }

    /// The kinds that parameters of the path identify, and the name of each parameter.
    fn identified(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (at, part) in self.parts.iter().enumerate() {
            let Some(parameter) = part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) else {
                continue;
            };
            let noun = at
                .checked_sub(1)
                .and_then(|before| self.parts.get(before))
                .filter(|before| !before.starts_with('{'))
                .map(|noun| singular(noun.rsplit(['-', '_']).next().unwrap_or(noun)));
            let own = parameter
                .strip_suffix("_id")
                .or_else(|| parameter.strip_suffix("Id"))
                .map(singular);
            if let Some(kind) =
                own.or_else(|| noun.filter(|_| parameter.eq_ignore_ascii_case("id")))
            {
                found.push((kind, parameter.to_owned()));
            }
        }
        found
    }

    /// What must be known before it can be called: ids in its path, and ids of what it changes.
    pub(super) fn takes(&self, kinds: &Kinds) -> Vec<String> {
        let mut found: Vec<String> = self
            .identified()
            .into_iter()
            .map(|(kind, _)| id(&kind))
            .collect();
        if self.method != "GET"
            && let Some(last) = self.parts.last().filter(|p| !p.starts_with('{'))
        {
            let creates =
                self.method == "POST" && self.description.to_lowercase().contains("create");
            let mut changed: Vec<String> = words(last)
                .filter_map(|w| kinds.named(&w).map(id))
                .collect();
            // "Add a book to a shelf" says what its path does not.
            if changed.is_empty() {
                let told = words(self.summary()).filter_map(|w| kinds.named(&w).map(id));
                changed.extend(told.filter(|kind| !found.contains(kind)).take(1));
            }
            found.extend(changed.into_iter().filter(|_| !creates));
        }
        found.dedup();
        found
    }

    /// The first line of what is said of it.
    fn summary(&self) -> &str {
        self.description.split(['.', '\n']).next().unwrap_or("")
    }

    /// What its answer identifies: the kind of its last noun, or, where the path names none, the
    /// kinds that its description names.
    pub(super) fn gives(&self, kinds: &Kinds) -> Vec<String> {
        let last = self.parts.last().copied().unwrap_or("");
        if self.method == "DELETE" || last.starts_with('{') && self.method != "GET" {
            return Vec::new();
        }
        let mut found: Vec<String> = words(last)
            .filter_map(|w| kinds.named(&w).map(id))
            .collect();
        if found.is_empty() && self.method == "GET" {
            found = words(self.description)
                .filter_map(|w| kinds.named(&w).map(id))
                .collect();
        }
        found.sort();
        found.dedup();
        // "The current user's top artists" tells of artists; the user alone is told of alone.
        if found.len() > 1 {
            found.retain(|f| f != "user_id");
        }
        // One thing in full tells of all it is tied to.
        if last.starts_with('{') && self.method == "GET" {
            let owners: Vec<String> = self
                .identified()
                .into_iter()
                .map(|(kind, _)| kind)
                .collect();
            let apart = |kind: &&String| {
                owners
                    .iter()
                    .all(|o| !kinds.below.contains(&(o.clone(), (*kind).clone())))
            };
            found = kinds
                .all
                .iter()
                .filter(|k| *k != "user")
                .filter(apart)
                .map(|k| id(k))
                .collect();
        }
        if last.starts_with('{') {
            let taken = self.takes(kinds);
            found.retain(|f| !taken.contains(f));
        }
        found
    }
}

fn id(kind: &str) -> String {
    format!("{kind}_id")
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
}

fn singular(word: &str) -> String {
    let word = word.to_lowercase();
    match word.strip_suffix("ies") {
        Some(root) if root.len() > 2 && word != "series" => format!("{root}y"),
        _ if word == "series" || word.ends_with("ss") => word,
        _ => word.strip_suffix('s').map_or(word.clone(), str::to_owned),
    }
}

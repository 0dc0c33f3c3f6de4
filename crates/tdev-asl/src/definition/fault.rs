//! What is wrong with a definition: every fault, each with its place.

use std::fmt;

use super::position::locate;

/// One fault of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer to the faulty value, `""` for the whole document.
    pub pointer: String,
    /// Line in the text, from 1; absent where the definition was not given as text.
    pub line: Option<usize>,
    /// Column in the line, from 1, counted in characters.
    pub column: Option<usize>,
    /// Stable name of the kind of fault.
    pub code: &'static str,
    /// What is wrong, in one line.
    pub message: String,
    /// What to write instead, where that can be guessed.
    pub suggestion: Option<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "{line}:{column} ")?;
        }
        let place = if self.pointer.is_empty() {
            "/"
        } else {
            &self.pointer
        };
        write!(f, "{place}: {} [{}]", self.message, self.code)?;
        if let Some(suggestion) = &self.suggestion {
            write!(f, "; did you mean `{suggestion}`?")?;
        }
        Ok(())
    }
}

/// A definition, or a file beside it, that cannot be used. Displays its faults one per line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Invalid {
    /// Every fault found, in document order where that is known.
    pub faults: Vec<Fault>,
}

impl Invalid {
    /// A text that is no JSON at all.
    pub(crate) fn not_json(message: &str, fault: &serde_json::Error) -> Self {
        Self {
            faults: vec![Fault {
                pointer: String::new(),
                line: Some(fault.line()),
                column: Some(fault.column()),
                code: "BAD_JSON",
                message: format!("{message}: {fault}"),
                suggestion: None,
            }],
        }
    }

    /// The same faults with their places in `text`, in their order there.
    pub(crate) fn located(mut self, text: &str) -> Self {
        locate(text, &mut self.faults);
        self.faults.sort_by_key(|f| (f.line, f.column));
        self
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.faults.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

/// Collects faults while a definition is read.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) list: Vec<Fault>,
}

impl Faults {
    pub(crate) fn add(&mut self, at: &str, code: &'static str, message: impl Into<String>) {
        self.suggest(at, code, message, None);
    }

    pub(crate) fn suggest(
        &mut self,
        at: &str,
        code: &'static str,
        message: impl Into<String>,
        suggestion: Option<String>,
    ) {
        self.list.push(Fault {
            pointer: at.to_owned(),
            line: None,
            column: None,
            code,
            message: message.into(),
            suggestion,
        });
    }
}

/// The candidate most like `word`, if any is like it at all.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let wanted = word.to_lowercase();
    let length = wanted.chars().count();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let most = (candidate.chars().count().max(3) / 3).max(2);
            let given = candidate.to_lowercase();
            // Words are at least as far apart as they differ in length.
            if given.chars().count().abs_diff(length) > most {
                return None;
            }
            let distance = strsim::damerau_levenshtein(&wanted, &given);
            (distance <= most).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate.to_owned())
}

/// `at` followed by one more pointer token.
pub(crate) fn below(at: &str, token: &str) -> String {
    let mut pointer = String::with_capacity(at.len() + token.len() + 1);
    pointer.push_str(at);
    pointer.push('/');
    for c in token.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            c => pointer.push(c),
        }
    }
    pointer
}

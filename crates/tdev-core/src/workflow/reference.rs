//! References inside templates and conditions: `${step.field[0] ?? other.field}`.

use std::fmt;

use crate::{Code, Error, Result};

/// Where a reference begins.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Root {
    /// The workflow's input.
    Input,
    /// The item of the innermost loop.
    Item,
    /// Its position, from 0.
    Index,
    /// A step's output.
    Step(String),
}

/// One segment of the way into a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// A field.
    Field(String),
    /// A position; negative counts from the end.
    Index(i64),
}

/// One path: a root and the way into its value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path {
    /// Where it begins.
    pub root: Root,
    /// The way in.
    pub segments: Vec<Segment>,
}

/// What stands between `${` and `}`: one path, or several tried in order until one is not null.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The paths in order.
    pub paths: Vec<Path>,
}

impl Reference {
    /// Reads what stands between the braces.
    ///
    /// # Errors
    /// `InvalidWorkflow` saying what is not understood.
    pub fn parse(text: &str) -> Result<Self> {
        let paths = text
            .split("??")
            .map(|part| Path::parse(part.trim()))
            .collect::<Result<Vec<_>>>()?;
        Ok(Self { paths })
    }
}

impl Path {
    fn parse(text: &str) -> Result<Self> {
        let fault = |why: &str| {
            Error::new(
                Code::InvalidWorkflow,
                format!("`${{{text}}}` is not a reference: {why}"),
            )
            .hint("write `${step.field}`, `${step.list[0]}` or `${input.name}`")
        };
        let end = text.find(['.', '[']).unwrap_or(text.len());
        let (head, mut rest) = text.split_at(end);
        if head.is_empty() || !head.chars().all(is_name_char) {
            return Err(fault(
                "it must begin with a step's id, `input`, `item` or `index`",
            ));
        }
        let root = match head {
            "input" => Root::Input,
            "item" => Root::Item,
            "index" => Root::Index,
            step => Root::Step(step.to_owned()),
        };
        let mut segments = Vec::new();
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                let (name, tail) = after.split_at(end);
                if name.is_empty() || !name.chars().all(is_name_char) {
                    return Err(fault(
                        "a field name is missing or has characters other than letters, digits, `_` and `-`",
                    ));
                }
                segments.push(Segment::Field(name.to_owned()));
                rest = tail;
            } else if let Some((inside, tail)) = rest
                .strip_prefix('[')
                .and_then(|after| after.split_once(']'))
            {
                let quoted = inside
                    .strip_prefix(['"', '\''])
                    .and_then(|s| s.strip_suffix(['"', '\'']));
                segments.push(match quoted {
                    Some(name) => Segment::Field(name.to_owned()),
                    None => Segment::Index(
                        inside
                            .trim()
                            .parse()
                            .map_err(|_| fault("an index is a whole number"))?,
                    ),
                });
                rest = tail;
            } else {
                return Err(fault("an index is not closed"));
            }
        }
        Ok(Self { root, segments })
    }
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.root {
            Root::Input => "input",
            Root::Item => "item",
            Root::Index => "index",
            Root::Step(id) => id,
        })?;
        for segment in &self.segments {
            match segment {
                Segment::Field(name) if name.chars().all(is_name_char) => write!(f, ".{name}")?,
                Segment::Field(name) => write!(f, "[\"{name}\"]")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("${")?;
        for (i, path) in self.paths.iter().enumerate() {
            if i > 0 {
                f.write_str(" ?? ")?;
            }
            write!(f, "{path}")?;
        }
        f.write_str("}")
    }
}

//! Text with references in it: a whole-value reference keeps its JSON type, inside text it is
//! interpolated.

use super::reference::Reference;
use crate::{Code, Error, Result};

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text as it stands.
    Text(String),
    /// A value.
    Reference(Reference),
}

/// A string cut into text and references. `$${` stands for a literal `${`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its pieces in order; no two texts are neighbours.
    pub pieces: Vec<Piece>,
}

impl Template {
    /// Cuts a string.
    ///
    /// # Errors
    /// `InvalidWorkflow` for an unclosed or malformed reference.
    pub fn parse(text: &str) -> Result<Self> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let (before, from) = rest.split_at(at);
            if let Some(kept) = before.strip_suffix('$') {
                plain.push_str(kept);
                plain.push_str("${");
                rest = from.get(2..).unwrap_or("");
                continue;
            }
            plain.push_str(before);
            let Some((inside, after)) = from.get(2..).and_then(|s| s.split_once('}')) else {
                return Err(Error::new(
                    Code::InvalidWorkflow,
                    format!("a reference is not closed in `{text}`"),
                )
                .hint("write `${step.field}`; `$${` stands for a literal `${`"));
            };
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Reference(Reference::parse(inside)?));
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Self { pieces })
    }

    /// The reference, where the whole string is one.
    pub fn whole(&self) -> Option<&Reference> {
        match self.pieces.as_slice() {
            [Piece::Reference(reference)] => Some(reference),
            _ => None,
        }
    }

    /// Every reference in it.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Reference(reference) => Some(reference),
            Piece::Text(_) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_whole_reference_is_told_from_one_inside_text() {
        assert!(Template::parse("${a.b}").unwrap().whole().is_some());
        assert!(Template::parse("x ${a.b}").unwrap().whole().is_none());
        assert_eq!(
            Template::parse("$${a}").unwrap().pieces,
            vec![Piece::Text("${a}".into())]
        );
        assert!(Template::parse("${a.b").is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_fall_over(text in ".{0,60}") {
            let _: Result<Template> = Template::parse(&text);
        }

        #[test]
        fn references_print_as_they_parse(step in "[a-z][a-z0-9-]{0,8}", field in "[a-z_]{1,8}", index in -3i64..9) {
            let text = format!("${{{step}.{field}[{index}] ?? input.x}}");
            let template = Template::parse(&text).unwrap();
            prop_assert_eq!(template.whole().unwrap().to_string(), text);
        }
    }
}

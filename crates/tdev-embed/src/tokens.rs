//! The model's word pieces: a text in lower case without accents, cut at spaces and punctuation,
//! each word as the longest pieces the vocabulary has.
//!
//! Our own because the usual crate brings seventy others for what is a page here. Unlike it,
//! `[SEP]` in a text is three ordinary pieces: a text cannot forge a mark.

use std::sync::Arc;

use tdev_core::Result;
use unicode_general_category::{GeneralCategory as Category, get_general_category};
use unicode_normalization::UnicodeNormalization;

use crate::file::{ModelFile, Vocabulary};

/// Longer words are unknown.
const LONGEST: usize = 100;

/// Cuts texts into pieces.
pub(crate) struct Tokens {
    vocabulary: Vocabulary,
    unknown: u32,
    begin: u32,
    end: u32,
    most: usize,
}

impl Tokens {
    pub(crate) fn of(file: &Arc<ModelFile>) -> Result<Self> {
        let shape = file.manifest.shape;
        let vocabulary = Vocabulary::of(file, shape.words)?;
        let mark = |name: &str| {
            vocabulary
                .number(name)
                .ok_or_else(|| file.damaged(&format!("its vocabulary has no `{name}`")))
        };
        Ok(Self {
            unknown: mark("[UNK]")?,
            begin: mark("[CLS]")?,
            end: mark("[SEP]")?,
            most: shape.tokens,
            vocabulary,
        })
    }

    /// The pieces of a text between its two marks, cut where the model reads no further.
    pub(crate) fn of_text(&self, text: &str) -> Vec<u32> {
        let mut pieces = vec![self.begin];
        let mut word = String::new();
        let room = self.most - 1;
        let plain = text
            .chars()
            .filter_map(kept)
            .flat_map(apart)
            .nfd()
            .filter(|c| !matches!(get_general_category(*c), Category::NonspacingMark))
            .flat_map(char::to_lowercase);
        for c in plain {
            if c.is_whitespace() {
                self.cut(&mut word, &mut pieces);
            } else if punctuation(c) {
                self.cut(&mut word, &mut pieces);
                word.push(c);
                self.cut(&mut word, &mut pieces);
            } else {
                word.push(c);
            }
            if pieces.len() >= room {
                word.clear();
                break;
            }
        }
        self.cut(&mut word, &mut pieces);
        pieces.truncate(room);
        pieces.push(self.end);
        pieces
    }

    /// Takes one word in its longest pieces; one that has a part of none is unknown as a whole.
    fn cut(&self, word: &mut String, pieces: &mut Vec<u32>) {
        if word.is_empty() {
            return;
        }
        let begun = pieces.len();
        if !self.pieces(word, pieces) {
            pieces.truncate(begun);
            pieces.push(self.unknown);
        }
        word.clear();
    }

    fn pieces(&self, word: &str, pieces: &mut Vec<u32>) -> bool {
        if word.chars().count() > LONGEST {
            return false;
        }
        let mut rest = word;
        let mut piece = String::with_capacity(word.len() + 2);
        while !rest.is_empty() {
            piece.clear();
            if rest.len() < word.len() {
                piece.push_str("##");
            }
            let marked = piece.len();
            piece.push_str(rest);
            let number = loop {
                if let Some(number) = self.vocabulary.number(&piece) {
                    break number;
                }
                piece.pop();
                if piece.len() == marked {
                    return false;
                }
            };
            pieces.push(number);
            rest = rest.get(piece.len() - marked..).unwrap_or_default();
        }
        true
    }
}

/// A character without what cannot be seen; every kind of space is a space.
fn kept(c: char) -> Option<char> {
    if matches!(c, '\t' | '\n' | '\r') || c.is_whitespace() {
        return Some(' ');
    }
    let unseen = matches!(
        get_general_category(c),
        Category::Control
            | Category::Format
            | Category::Unassigned
            | Category::PrivateUse
            | Category::Surrogate
    );
    (c != '\u{fffd}' && !unseen).then_some(c)
}

/// Ideographs stand as words of their own.
fn apart(c: char) -> impl Iterator<Item = char> {
    let ideograph = matches!(u32::from(c),
        0x4E00..=0x9FFF | 0x3400..=0x4DBF | 0x2_0000..=0x2_A6DF | 0x2_A700..=0x2_B73F
        | 0x2_B740..=0x2_B81F | 0x2_B920..=0x2_CEAF | 0xF900..=0xFAFF | 0x2_F800..=0x2_FA1F);
    let space = ideograph.then_some(' ');
    space.into_iter().chain([c]).chain(space)
}

fn punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(
            get_general_category(c),
            Category::ConnectorPunctuation
                | Category::DashPunctuation
                | Category::OpenPunctuation
                | Category::ClosePunctuation
                | Category::InitialPunctuation
                | Category::FinalPunctuation
                | Category::OtherPunctuation
        )
}

//! What a suggestion in words asks for.

/// What can be done by rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mend {
    Docstring,
    Types,
    /// Errors that pass on unexplained.
    Errors,
    /// Errors that nobody hears of.
    Hidden,
    Example,
    Timeout,
}

/// Words that ask for a mend; the first that a suggestion has decides.
const WORDS: &[(&str, Mend)] = &[
    ("bare except", Mend::Hidden),
    ("swallow", Mend::Hidden),
    ("silent", Mend::Hidden),
    ("docstring", Mend::Docstring),
    ("say in one sentence", Mend::Docstring),
    ("annotate", Mend::Types),
    ("type hint", Mend::Types),
    ("types", Mend::Types),
    ("annotation", Mend::Types),
    ("timeout", Mend::Timeout),
    ("time limit", Mend::Timeout),
    ("time out", Mend::Timeout),
    ("error handling", Mend::Errors),
    ("handle error", Mend::Errors),
    ("handles no error", Mend::Errors),
    ("catch", Mend::Errors),
    ("exception", Mend::Errors),
    ("errors of", Mend::Errors),
    ("example", Mend::Example),
    ("test case", Mend::Example),
    ("document", Mend::Docstring),
    ("describe", Mend::Docstring),
];

/// What a suggestion asks for, where a rule knows how. What it quotes is a name and asks for
/// nothing.
pub(super) fn read(suggestion: &str) -> Option<Mend> {
    let said: String = suggestion.split('`').step_by(2).collect();
    let lower = said.to_lowercase();
    WORDS
        .iter()
        .find(|(words, _)| lower.contains(words))
        .map(|(_, mend)| *mend)
}

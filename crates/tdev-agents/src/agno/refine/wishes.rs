//! What a suggestion in words asks for.

/// What can be done by rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mend {
    Docstring,
    Types,
    Errors,
    Example,
    Timeout,
}

/// Words that ask for a mend; the first that a suggestion has decides.
const WORDS: &[(&str, Mend)] = &[
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

/// The mends that suggestions ask for, and the suggestions that ask for something else.
pub(super) fn read(suggestions: &[String]) -> (Vec<Mend>, Vec<String>) {
    let mut mends = Vec::new();
    let mut unknown = Vec::new();
    for suggestion in suggestions {
        let lower = suggestion.to_lowercase();
        match WORDS.iter().find(|(words, _)| lower.contains(words)) {
            Some((_, mend)) if !mends.contains(mend) => mends.push(*mend),
            Some(_) => {}
            None => unknown.push(suggestion.clone()),
        }
    }
    (mends, unknown)
}

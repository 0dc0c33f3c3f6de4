//! Tells which language a text is written in.

use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::{Code, Error, Result};
use whatlang::Lang;

use super::{BuiltinTool, ToolContext, typed};

pub(super) struct LanguageDetector;

#[derive(Deserialize)]
struct Input {
    text: String,
}

impl BuiltinTool for LanguageDetector {
    fn name(&self) -> &'static str {
        "LanguageDetectorTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("language_detector.json")
    }

    fn call(&self, _context: &ToolContext, input: Value) -> Result<Value> {
        let Input { text } = typed(input)?;
        let found = whatlang::detect(&text).ok_or_else(|| {
            Error::new(
                Code::InvalidInput,
                "the text has no words to tell a language by",
            )
            .field("text")
        })?;
        Ok(json!({
            "language": two_letters(found.lang()),
            "name": found.lang().eng_name(),
            "confidence": (found.confidence() * 100.0).round() / 100.0,
            "reliable": found.is_reliable(),
        }))
    }
}

/// ISO 639-1, or 639-3 for a language without two letters.
fn two_letters(language: Lang) -> &'static str {
    let code = language.code();
    ISO_639_1
        .iter()
        .find(|(three, _)| *three == code)
        .map_or(code, |(_, two)| two)
}

const ISO_639_1: &[(&str, &str)] = &[
    ("afr", "af"),
    ("aka", "ak"),
    ("amh", "am"),
    ("ara", "ar"),
    ("aze", "az"),
    ("bel", "be"),
    ("ben", "bn"),
    ("bul", "bg"),
    ("cat", "ca"),
    ("ces", "cs"),
    ("cmn", "zh"),
    ("cym", "cy"),
    ("dan", "da"),
    ("deu", "de"),
    ("ell", "el"),
    ("eng", "en"),
    ("epo", "eo"),
    ("est", "et"),
    ("fin", "fi"),
    ("fra", "fr"),
    ("guj", "gu"),
    ("heb", "he"),
    ("hin", "hi"),
    ("hrv", "hr"),
    ("hun", "hu"),
    ("hye", "hy"),
    ("ind", "id"),
    ("ita", "it"),
    ("jav", "jv"),
    ("jpn", "ja"),
    ("kan", "kn"),
    ("kat", "ka"),
    ("khm", "km"),
    ("kor", "ko"),
    ("lat", "la"),
    ("lav", "lv"),
    ("lit", "lt"),
    ("mal", "ml"),
    ("mar", "mr"),
    ("mkd", "mk"),
    ("mya", "my"),
    ("nep", "ne"),
    ("nld", "nl"),
    ("nob", "nb"),
    ("ori", "or"),
    ("pan", "pa"),
    ("pes", "fa"),
    ("pol", "pl"),
    ("por", "pt"),
    ("ron", "ro"),
    ("rus", "ru"),
    ("sin", "si"),
    ("slk", "sk"),
    ("slv", "sl"),
    ("sna", "sn"),
    ("spa", "es"),
    ("srp", "sr"),
    ("swe", "sv"),
    ("tam", "ta"),
    ("tel", "te"),
    ("tgl", "tl"),
    ("tha", "th"),
    ("tuk", "tk"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("urd", "ur"),
    ("uzb", "uz"),
    ("vie", "vi"),
    ("yid", "yi"),
    ("zul", "zu"),
];

//! Taking secrets out of what is told: whatever this process was handed is not said again, neither
//! in a log nor in a failure, however it got there.

use std::borrow::Cow;
use std::sync::{PoisonError, RwLock};

use serde_json::Value;

/// Shorter ones would take ordinary words out of every line.
const SHORTEST: usize = 6;

/// What stands in place of a secret.
const SHOWN: &str = "[secret]";

/// All that was handed out, the longest first, each also as it stands inside of JSON.
static KNOWN: RwLock<Vec<String>> = RwLock::new(Vec::new());

/// Remembers a secret, and the texts in it where it is a JSON object.
pub(super) fn remember(secret: &str) {
    let mut texts = vec![secret.to_owned()];
    if let Ok(Value::Object(fields)) = serde_json::from_str(secret) {
        texts.extend(
            fields
                .values()
                .filter_map(|v| v.as_str().map(str::to_owned)),
        );
    }
    let escaped: Vec<String> = texts.iter().map(|text| in_json(text)).collect();
    texts.extend(escaped);
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    for text in texts {
        if text.len() >= SHORTEST && !known.contains(&text) {
            known.push(text);
        }
    }
    known.sort_by_key(|text| std::cmp::Reverse(text.len()));
}

fn in_json(text: &str) -> String {
    Value::from(text).to_string().trim_matches('"').to_owned()
}

/// The text without what was handed out as a secret.
pub(crate) fn mask(text: &str) -> Cow<'_, str> {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    let mut masked = Cow::Borrowed(text);
    for secret in known.iter() {
        if masked.contains(secret.as_str()) {
            masked = Cow::Owned(masked.replace(secret.as_str(), SHOWN));
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_handed_out_is_not_said_again() {
        remember(r#"canary-"quoted"-1"#);
        remember(r#"{"user": "bo", "password": "canary-in-an-object"}"#);
        remember("no");
        for text in [
            r#"refused: canary-"quoted"-1"#,
            r#"{"message":"refused: canary-\"quoted\"-1"}"#,
            "canary-in-an-object canary-in-an-object",
        ] {
            let masked = mask(text);
            assert!(!masked.contains("canary"), "{masked}");
            assert!(masked.contains(SHOWN));
        }
        assert_eq!(mask("bo said no"), "bo said no");
    }
}

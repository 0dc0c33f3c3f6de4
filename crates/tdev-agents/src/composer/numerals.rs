//! Numbers written out: "ninety", "twenty-five", "two hundred".

use serde_json::{Value, json};

/// A regular expression for them. "One" is left out: it mostly stands for a thing.
pub(super) const PATTERN: &str = r"(?i)\b(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)(?: (?:hundred|thousand|million))?\b";

const WORDS: &[(&str, u64)] = &[
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
];

const TIMES: &[(&str, u64)] = &[
    ("hundred", 100),
    ("thousand", 1_000),
    ("million", 1_000_000),
];

/// What a text of that pattern counts to.
pub(super) fn number(text: &str) -> Option<Value> {
    let mut sum = 0;
    for word in text.to_lowercase().split([' ', '-']) {
        let of = |table: &[(&str, u64)]| table.iter().find(|(w, _)| *w == word).map(|(_, n)| *n);
        match (of(WORDS), of(TIMES)) {
            (Some(n), _) => sum += n,
            (_, Some(times)) => sum *= times,
            _ => return None,
        }
    }
    Some(json!(sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_written_out_count() {
        for (text, counted) in [
            ("ninety", 90),
            ("Twenty-five", 25),
            ("forty two", 42),
            ("three hundred", 300),
            ("twelve thousand", 12_000),
        ] {
            assert_eq!(number(text), Some(json!(counted)), "{text}");
        }
        assert_eq!(number("some"), None);
    }
}

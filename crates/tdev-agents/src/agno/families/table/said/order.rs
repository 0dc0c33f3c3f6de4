//! The order of rows, and how many of them.

use regex::Regex;
use serde_json::json;

use super::super::super::lookup::bare;
use super::super::steps::{Order, Step};
use super::{Reader, pattern_of, same_name};

impl Reader<'_> {
    pub(super) fn sorted(&self, columns: &[String]) -> Option<Step> {
        let column = pattern_of(columns);
        let falling = r"descending|desc|highest\s+first|largest\s+first|biggest\s+first|newest\s+first|latest\s+first|from\s+high(?:est)?\s+to\s+low(?:est)?|decreasing";
        let found = self.find(&format!(
            r"(?i)\b(?:sort(?:ed|s)?|order(?:ed)?|rank(?:ed)?|arrange[d]?)\s+(?:(?:it|them|the\s+rows|rows|the\s+result|by|the|in|{falling}|ascending|order)\s+)*(?:by\s+)?(?:the\s+)?({column})\b((?:\s*,?\s*(?:in\s+)?(?:{falling}|ascending|asc)(?:\s+order)?)?)(?:\s*(?:,\s*then|then|and\s+then|and)\s+by\s+({column})\b((?:\s*,?\s*(?:{falling}|ascending|asc))?))?"
        ));
        let order = |text: Option<regex::Match<'_>>, whole: &str| {
            let says = Regex::new(&format!("(?i){falling}")).ok();
            let own = text.map_or("", |m| m.as_str());
            let falls =
                says.is_some_and(|r| r.is_match(own) || (own.is_empty() && r.is_match(whole)));
            if falls { Order::Falling } else { Order::Rising }
        };
        if let Some(found) = found {
            let named = |name: &str| {
                columns
                    .iter()
                    .find(|c| same_name(c, name))
                    .cloned()
                    .unwrap_or_else(|| bare(name))
            };
            let head = found.get(0).map_or("", |m| m.as_str());
            let head = head
                .get(..head.len() - found.get(2).map_or(0, |m| m.as_str().len()).min(head.len()))
                .unwrap_or(head);
            let mut by = vec![(named(found.get(1)?.as_str()), order(found.get(2), head))];
            if let Some(second) = found.get(3) {
                by.push((named(second.as_str()), order(found.get(4), "")));
            }
            return Some(Step::Sort { by });
        }
        // "The top three by amount" are sorted by it.
        let top = self.find(&format!(r"(?i)\b(top|highest|largest|best|lowest|smallest|bottom)\s+(?:\w+\s+){{0,3}}by\s+(?:the\s+)?({column})\b"))?;
        let rising = ["lowest", "smallest", "bottom"]
            .contains(&top.get(1)?.as_str().to_lowercase().as_str());
        let name = top.get(2)?.as_str();
        let name = columns
            .iter()
            .find(|c| same_name(c, name))
            .cloned()
            .unwrap_or_else(|| bare(name));
        Some(Step::Sort {
            by: vec![(
                name,
                if rising {
                    Order::Rising
                } else {
                    Order::Falling
                },
            )],
        })
    }

    pub(super) fn limit(&self) -> Option<Step> {
        const COUNTS: &[&str] = &[
            "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        ];
        let found = self.find(&format!(
            r"(?i)\b(?:top|first|best|highest|largest|lowest|smallest|limit(?:ed)?(?:\s+to)?|at\s+most)\s+(\d+|{})\b",
            COUNTS.join("|")
        ))?;
        let text = found.get(1)?.as_str().to_lowercase();
        // "At most 3" after a column is a test of it.
        let tested = matches!(self.filter(), Some(Step::Filter(tests)) if tests.iter().any(|t| t.value == json!(text.parse::<i64>().unwrap_or(-1))));
        let count = text.parse().ok().or_else(|| {
            let at = COUNTS.iter().position(|c| *c == text)?;
            u64::try_from(at + 1).ok()
        })?;
        (!tested).then_some(Step::Limit(count))
    }
}

//! The steps a goal says, over the columns there are.

mod order;
mod sums;

use regex::Regex;
use serde_json::{Value, json};

use super::super::lookup::bare;
use super::Tables;
use super::expression;
use super::steps::{Step, Test};

const TESTS: &[(&str, &str)] = &[
    ("is greater than or equal to", ">="),
    ("is less than or equal to", "<="),
    ("is not empty", "filled"),
    ("is empty", "empty"),
    ("is greater than", ">"),
    ("is more than", ">"),
    ("is less than", "<"),
    ("is at least", ">="),
    ("is at most", "<="),
    ("is above", ">"),
    ("is below", "<"),
    ("is over", ">"),
    ("is under", "<"),
    ("is not", "!="),
    ("greater than", ">"),
    ("more than", ">"),
    ("less than", "<"),
    ("at least", ">="),
    ("at most", "<="),
    ("starts with", "starts"),
    ("ends with", "ends"),
    ("contains", "contains"),
    ("equals", "=="),
    ("above", ">"),
    ("over", ">"),
    ("below", "<"),
    ("under", "<"),
    (">=", ">="),
    ("<=", "<="),
    ("!=", "!="),
    ("==", "=="),
    (">", ">"),
    ("<", "<"),
    ("=", "=="),
    ("is", "=="),
];

/// The steps in the order in which they are done, whatever the order in which they are said.
pub(super) fn steps(goal: &str, tables: &Tables) -> Result<Vec<Step>, String> {
    let reader = Reader::new(goal, tables);
    let mut steps = Vec::new();
    steps.extend(reader.distinct());
    steps.extend(reader.filter());
    let computed = reader.computed();
    steps.extend(computed.clone());
    let grouped = reader.grouped()?;
    let renamed = reader.renamed();
    let mut columns: Vec<String> = tables.columns.clone();
    columns.extend(tables.wanted.clone());
    for step in &computed {
        if let Step::Compute { column, .. } = step {
            columns.push(column.clone());
        }
    }
    if let Some(Step::Group { sums, .. }) = &grouped {
        columns.extend(sums.iter().map(|s| s.name.clone()));
    }
    steps.extend(grouped);
    let early = renamed.clone();
    if let Some(Step::Rename(pairs)) = &early {
        columns.extend(pairs.iter().map(|(_, new)| new.clone()));
    }
    let sort = reader.sorted(&columns);
    // A column that is sorted by its old name is sorted before it is renamed.
    let old = |name: &str| matches!(&early, Some(Step::Rename(pairs)) if pairs.iter().any(|(from, _)| from == name));
    let before = matches!(&sort, Some(Step::Sort { by }) if by.iter().any(|(c, _)| old(c)));
    let kept = reader.kept(&columns);
    let gone = |name: &str| match &kept {
        Some(Step::Keep(all)) => !all.iter().any(|c| c == name),
        Some(Step::Drop(all)) => all.iter().any(|c| c == name),
        _ => false,
    };
    let before =
        before || matches!(&sort, Some(Step::Sort { by }) if by.iter().any(|(c, _)| gone(c)));
    if before {
        steps.extend(sort.clone());
    }
    let kept_old =
        matches!(&kept, Some(Step::Keep(all) | Step::Drop(all)) if all.iter().any(|c| old(c)));
    if kept_old {
        steps.extend(kept.clone());
    }
    steps.extend(renamed);
    if !kept_old {
        steps.extend(kept);
    }
    if !before {
        steps.extend(sort);
    }
    steps.extend(reader.limit());
    Ok(steps)
}

struct Reader<'a> {
    goal: &'a str,
    tables: &'a Tables,
    /// What a column may be called in a pattern.
    column: String,
}

impl<'a> Reader<'a> {
    fn new(goal: &'a str, tables: &'a Tables) -> Self {
        let mut names: Vec<String> = tables.columns.clone();
        names.extend(tables.wanted.iter().cloned());
        Self {
            goal,
            tables,
            column: pattern_of(&names),
        }
    }

    fn find(&self, pattern: &str) -> Option<regex::Captures<'a>> {
        Regex::new(pattern).ok()?.captures(self.goal)
    }

    fn named(&self, text: &str) -> String {
        let plain = bare(text).to_lowercase().replace([' ', '-'], "_");
        self.tables
            .columns
            .iter()
            .chain(&self.tables.wanted)
            .find(|c| c.to_lowercase().replace([' ', '-'], "_") == plain)
            .cloned()
            .unwrap_or_else(|| bare(text))
    }

    fn filter(&self) -> Option<Step> {
        let tests: Vec<String> = TESTS
            .iter()
            .map(|(words, _)| regex::escape(words).replace(' ', r"\s+"))
            .collect();
        let one = format!(
            r#"(?i)(?:^|\bwhere|\bwhose|\bwith|\bhaving|\bonly|\bfilter(?:\s+the)?(?:\s+rows)?(?:\s+by|\s+to)?|\band|\bif|\bkeep(?:\s+the)?(?:\s+rows)?)\s+(?:an?\s+|the\s+)?({})\s*\b?({})\s*(?:an?\s+|the\s+)?("[^"]*"|'[^']*'|“[^”]*”|`[^`]*`|-?\d+(?:\.\d+)?|[\w-]+)?"#,
            self.column,
            tests.join("|")
        );
        let pattern = Regex::new(&one).ok()?;
        let tests: Vec<Test> = pattern
            .captures_iter(self.goal)
            .filter_map(|found| {
                let column = self.named(found.get(1)?.as_str());
                let words = found.get(2)?.as_str().to_lowercase();
                let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
                let how = TESTS.iter().find(|(w, _)| *w == words)?.1;
                let value = match (how, found.get(3)) {
                    ("empty" | "filled", _) => Value::Null,
                    (_, Some(text)) => value_of(text.as_str()),
                    (_, None) => return None,
                };
                // An assignment is no test: "compute total = price * quantity".
                let assigned = how == "=="
                    && self
                        .computed()
                        .iter()
                        .any(|s| matches!(s, Step::Compute { column: c, .. } if *c == column));
                (!assigned).then_some(Test { column, how, value })
            })
            .collect();
        (!tests.is_empty()).then_some(Step::Filter(tests))
    }

    fn computed(&self) -> Vec<Step> {
        let Ok(pattern) = Regex::new(
            r"(?i)(?:\bcompute|\bcalculate|\badd|\bderive|\bwork out|,|\band|\bwith|^)\s+(?:an?\s+|the\s+)?(?:new\s+)?(?:column\s+)?(?:called\s+|named\s+)?[`']?(\w+)[`']?\s*(?:column\s*)?(?:=|:=|\bas\b|\bfrom\b|\bby multiplying\b|\bby\b)\s*(?:the\s+)?([^,;.\n]+(?:\.\d[^,;.\n]*)*)",
        ) else {
            return Vec::new();
        };
        let mut all: Vec<Step> = Vec::new();
        for found in pattern.captures_iter(self.goal) {
            let (Some(name), Some(text)) = (found.get(1), found.get(2)) else {
                continue;
            };
            let mut columns = self.tables.columns.clone();
            if columns.is_empty() {
                columns = words(text.as_str());
            }
            columns.extend(all.iter().filter_map(|s| match s {
                Step::Compute { column, .. } => Some(column.clone()),
                _ => None,
            }));
            if let Some((python, told)) = expression::read(text.as_str(), &columns) {
                all.push(Step::Compute {
                    column: name.as_str().to_owned(),
                    python,
                    told,
                    round: false,
                });
            }
        }
        all
    }

    fn renamed(&self) -> Option<Step> {
        let found = self.find(r"(?i)\brename\s+(.+?)(?:[.;\n]|,?\s+(?:and\s+|then\s+)(?:sort|keep|drop|filter|remove|order)\b|$)")?;
        let pair = Regex::new(&format!(
            r"(?i)(?:the\s+)?(?:columns?\s+)?({})\s+(?:to|as|into|->|→)\s+[`'“]?([\w]+)[`'”]?",
            self.column
        ))
        .ok()?;
        let pairs: Vec<(String, String)> = pair
            .captures_iter(found.get(1)?.as_str())
            .filter_map(|c| {
                Some((
                    self.named(c.get(1)?.as_str()),
                    c.get(2)?.as_str().to_owned(),
                ))
            })
            .collect();
        (!pairs.is_empty()).then_some(Step::Rename(pairs))
    }

    fn kept(&self, columns: &[String]) -> Option<Step> {
        let column = pattern_of(columns);
        let list = format!(r"((?:{column})(?:\s*(?:,\s*and|,|and)\s+(?:the\s+)?(?:{column}))*)");
        let keep = format!(
            r"(?i)\b(?:keep|select|choose|show|return)\s+(?:only\s+)?(?:the\s+)?(?:columns?\s+)?{list}(?:\s+columns?)?(?:[.,;\n]|\s+and\b|\s+of\b|$)"
        );
        let drop = format!(
            r"(?i)\b(?:drop|remove|delete|without|leave out)\s+(?:the\s+)?(?:columns?\s+)?{list}"
        );
        let columns_of = |text: &str| -> Vec<String> {
            Regex::new(&format!("(?i){column}"))
                .map(|r| {
                    r.find_iter(text)
                        .filter(|m| m.as_str() != "and")
                        .map(|m| self.named(m.as_str()))
                        .collect()
                })
                .unwrap_or_default()
        };
        // Only names that are columns: "keep rows" chooses rows.
        if self.tables.columns.is_empty() {
            return None;
        }
        if let Some(found) = self.find(&keep).and_then(|c| c.get(1)) {
            return Some(Step::Keep(columns_of(found.as_str())));
        }
        let found = self.find(&drop)?;
        Some(Step::Drop(columns_of(found.get(1)?.as_str())))
    }

    fn distinct(&self) -> Option<Step> {
        let by = self.find(&format!(
            r"(?i)\b(?:distinct|unique|deduplicate|without duplicates|remove duplicates?|duplicates? removed)\b(?:\s+(?:the\s+)?rows)?(?:\s+by\s+({}))?",
            self.column
        ))?;
        Some(Step::Distinct(
            by.get(1)
                .map(|m| self.named(m.as_str()))
                .into_iter()
                .collect(),
        ))
    }
}

fn same_name(column: &str, said: &str) -> bool {
    let plain = |t: &str| bare(t).to_lowercase().replace([' ', '-'], "_");
    plain(column) == plain(said)
}

/// What these columns may be called in a pattern; any word where none is known.
fn pattern_of(columns: &[String]) -> String {
    let mut names: Vec<&String> = columns.iter().collect();
    names.sort_by_key(|c| std::cmp::Reverse(c.len()));
    names.dedup();
    if names.is_empty() {
        return r"[`']?[A-Za-z_]\w*[`']?".to_owned();
    }
    let all: Vec<String> = names
        .iter()
        .map(|c| regex::escape(c).replace('_', r"[_ -]"))
        .collect();
    format!(r"[`'“]?\b(?:{})\b[`'”]?", all.join("|"))
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|w| w.chars().next().is_some_and(char::is_alphabetic))
        .filter(|w| !["times", "plus", "minus", "divided", "multiplied", "by", "x"].contains(w))
        .map(str::to_owned)
        .collect()
}

fn value_of(text: &str) -> Value {
    let plain = bare(text);
    if plain != text {
        return json!(plain);
    }
    match plain.as_str() {
        "true" | "yes" => json!(true),
        "false" | "no" => json!(false),
        _ => serde_json::from_str::<Value>(&plain)
            .ok()
            .filter(Value::is_number)
            .unwrap_or_else(|| json!(plain)),
    }
}

//! Groups, and what is summed up of them.

use regex::Regex;

use super::super::steps::{Step, Sum};
use super::Reader;

const SUMS: &[(&str, &str)] = &[
    ("average", "average"),
    ("mean", "average"),
    ("avg", "average"),
    ("smallest", "min"),
    ("lowest", "min"),
    ("minimum", "min"),
    ("min", "min"),
    ("largest", "max"),
    ("highest", "max"),
    ("maximum", "max"),
    ("max", "max"),
    ("sum up", "sum"),
    ("sum", "sum"),
    ("total", "sum"),
    ("add up", "sum"),
];

impl Reader<'_> {
    pub(super) fn grouped(&self) -> Result<Option<Step>, String> {
        let by = self.find(&format!(
            r"(?i)\b(?:group(?:ed|s)?(?:\s+\w+){{0,3}}?\s+by|per|for\s+each|for\s+every|by\s+each)\s+(?:the\s+)?({0})(?:\s*(?:,|and)\s*(?:by\s+)?({0})\b)?",
            self.column
        ));
        let scalar = self.tables.output.is_none() && !self.tables.wanted.is_empty();
        if by.is_none() && !scalar {
            return Ok(None);
        }
        let mut columns: Vec<String> = Vec::new();
        if let Some(found) = &by {
            for at in 1..=2 {
                if let Some(name) = found.get(at) {
                    let name = self.named(name.as_str());
                    let grouped =
                        self.tables.columns.is_empty() || self.tables.columns.contains(&name);
                    if grouped && !columns.contains(&name) {
                        columns.push(name);
                    }
                }
            }
        }
        let mut sums = self.sums();
        if sums.is_empty() {
            return if by.is_some() {
                Err("it groups rows, but what is summed up is not said".to_owned())
            } else {
                Ok(None)
            };
        }
        self.rename_sums(&mut sums, &columns);
        Ok(Some(if columns.is_empty() {
            Step::Total(sums)
        } else {
            Step::Group { by: columns, sums }
        }))
    }

    fn sums(&self) -> Vec<Sum> {
        let mut found: Vec<(usize, Sum)> = Vec::new();
        for (word, how) in SUMS {
            let Ok(pattern) = Regex::new(&format!(
                r"(?i)\b{word}\b\s+(?:of\s+)?(?:the\s+|all\s+|their\s+)*({})\b",
                self.column
            )) else {
                continue;
            };
            for hit in pattern.captures_iter(self.goal) {
                let (Some(whole), Some(column)) = (hit.get(0), hit.get(1)) else {
                    continue;
                };
                let column = self.named(column.as_str());
                let summed = self.tables.columns.is_empty()
                    || self.tables.columns.contains(&column)
                    || self.computes(&column);
                let known = found
                    .iter()
                    .any(|(_, s)| s.how == *how && s.column.as_ref() == Some(&column));
                if summed && !known {
                    found.push((
                        whole.start(),
                        Sum {
                            name: format!("{how}_{column}"),
                            how,
                            column: Some(column),
                            round: false,
                        },
                    ));
                }
            }
        }
        let counted = Regex::new(r"(?i)\b(?:count(?:s|ed|ing)?|number\s+of|how\s+many)\b").ok();
        if let Some(hit) = counted.and_then(|r| r.find(self.goal)) {
            found.push((
                hit.start(),
                Sum {
                    name: "count".to_owned(),
                    how: "count",
                    column: None,
                    round: false,
                },
            ));
        }
        found.sort_by_key(|(at, _)| *at);
        found.into_iter().map(|(_, sum)| sum).collect()
    }

    fn computes(&self, column: &str) -> bool {
        self.computed()
            .iter()
            .any(|s| matches!(s, Step::Compute { column: c, .. } if c == column))
    }

    /// Sums are called as the output wants: by word, else by order.
    fn rename_sums(&self, sums: &mut [Sum], by: &[String]) {
        let mut free: Vec<&String> = self
            .tables
            .wanted
            .iter()
            .filter(|c| !by.contains(c))
            .collect();
        let mut left: Vec<usize> = Vec::new();
        for (at, sum) in sums.iter_mut().enumerate() {
            let words: Vec<&str> = SUMS
                .iter()
                .filter(|(_, how)| *how == sum.how)
                .map(|(w, _)| *w)
                .collect();
            let fits = |name: &str| {
                let name = name.to_lowercase();
                let how = words.iter().any(|w| name.contains(w))
                    || (sum.how == "count" && (name.contains("count") || name.contains("number")));
                let of = sum
                    .column
                    .as_ref()
                    .is_none_or(|c| name.contains(&c.to_lowercase()));
                (how, of)
            };
            let best = free
                .iter()
                .position(|n| fits(n) == (true, true))
                .or_else(|| free.iter().position(|n| fits(n).0))
                .or_else(|| {
                    sum.column
                        .as_ref()
                        .and_then(|c| free.iter().position(|n| *n == c))
                });
            match best {
                Some(position) => sum.name = free.remove(position).clone(),
                None => left.push(at),
            }
        }
        for (at, name) in left.into_iter().zip(free) {
            if let Some(sum) = sums.get_mut(at) {
                sum.name.clone_from(name);
            }
        }
    }
}

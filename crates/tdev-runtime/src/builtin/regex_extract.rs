//! Finds everything in a text that matches a regular expression, in time linear in the text.

use regex::RegexBuilder;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tdev_core::{Code, Error, Result};

use super::{BuiltinTool, ToolContext, typed};

const MOST_MATCHES: usize = 10_000;

pub(super) struct RegexExtract;

#[derive(Deserialize)]
struct Input {
    text: String,
    pattern: String,
    #[serde(default)]
    ignore_case: bool,
}

impl BuiltinTool for RegexExtract {
    fn name(&self) -> &'static str {
        "RegexExtractTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("regex_extract.json")
    }

    fn call(&self, context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let pattern = RegexBuilder::new(&input.pattern)
            .case_insensitive(input.ignore_case)
            .size_limit(1 << 20)
            .nest_limit(100)
            .build()
            .map_err(|fault| {
                let reason = match fault {
                    regex::Error::CompiledTooBig(_) => "it grows too large".to_owned(),
                    other => other
                        .to_string()
                        .lines()
                        .last()
                        .unwrap_or_default()
                        .trim()
                        .to_owned(),
                };
                Error::new(
                    Code::InvalidInput,
                    format!("`{}` is not a usable pattern: {reason}", input.pattern),
                )
                .field("pattern")
            })?;
        let names: Vec<Option<&str>> = pattern.capture_names().collect();
        let (mut matches, mut groups) = (Vec::new(), Vec::new());
        for found in pattern.captures_iter(&input.text) {
            if matches.len() >= MOST_MATCHES {
                let many = format!("there are more than {MOST_MATCHES} matches");
                return Err(Error::new(Code::OutputLimit, many).field("pattern"));
            }
            if matches.len() % 100 == 0 {
                context.time_left()?;
            }
            // Where the pattern has one group, that group is what was asked for.
            let at = usize::from(names.len() == 2);
            matches.push(found.get(at).map_or("", |part| part.as_str()).to_owned());
            let parts: Map<String, Value> = names
                .iter()
                .enumerate()
                .skip(1)
                .map(|(at, name)| {
                    let key = name.map_or_else(|| at.to_string(), str::to_owned);
                    (
                        key,
                        found
                            .get(at)
                            .map_or(Value::Null, |part| json!(part.as_str())),
                    )
                })
                .collect();
            groups.push(parts);
        }
        let first = matches.first().cloned().unwrap_or_default();
        Ok(json!({"first": first, "count": matches.len(), "matches": matches, "groups": groups}))
    }
}

//! The table of what models cost: ids by pattern, each with its source and date.

use serde::Deserialize;
use tdev_core::model::{Price, micro_dollars};
use tdev_core::{Code, Error, Result};

/// The table that comes with the program.
const TABLE: &str = include_str!("../prices.toml");

/// A price in the table, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The price.
    pub price: Price,
    /// The page it stood on.
    pub source: String,
    /// When it stood there, `YYYY-MM-DD`.
    pub date: String,
}

/// Prices by patterns of ids.
#[derive(Debug, Clone)]
pub struct Prices {
    rows: Vec<(String, Listed)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    price: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    pattern: String,
    input: f64,
    output: f64,
    source: String,
    date: String,
}

impl Prices {
    /// The table that comes with the program.
    ///
    /// # Errors
    /// As [`Self::parse`]; a test holds that there are none.
    pub fn built_in() -> Result<Self> {
        Self::parse(TABLE)
    }

    /// A table as text.
    ///
    /// # Errors
    /// `InvalidConfig` for text that is no table, or for a price that is none.
    pub fn parse(text: &str) -> Result<Self> {
        let table: Table = toml::from_str(text)
            .map_err(|fault| wrong(fault.message().lines().next().unwrap_or_default()))?;
        let rows = table.price.into_iter().map(|row| {
            let price = Self::price(row.input, row.output)?;
            let listed = Listed {
                price,
                source: row.source,
                date: row.date,
            };
            Ok((row.pattern, listed))
        });
        Ok(Self {
            rows: rows.collect::<Result<_>>()?,
        })
    }

    /// A price from dollars per million tokens read and written.
    ///
    /// # Errors
    /// `InvalidConfig` for what is no amount of money.
    pub fn price(input: f64, output: f64) -> Result<Price> {
        let amount = |dollars: f64| {
            micro_dollars(dollars).ok_or_else(|| wrong(&format!("`{dollars}` is no price")))
        };
        Ok(Price {
            input: amount(input)?,
            output: amount(output)?,
        })
    }

    /// What the model of that id costs, where it is known.
    pub fn of(&self, id: &str) -> Option<&Listed> {
        self.rows
            .iter()
            .find(|(pattern, _)| fits(pattern, id))
            .map(|(_, listed)| listed)
    }
}

fn wrong(reason: &str) -> Error {
    Error::new(
        Code::InvalidConfig,
        format!("the prices of models cannot be read: {reason}"),
    )
    .field("models.price")
    .hint("a price is in dollars per million tokens, 0 or more")
}

/// Whether `id` fits `pattern`, in which `*` stands for any text.
fn fits(pattern: &str, id: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == id,
        Some((head, rest)) => id.strip_prefix(head).is_some_and(|tail| {
            rest.is_empty()
                || tail
                    .char_indices()
                    .map(|(at, _)| at)
                    .chain([tail.len()])
                    .any(|at| fits(rest, &tail[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, id, fit) in [
            ("gpt-5", "gpt-5", true),
            ("gpt-5", "gpt-5-pro", false),
            ("gpt-5-mini*", "gpt-5-mini-2025-08-07", true),
            ("*amazon.nova-lite-v1*", "eu.amazon.nova-lite-v1:0", true),
            ("*amazon.nova-lite-v1*", "amazon.nova-pro-v1:0", false),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXcYb", false),
        ] {
            assert_eq!(fits(pattern, id), fit, "{pattern} {id}");
        }
    }

    #[test]
    fn the_table_is_sound_and_every_row_can_be_reached() {
        let prices = Prices::built_in().unwrap();
        for (at, (pattern, listed)) in prices.rows.iter().enumerate() {
            let id = pattern.replace('*', "x");
            let first = prices.rows.iter().position(|(p, _)| fits(p, &id));
            assert_eq!(first, Some(at), "{pattern} is behind another");
            assert!(listed.price.output >= listed.price.input, "{pattern}");
            assert!(listed.source.starts_with("https://"), "{pattern}");
            assert!(
                listed.date.parse::<chrono::NaiveDate>().is_ok(),
                "{pattern}"
            );
        }
        let sonnet = prices
            .of("eu.anthropic.claude-sonnet-4-5-20250929-v1:0")
            .unwrap();
        assert_eq!(sonnet.price.input, 3_300_000);
        for (id, input) in [
            (
                "eu.anthropic.claude-sonnet-4-20250514-v1:0",
                Some(3_000_000),
            ),
            ("global.anthropic.claude-sonnet-4-6", Some(3_000_000)),
            ("us.amazon.nova-lite-v1:0", Some(60_000)),
            ("eu.amazon.nova-lite-v1:0", Some(78_000)),
            ("apac.amazon.nova-lite-v1:0", Some(63_000)),
            // What is not known has no price: too low a one would break a budget.
            ("ca.amazon.nova-lite-v1:0", None),
            ("gpt-4o-2024-05-13", None),
        ] {
            let found = prices.of(id).map(|listed| listed.price.input);
            assert_eq!(found, input, "{id}");
        }
        assert_eq!(prices.of("llama3.2"), None);
    }

    #[test]
    fn what_is_no_price_is_refused() {
        assert_eq!(
            Prices::price(-1.0, 0.0).unwrap_err().code,
            Code::InvalidConfig
        );
        assert_eq!(
            Prices::parse("price = 3").unwrap_err().code,
            Code::InvalidConfig
        );
    }
}

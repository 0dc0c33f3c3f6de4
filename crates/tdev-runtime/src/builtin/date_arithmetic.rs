//! Reckons with dates: shifts one, counts the days to another, names the weekday.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::{Code, Error, Result};

use super::{BuiltinTool, ToolContext, typed};

pub(super) struct DateArithmetic;

#[derive(Deserialize)]
struct Input {
    date: Option<String>,
    #[serde(default)]
    add_days: i64,
    #[serde(default)]
    add_weeks: i64,
    #[serde(default)]
    add_months: i64,
    #[serde(default)]
    add_years: i64,
    until: Option<String>,
}

impl BuiltinTool for DateArithmetic {
    fn name(&self) -> &'static str {
        "DateArithmeticTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("date_arithmetic.json")
    }

    fn call(&self, context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let today = context.now().date_naive();
        let read = |text: Option<&str>, field: &str| {
            text.map(|text| parse(text, today, field)).transpose()
        };
        let start = read(input.date.as_deref(), "date")?.unwrap_or(today);
        let shifted = shift(start, &input).ok_or_else(|| {
            Error::new(Code::InvalidInput, "the date leads out of the calendar").field("date")
        })?;
        let week = shifted.iso_week();
        let mut output = json!({
            "date": shifted.to_string(),
            "weekday": shifted.format("%A").to_string(),
            "week": format!("{}-W{:02}", week.year(), week.week()),
            "day_of_year": shifted.ordinal(),
            "is_weekend": shifted.weekday().number_from_monday() > 5,
        });
        if let Some(until) = read(input.until.as_deref(), "until")? {
            output["days_until"] = json!((until - shifted).num_days());
        }
        Ok(output)
    }
}

fn shift(start: NaiveDate, by: &Input) -> Option<NaiveDate> {
    let months = by.add_years.checked_mul(12)?.checked_add(by.add_months)?;
    let days = by.add_weeks.checked_mul(7)?.checked_add(by.add_days)?;
    let whole = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
    let shifted = if months < 0 {
        start.checked_sub_months(whole)
    } else {
        start.checked_add_months(whole)
    }?;
    let whole = Days::new(days.unsigned_abs());
    if days < 0 {
        shifted.checked_sub_days(whole)
    } else {
        shifted.checked_add_days(whole)
    }
}

fn parse(text: &str, today: NaiveDate, field: &str) -> Result<NaiveDate> {
    let text = text.trim();
    let word = match text.to_ascii_lowercase().as_str() {
        "today" | "now" => Some(today),
        "tomorrow" => today.succ_opt(),
        "yesterday" => today.pred_opt(),
        _ => None,
    };
    // Day and month in an unclear order (03/04/2026) are not guessed.
    const FORMS: &[&str] = &[
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%d.%m.%Y",
        "%d %B %Y",
        "%d %b %Y",
        "%B %d, %Y",
    ];
    let day = text
        .get(..10)
        .filter(|_| text.get(10..11) == Some("T"))
        .unwrap_or(text);
    word.or_else(|| {
        FORMS
            .iter()
            .find_map(|form| NaiveDate::parse_from_str(day, form).ok())
    })
    .ok_or_else(|| {
        Error::new(Code::InvalidInput, format!("`{text}` is not a date"))
            .field(field)
            .hint("write it as 2026-03-31")
    })
}

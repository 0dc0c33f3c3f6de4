//! What may happen to rows, in Python and in words.

use serde_json::{Value, json};

use super::super::super::literal::literal;

/// One thing that happens to the rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// Rows where all of these hold are kept.
    Filter(Vec<Test>),
    /// A column is worked out from others; the expression is Python already.
    Compute {
        column: String,
        python: String,
        told: String,
        round: bool,
    },
    /// One row for each value of these columns, with what is summed up.
    Group {
        by: Vec<String>,
        sums: Vec<Sum>,
    },
    /// No rows any more, only what is summed up.
    Total(Vec<Sum>),
    Rename(Vec<(String, String)>),
    Keep(Vec<String>),
    Drop(Vec<String>),
    /// The first row of each value of these columns, of the whole row where there are none.
    Distinct(Vec<String>),
    Sort {
        by: Vec<(String, Order)>,
    },
    Limit(u64),
}

/// A test of one column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Test {
    pub(super) column: String,
    /// `>`, `>=`, `<`, `<=`, `==`, `!=`, `contains`, `starts`, `ends`, `empty`, `filled`.
    pub(super) how: &'static str,
    pub(super) value: Value,
}

/// What is summed up of the rows of a group.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sum {
    pub(super) name: String,
    /// `sum`, `average`, `min`, `max` or `count`.
    pub(super) how: &'static str,
    pub(super) column: Option<String>,
    pub(super) round: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Rising,
    Falling,
}

/// Steps in the order in which they are done.
pub(super) struct Steps<'a>(pub(super) &'a [Step]);

impl Steps<'_> {
    /// Statements that turn `rows` into what is wanted.
    pub(super) fn python(&self) -> Vec<String> {
        self.0.iter().flat_map(python).collect()
    }

    /// For a person.
    pub(super) fn told(&self) -> String {
        self.0.iter().map(told).collect::<Vec<_>>().join(", then ")
    }
}

/// The same with averages and computed columns rounded to cents, where there are any.
pub(super) fn rounded(steps: &[Step]) -> Option<Vec<Step>> {
    let mut any = false;
    let all = steps
        .iter()
        .cloned()
        .map(|mut step| {
            match &mut step {
                Step::Compute { round, .. } => {
                    *round = true;
                    any = true;
                }
                Step::Group { sums, .. } | Step::Total(sums) => {
                    for sum in sums.iter_mut().filter(|s| s.how != "count") {
                        sum.round = true;
                        any = true;
                    }
                }
                _ => {}
            }
            step
        })
        .collect();
    any.then_some(all)
}

fn text(value: &str) -> String {
    literal(&json!(value))
}

fn python(step: &Step) -> Vec<String> {
    match step {
        Step::Filter(tests) => {
            let tests: Vec<String> = tests
                .iter()
                .map(|t| {
                    format!(
                        "_holds(row.get({}), {}, {})",
                        text(&t.column),
                        text(t.how),
                        literal(&t.value)
                    )
                })
                .collect();
            vec![format!(
                "rows = [row for row in rows if {}]",
                tests.join(" and ")
            )]
        }
        Step::Compute {
            column,
            python,
            round,
            ..
        } => {
            let value = if *round {
                format!("round({python}, 2)")
            } else {
                python.clone()
            };
            vec![format!(
                "rows = [{{**row, {}: {value}}} for row in rows]",
                text(column)
            )]
        }
        Step::Group { by, sums } => {
            let key: Vec<String> = by.iter().map(|c| format!("row.get({})", text(c))).collect();
            let mut pairs: Vec<String> = by
                .iter()
                .enumerate()
                .map(|(at, c)| format!("{}: key[{at}]", text(c)))
                .collect();
            pairs.extend(
                sums.iter()
                    .map(|s| format!("{}: {}", text(&s.name), sum(s, "members"))),
            );
            vec![
                "groups = {}".to_owned(),
                "for row in rows:".to_owned(),
                format!(
                    "    groups.setdefault(({},), []).append(row)",
                    key.join(", ")
                ),
                format!(
                    "rows = [{{{}}} for key, members in groups.items()]",
                    pairs.join(", ")
                ),
            ]
        }
        Step::Total(sums) => {
            let pairs: Vec<String> = sums
                .iter()
                .map(|s| format!("{}: {}", text(&s.name), sum(s, "rows")))
                .collect();
            vec![format!("return {{{}}}", pairs.join(", "))]
        }
        Step::Rename(pairs) => {
            let map: Vec<String> = pairs
                .iter()
                .map(|(a, b)| format!("{}: {}", text(a), text(b)))
                .collect();
            vec![
                format!("names = {{{}}}", map.join(", ")),
                "rows = [{names.get(name, name): value for name, value in row.items()} for row in rows]".to_owned(),
            ]
        }
        Step::Keep(columns) => vec![format!(
            "rows = [{{name: row.get(name) for name in {}}} for row in rows]",
            literal(&json!(columns))
        )],
        Step::Drop(columns) => vec![format!(
            "rows = [{{name: value for name, value in row.items() if name not in {}}} for row in rows]",
            literal(&json!(columns))
        )],
        Step::Distinct(columns) => {
            let key = if columns.is_empty() {
                "str(sorted(row.items()))".to_owned()
            } else {
                let parts: Vec<String> = columns
                    .iter()
                    .map(|c| format!("str(row.get({}))", text(c)))
                    .collect();
                format!("({},)", parts.join(", "))
            };
            vec![
                "seen = {}".to_owned(),
                "for row in rows:".to_owned(),
                format!("    seen.setdefault({key}, row)"),
                "rows = list(seen.values())".to_owned(),
            ]
        }
        // A stable sort by the last column first makes the first one the most telling.
        Step::Sort { by } => by
            .iter()
            .rev()
            .map(|(column, order)| {
                format!(
                    "rows = sorted(rows, key=lambda row: _key(row.get({})){})",
                    text(column),
                    if *order == Order::Falling {
                        ", reverse=True"
                    } else {
                        ""
                    }
                )
            })
            .collect(),
        Step::Limit(count) => vec![format!("rows = rows[:{count}]")],
    }
}

fn sum(sum: &Sum, rows: &str) -> String {
    let values = sum.column.as_ref().map_or_else(String::new, |column| {
        format!("[_number(row.get({})) for row in {rows}]", text(column))
    });
    let value = match sum.how {
        "count" => return format!("len({rows})"),
        "sum" => format!("sum({values})"),
        "average" => format!("sum({values}) / max(len({rows}), 1)"),
        how => format!("{how}({values}, default=None)"),
    };
    if sum.round {
        format!("round({value}, 2)")
    } else {
        value
    }
}

fn told(step: &Step) -> String {
    match step {
        Step::Filter(tests) => {
            let tests: Vec<String> = tests
                .iter()
                .map(|t| format!("{} {} {}", t.column, t.how, t.value))
                .collect();
            format!("keep rows with {}", tests.join(" and "))
        }
        Step::Compute { column, told, .. } => format!("{column} = {told}"),
        Step::Group { by, sums } => format!("group by {} with {}", by.join(" and "), names(sums)),
        Step::Total(sums) => names(sums),
        Step::Rename(pairs) => pairs
            .iter()
            .map(|(a, b)| format!("{a} is called {b}"))
            .collect::<Vec<_>>()
            .join(" and "),
        Step::Keep(columns) => format!("only {}", columns.join(", ")),
        Step::Drop(columns) => format!("without {}", columns.join(", ")),
        Step::Distinct(columns) if columns.is_empty() => "each row once".to_owned(),
        Step::Distinct(columns) => format!("one row for each {}", columns.join(", ")),
        Step::Sort { by } => {
            let by: Vec<String> = by
                .iter()
                .map(|(c, order)| match order {
                    Order::Rising => c.clone(),
                    Order::Falling => format!("{c}, highest first"),
                })
                .collect();
            format!("sort by {}", by.join(" and "))
        }
        Step::Limit(count) => format!("the first {count}"),
    }
}

fn names(sums: &[Sum]) -> String {
    let all: Vec<String> = sums
        .iter()
        .map(|s| match &s.column {
            Some(column) => format!("{} as the {} of {column}", s.name, s.how),
            None => format!("{} as the {}", s.name, s.how),
        })
        .collect();
    all.join(" and ")
}

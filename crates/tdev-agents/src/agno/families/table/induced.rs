//! Steps that the examples show where the goal leaves some out: rows that are gone, columns that
//! are new, an order.
//!
//! Only where every row that comes out is one that went in, so that both can be laid side by side.

use serde_json::{Map, Value};

use super::super::super::literal::literal;
use super::super::super::wish::{Wish, same};
use super::Tables;
use super::steps::{Order, Step, Test};

type Row = Map<String, Value>;

/// An example's rows, each that comes out beside the one it was.
struct Aligned<'a> {
    given: Vec<&'a Row>,
    /// Positions in `given`, in the order in which they come out.
    kept: Vec<usize>,
    wanted: Vec<&'a Row>,
}

pub(super) fn steps(wish: &Wish<'_>, tables: &Tables, said: &[Step]) -> Vec<Vec<Step>> {
    let Some(output) = &tables.output else {
        return Vec::new();
    };
    let aligned: Option<Vec<Aligned<'_>>> = wish
        .examples
        .iter()
        .map(|e| align(e.input.get(&tables.input)?, e.output.get(output)?))
        .collect();
    let Some(aligned) = aligned.filter(|a| a.iter().any(|one| !one.wanted.is_empty())) else {
        return Vec::new();
    };
    let has = |kind: fn(&Step) -> bool| said.iter().any(kind);
    let Some(columns) = columns(&aligned, &tables.columns) else {
        return Vec::new();
    };
    let orders: Vec<Option<Step>> = if has(|s| matches!(s, Step::Sort { .. })) {
        said.iter()
            .filter(|s| matches!(s, Step::Sort { .. }))
            .cloned()
            .map(Some)
            .collect()
    } else {
        orders(&aligned, &tables.columns)
    };
    let filters: Vec<Option<Step>> = if has(|s| matches!(s, Step::Filter(_))) {
        said.iter()
            .filter(|s| matches!(s, Step::Filter(_)))
            .cloned()
            .map(Some)
            .collect()
    } else {
        filters(&aligned, &tables.columns)
    };
    let mut all = Vec::new();
    for filter in &filters {
        for order in &orders {
            let mut steps: Vec<Step> = filter.iter().chain(order).cloned().collect();
            steps.extend(columns.clone());
            steps.extend(said.iter().filter(|s| matches!(s, Step::Limit(_))).cloned());
            if !steps.is_empty() && steps != said {
                all.push(steps);
            }
        }
    }
    all.truncate(12);
    all
}

/// Lays rows side by side: a row that comes out is the first one left that has most of its values.
fn align<'a>(given: &'a Value, wanted: &'a Value) -> Option<Aligned<'a>> {
    let rows = |value: &'a Value| -> Option<Vec<&'a Row>> {
        value.as_array()?.iter().map(Value::as_object).collect()
    };
    let (given, wanted) = (rows(given)?, rows(wanted)?);
    let mut kept: Vec<usize> = Vec::new();
    for row in &wanted {
        let shared = |other: &Row| {
            row.values()
                .filter(|v| other.values().any(|o| same(v, o)))
                .count()
        };
        let best = given
            .iter()
            .enumerate()
            .filter(|(at, _)| !kept.contains(at))
            .map(|(at, other)| (shared(other), std::cmp::Reverse(at)))
            .max()
            .filter(|(count, _)| *count > 0)?;
        kept.push(best.1.0);
    }
    Some(Aligned {
        given,
        kept,
        wanted,
    })
}

/// How the columns that come out are made of those that went in.
fn columns(aligned: &[Aligned<'_>], known: &[String]) -> Option<Vec<Step>> {
    let pairs: Vec<(&Row, &Row)> = aligned
        .iter()
        .flat_map(|a| {
            a.kept
                .iter()
                .zip(&a.wanted)
                .filter_map(|(at, out)| Some((*a.given.get(*at)?, *out)))
        })
        .collect();
    let names: Vec<String> = pairs.first()?.1.keys().cloned().collect();
    let mut computed = Vec::new();
    let mut renamed = Vec::new();
    for name in &names {
        let equal = |column: &String| {
            pairs
                .iter()
                .all(|(given, out)| match (given.get(column), out.get(name)) {
                    (Some(a), Some(b)) => same(a, b),
                    _ => false,
                })
        };
        if known.contains(name) && equal(name) {
            continue;
        }
        if let Some(column) = known.iter().find(|c| !names.contains(c) && equal(c)) {
            renamed.push((column.clone(), name.clone()));
        } else {
            computed.push(arithmetic(name, &pairs, known)?);
        }
    }
    let mut steps = computed;
    if !renamed.is_empty() {
        steps.push(Step::Rename(renamed.clone()));
    }
    let after = known.iter().map(|c| {
        renamed
            .iter()
            .find(|(from, _)| from == c)
            .map_or(c, |(_, to)| to)
    });
    if after.clone().any(|c| !names.contains(c)) {
        steps.push(Step::Keep(names));
    }
    Some(steps)
}

/// A column that is two others added, subtracted, multiplied or divided, in every row; one row
/// shows nothing.
fn arithmetic(name: &str, pairs: &[(&Row, &Row)], known: &[String]) -> Option<Step> {
    if pairs.len() < 2 {
        return None;
    }
    let number = |row: &Row, column: &str| row.get(column).and_then(Value::as_f64);
    for (sign, work) in [
        ("*", (|a, b| a * b) as fn(f64, f64) -> f64),
        ("+", |a, b| a + b),
        ("-", |a, b| a - b),
        ("/", |a, b| a / b),
    ] {
        for a in known {
            for b in known {
                let off = |exact: bool| {
                    pairs.iter().all(|(given, out)| {
                        match (number(given, a), number(given, b), number(out, name)) {
                            (Some(x), Some(y), Some(z)) => {
                                let made = work(x, y);
                                if exact {
                                    made == z
                                } else {
                                    (made - z).abs() <= 0.005_000_1
                                }
                            }
                            _ => false,
                        }
                    })
                };
                if off(false) {
                    let of = |c: &str| {
                        format!(
                            "_number(row.get({}))",
                            literal(&Value::String(c.to_owned()))
                        )
                    };
                    return Some(Step::Compute {
                        column: name.to_owned(),
                        python: format!("{} {sign} {}", of(a), of(b)),
                        told: format!("{a} {sign} {b}"),
                        round: !off(true),
                    });
                }
            }
        }
    }
    None
}

/// Orders that hold of what comes out where it is not the order it went in.
fn orders(aligned: &[Aligned<'_>], known: &[String]) -> Vec<Option<Step>> {
    if aligned.iter().all(|a| a.kept.is_sorted()) {
        return vec![None];
    }
    let mut all = Vec::new();
    for column in known {
        for order in [Order::Rising, Order::Falling] {
            let holds = aligned.iter().all(|a| {
                let values: Vec<&Value> = a
                    .kept
                    .iter()
                    .filter_map(|at| a.given.get(*at)?.get(column))
                    .collect();
                values.len() == a.kept.len()
                    && values.windows(2).all(|w| match w {
                        [x, y] => match compare(x, y) {
                            Some(std::cmp::Ordering::Equal) => true,
                            Some(found) => {
                                (found == std::cmp::Ordering::Less) == (order == Order::Rising)
                            }
                            None => false,
                        },
                        _ => true,
                    })
            });
            if holds {
                all.push(Some(Step::Sort {
                    by: vec![(column.clone(), order)],
                }));
            }
        }
    }
    all
}

fn compare(a: &Value, b: &Value) -> Option<std::cmp::Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64()?.partial_cmp(&b.as_f64()?),
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Tests that tell the rows that are kept from those that are gone.
fn filters(aligned: &[Aligned<'_>], known: &[String]) -> Vec<Option<Step>> {
    let mut kept: Vec<&Row> = Vec::new();
    let mut gone: Vec<&Row> = Vec::new();
    for a in aligned {
        for (at, row) in a.given.iter().enumerate() {
            if a.kept.contains(&at) {
                kept.push(row);
            } else {
                gone.push(row);
            }
        }
    }
    if gone.is_empty() {
        return vec![None];
    }
    let mut all = Vec::new();
    for column in known {
        let values = |rows: &[&Row]| -> Option<Vec<Value>> {
            rows.iter().map(|r| r.get(column).cloned()).collect()
        };
        let (Some(kept), Some(gone)) = (values(&kept), values(&gone)) else {
            continue;
        };
        let mut offer = |how, value: Value| {
            all.push(Some(Step::Filter(vec![Test {
                column: column.clone(),
                how,
                value,
            }])));
        };
        if let Some(first) = kept.first()
            && kept.iter().all(|v| same(v, first))
            && gone.iter().all(|v| !same(v, first))
            && !first.is_number()
        {
            offer("==", first.clone());
        }
        let numbers = |values: &[Value]| {
            values
                .iter()
                .map(Value::as_f64)
                .collect::<Option<Vec<f64>>>()
        };
        if let (Some(kept), Some(gone)) = (numbers(&kept), numbers(&gone)) {
            let least = kept.iter().copied().fold(f64::INFINITY, f64::min);
            let most = kept.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if gone.iter().all(|g| *g < least) {
                offer(">=", serde_json::json!(least));
            }
            if gone.iter().all(|g| *g > most) {
                offer("<=", serde_json::json!(most));
            }
        }
    }
    all
}

//! What language models cost a run: as a table by call, in a word, and as JSON.

use serde_json::{Value, json};
use tdev_core::model::{Usage, in_dollars};
use tdev_core::ports::Charge;

use super::table::{self, Cell};
use super::{Line, Look};

/// All calls of a run together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    /// How many.
    pub(crate) calls: usize,
    /// Tokens.
    pub(crate) usage: Usage,
    /// Millionths of a dollar; the most it can be where a call is not settled.
    pub(crate) micro_dollars: u64,
    /// Calls whose cost is not known yet, or never will be: they were cut off.
    pub(crate) open: usize,
    /// Calls of models without a known price.
    pub(crate) unpriced: usize,
}

impl Cost {
    /// The sum of a run's charges.
    pub(crate) fn of(charges: &[Charge]) -> Self {
        charges.iter().fold(Self::default(), |sum, one| Self {
            calls: sum.calls + 1,
            usage: Usage {
                input_tokens: sum.usage.input_tokens + one.usage.input_tokens,
                output_tokens: sum.usage.output_tokens + one.usage.output_tokens,
            },
            micro_dollars: sum.micro_dollars.saturating_add(one.micro_dollars),
            open: sum.open + usize::from(!one.settled),
            unpriced: sum.unpriced + usize::from(!one.priced),
        })
    }

    /// In a word; nothing where no model was asked.
    pub(crate) fn word(self) -> String {
        match self {
            Self { calls: 0, .. } => String::new(),
            Self {
                calls, unpriced, ..
            } if calls == unpriced => "not known".to_owned(),
            Self {
                open: 0,
                unpriced: 0,
                ..
            } => in_dollars(self.micro_dollars),
            Self { unpriced: 0, .. } => format!("up to {}", in_dollars(self.micro_dollars)),
            _ => format!("over {}", in_dollars(self.micro_dollars)),
        }
    }

    /// For programs. `micro_dollars` are millionths of a dollar.
    pub(crate) fn json(self) -> Value {
        json!({
            "calls": self.calls,
            "input_tokens": self.usage.input_tokens,
            "output_tokens": self.usage.output_tokens,
            "micro_dollars": self.micro_dollars,
            "settled": self.open == 0,
            "priced": self.unpriced == 0,
        })
    }
}

/// The calls in order.
pub(crate) fn lines(charges: &[Charge], width: usize) -> Vec<Line> {
    if charges.is_empty() {
        return Vec::new();
    }
    let rows: Vec<Vec<Cell>> = charges.iter().map(row).collect();
    table::lines(
        &["asked by", "read", "written", "cost", "model"],
        &rows,
        width,
    )
}

fn row(charge: &Charge) -> Vec<Cell> {
    let tokens = |count: u64| {
        let text = if charge.settled {
            count.to_string()
        } else {
            String::new()
        };
        (Look::Plain, text)
    };
    let cost = Cost::of(std::slice::from_ref(charge));
    let look = if charge.settled {
        Look::Plain
    } else {
        Look::Care
    };
    vec![
        (Look::Strong, charge.step.clone()),
        tokens(charge.usage.input_tokens),
        tokens(charge.usage.output_tokens),
        (look, cost.word()),
        (Look::Name, charge.model.clone()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charge(step: &str, micro_dollars: u64, settled: bool, priced: bool) -> Charge {
        Charge {
            run_id: "r".into(),
            key: step.into(),
            step: step.into(),
            model: "gpt-4o".into(),
            usage: Usage {
                input_tokens: 2_310,
                output_tokens: 204,
            },
            micro_dollars,
            priced,
            settled,
        }
    }

    #[test]
    fn calls_are_a_table_and_a_sum() {
        let charges = [
            charge("plan", 7_815, true, true),
            charge("write", 54_000, false, true),
        ];
        let lines = lines(&charges, 80);
        let table = lines.iter().map(Line::bare).collect::<Vec<_>>().join("\n");
        insta::assert_snapshot!(table);
        assert_eq!(Cost::of(&charges).word(), "up to $0.061815");
        assert_eq!(Cost::of(&charges[..1]).word(), "$0.007815");
        assert_eq!(Cost::of(&[]).word(), "");
        let unknown = [charge("plan", 0, true, false)];
        assert_eq!(Cost::of(&unknown).word(), "not known");
        let both = [charges[0].clone(), unknown[0].clone()];
        assert_eq!(Cost::of(&both).word(), "over $0.007815");
    }
}

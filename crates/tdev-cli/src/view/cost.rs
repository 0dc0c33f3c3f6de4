//! What language models cost a run: as a table by call, and in a word.

use tdev_core::model::{Cost, in_dollars};
use tdev_core::ports::Charge;

use super::table::{self, Cell};
use super::{Line, Look};

/// A sum in a word; nothing where no model was asked.
pub(crate) fn word(cost: Cost) -> String {
    match cost {
        Cost { calls: 0, .. } => String::new(),
        Cost {
            calls, unpriced, ..
        } if calls == unpriced => "not known".to_owned(),
        Cost {
            open: 0,
            unpriced: 0,
            ..
        } => in_dollars(cost.micro_dollars),
        Cost { unpriced: 0, .. } => format!("up to {}", in_dollars(cost.micro_dollars)),
        _ => format!("over {}", in_dollars(cost.micro_dollars)),
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
        (look, word(cost)),
        (Look::Name, charge.model.clone()),
    ]
}

#[cfg(test)]
mod tests {
    use tdev_core::model::Usage;

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
        assert_eq!(word(Cost::of(&charges)), "up to $0.061815");
        assert_eq!(word(Cost::of(&charges[..1])), "$0.007815");
        assert_eq!(word(Cost::of(&[])), "");
        let unknown = [charge("plan", 0, true, false)];
        assert_eq!(word(Cost::of(&unknown)), "not known");
        let both = [charges[0].clone(), unknown[0].clone()];
        assert_eq!(word(Cost::of(&both)), "over $0.007815");
    }
}

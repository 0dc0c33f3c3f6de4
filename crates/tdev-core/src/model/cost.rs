//! What the calls of a run cost together.

use serde::{Serialize, Serializer};

use super::Usage;
use crate::ports::Charge;

/// A sum of charges. As JSON: `calls`, `input_tokens`, `output_tokens`, `micro_dollars`, and whether
/// all of them are `settled` and `priced`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// How many calls.
    pub calls: usize,
    /// Tokens.
    #[serde(flatten)]
    pub usage: Usage,
    /// Millionths of a dollar; the most it can be where a call is not settled.
    pub micro_dollars: u64,
    /// Calls whose cost is not known yet, or never will be: they were cut off.
    #[serde(rename = "settled", serialize_with = "none")]
    pub open: usize,
    /// Calls of models without a known price.
    #[serde(rename = "priced", serialize_with = "none")]
    pub unpriced: usize,
}

impl Cost {
    /// The sum of a run's charges.
    pub fn of(charges: &[Charge]) -> Self {
        charges.iter().fold(Self::default(), |sum, one| Self {
            calls: sum.calls + 1,
            usage: Usage {
                input_tokens: sum
                    .usage
                    .input_tokens
                    .saturating_add(one.usage.input_tokens),
                output_tokens: sum
                    .usage
                    .output_tokens
                    .saturating_add(one.usage.output_tokens),
            },
            micro_dollars: sum.micro_dollars.saturating_add(one.micro_dollars),
            open: sum.open + usize::from(!one.settled),
            unpriced: sum.unpriced + usize::from(!one.priced),
        })
    }
}

/// The calls of a run in order, beside what they cost together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Bill {
    /// All of them.
    #[serde(flatten)]
    pub total: Cost,
    /// Each of them, the oldest first.
    pub charges: Vec<Charge>,
}

impl Bill {
    /// The bill of a run's charges.
    pub fn of(charges: Vec<Charge>) -> Self {
        Self {
            total: Cost::of(&charges),
            charges,
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn none<S: Serializer>(count: &usize, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(*count == 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn charge(micro_dollars: u64, settled: bool, priced: bool) -> Charge {
        Charge {
            run_id: "r".into(),
            key: "k".into(),
            step: "plan".into(),
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
    fn a_sum_tells_whether_all_of_it_is_known() {
        let sum = |charges: &[Charge]| json!(Cost::of(charges));
        assert_eq!(
            sum(&[charge(7_815, true, true), charge(54_000, false, true)]),
            json!({"calls": 2, "input_tokens": 4_620, "output_tokens": 408,
                "micro_dollars": 61_815, "settled": false, "priced": true})
        );
        assert_eq!(sum(&[charge(0, true, false)])["priced"], false);
        assert_eq!(
            sum(&[]),
            json!({"calls": 0, "input_tokens": 0, "output_tokens": 0,
                "micro_dollars": 0, "settled": true, "priced": true})
        );
        let most = charge(u64::MAX, true, true);
        assert_eq!(Cost::of(&[most.clone(), most]).micro_dollars, u64::MAX);
    }
}

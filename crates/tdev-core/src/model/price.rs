//! What a call of a model costs: tokens, and millionths of a dollar.

use serde::{Deserialize, Serialize};

use super::ModelRequest;

/// Tokens that providers put before a request, to tell a model of its tools; the longest known is
/// some 530.
const PREAMBLE: u64 = 1_000;

/// Tokens of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Read.
    pub input_tokens: u64,
    /// Written.
    pub output_tokens: u64,
}

/// What a model asks for its work, in millionths of a dollar per million tokens, so that one
/// dollar per million tokens is 1,000,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Price {
    /// For a million tokens read.
    pub input: u64,
    /// For a million tokens written.
    pub output: u64,
}

impl Price {
    /// What tokens cost, in millionths of a dollar, rounded up.
    pub fn of(self, usage: Usage) -> u64 {
        let cost = (u128::from(self.input) * u128::from(usage.input_tokens))
            .saturating_add(u128::from(self.output) * u128::from(usage.output_tokens));
        u64::try_from(cost.div_ceil(1_000_000)).unwrap_or(u64::MAX)
    }

    /// The most a request can cost: a token is at least one byte of what is sent, a provider adds
    /// some of its own, and every token it may answer with is written.
    pub fn at_most(self, request: &ModelRequest) -> u64 {
        let sent = serde_json::to_vec(request).map_or(u64::MAX, |text| text.len() as u64);
        self.of(Usage {
            input_tokens: sent.saturating_add(PREAMBLE),
            output_tokens: u64::from(request.max_tokens),
        })
    }
}

/// Millionths of a dollar as dollars, for people: `$0.0045`.
pub fn in_dollars(micro_dollars: u64) -> String {
    let (whole, part) = (micro_dollars / 1_000_000, micro_dollars % 1_000_000);
    let digits = format!("{part:06}");
    let digits = digits.trim_end_matches('0');
    format!("${whole}.{digits:0<2}")
}

/// Dollars as millionths of one, rounded down; none for what is no amount of money.
pub fn micro_dollars(dollars: f64) -> Option<u64> {
    let micro = (dollars * 1_000_000.0 + 1e-3).floor();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "held to the range just before"
    )]
    (dollars >= 0.0 && micro < 1e18).then_some(micro as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_and_their_millionths_are_the_same_money() {
        for (dollars, micro, told) in [
            (0.0, 0, "$0.00"),
            (0.000_001, 1, "$0.000001"),
            (0.29, 290_000, "$0.29"),
            (1.5, 1_500_000, "$1.50"),
            (1_234.567_89, 1_234_567_890, "$1234.56789"),
        ] {
            assert_eq!(micro_dollars(dollars), Some(micro));
            assert_eq!(in_dollars(micro), told);
        }
        for none in [-0.01, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(micro_dollars(none), None, "{none}");
        }
    }

    #[test]
    fn a_cost_is_rounded_up_and_never_overflows() {
        let price = Price {
            input: 3_000_000,
            output: 15_000_000,
        };
        let usage = |input_tokens, output_tokens| Usage {
            input_tokens,
            output_tokens,
        };
        assert_eq!(price.of(usage(1_000, 100)), 4_500);
        assert_eq!(price.of(usage(0, 0)), 0);
        let least = Price {
            input: 1,
            output: 0,
        };
        assert_eq!(least.of(usage(1, 0)), 1);
        let most = Price {
            input: u64::MAX,
            output: u64::MAX,
        };
        assert_eq!(most.of(usage(u64::MAX, u64::MAX)), u64::MAX);
    }
}

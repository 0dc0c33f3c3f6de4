//! Tokens: each call is let through only if the most it can cost is still there.

use tdev_core::component::Component;
use tdev_core::model::{ModelReply, ModelRequest, Price, Usage};
use tdev_core::{Code, Error, Result};

/// An answer of fewer tokens is of no use.
const LEAST: u64 = 64;

/// A price under which the most a request can cost is the most tokens it can be read as: one a
/// byte, and some of the provider's own.
const READING: Price = Price {
    input: 1_000_000,
    output: 0,
};

/// What is left of a number of tokens.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    most: u64,
    used: u64,
}

impl Budget {
    pub(crate) const fn of(most: u64) -> Self {
        Self { most, used: 0 }
    }

    /// How many tokens the next answer may have: `wish`, or what is left.
    ///
    /// # Errors
    /// `BudgetExceeded` where that is too few.
    pub(crate) fn grant(
        &self,
        request: &ModelRequest,
        wish: u32,
        who: &Component,
        field: &str,
    ) -> Result<u32> {
        let room = self
            .most
            .saturating_sub(self.used)
            .saturating_sub(READING.at_most(request));
        if room < LEAST.min(wish.into()) {
            return Err(Error::new(
                Code::BudgetExceeded,
                format!(
                    "`{}` has used {} of its {} tokens, and the next turn could take more than are left",
                    who.name, self.used, self.most
                ),
            )
            .field(field)
            .hint(format!("raise `{field}`, or give it less to read")));
        }
        Ok(u32::try_from(room).unwrap_or(u32::MAX).min(wish))
    }

    /// Counts an answer. A model that does not count its tokens is charged with the most they can
    /// be.
    pub(crate) fn spend(&mut self, request: &ModelRequest, reply: &ModelReply) -> Usage {
        let counted = reply.usage;
        let usage = Usage {
            input_tokens: match counted.input_tokens {
                0 => READING.at_most(request),
                read => read,
            },
            output_tokens: match counted.output_tokens {
                0 => bytes(&reply.content),
                written => written,
            },
        };
        let both = usage.input_tokens.saturating_add(usage.output_tokens);
        self.used = self.used.saturating_add(both);
        usage
    }
}

fn bytes(said: &impl serde::Serialize) -> u64 {
    serde_json::to_vec(said).map_or(u64::MAX / 2, |text| text.len() as u64)
}

//! Tokens: each call is let through only if the most it can cost is still there.

use tdev_core::component::Component;
use tdev_core::model::{Message, ModelReply, ModelRequest, Price, Usage};
use tdev_core::{Code, Error, Result};

/// An answer of fewer tokens is of no use.
const LEAST: u64 = 64;

/// Tokens a provider may put around a message, beyond its bytes.
const AROUND: u64 = 16;

/// A price under which a cost is a number of tokens read.
const READING: Price = Price {
    input: 1_000_000,
    output: 0,
};

/// What is left of a number of tokens.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    most: u64,
    used: u64,
    /// The tokens of a conversation so far, and how many messages they were.
    known: Option<(u64, usize)>,
}

impl Budget {
    pub(crate) const fn of(most: u64) -> Self {
        Self {
            most,
            used: 0,
            known: None,
        }
    }

    /// Another conversation begins, of which no token is known.
    pub(crate) const fn afresh(&mut self) {
        self.known = None;
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
            .saturating_sub(self.reading(request));
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
    /// be. `messages` is how many the request had.
    pub(crate) fn spend(&mut self, request: &ModelRequest, reply: &ModelReply) -> Usage {
        let counted = reply.usage;
        let usage = Usage {
            input_tokens: match counted.input_tokens {
                0 => self.reading(request),
                read => read,
            },
            output_tokens: match counted.output_tokens {
                0 => bytes(&reply.content),
                written => written,
            },
        };
        let both = usage.input_tokens.saturating_add(usage.output_tokens);
        self.used = self.used.saturating_add(both);
        // The answer is the next message.
        self.known = Some((both, request.messages.len() + 1));
        usage
    }

    /// The most tokens a request is read as: a token is at least a byte, and what was there before
    /// has been counted.
    fn reading(&self, request: &ModelRequest) -> u64 {
        let whole = READING.at_most(request);
        let Some((known, messages)) = self.known else {
            return whole;
        };
        let news: &[Message] = request.messages.get(messages..).unwrap_or_default();
        let news = bytes(&news) + AROUND * news.len() as u64;
        known.saturating_add(news).min(whole)
    }
}

fn bytes(said: &impl serde::Serialize) -> u64 {
    serde_json::to_vec(said).map_or(u64::MAX / 2, |text| text.len() as u64)
}

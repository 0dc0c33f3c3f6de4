//! Language models over HTTP, what they cost, and the meter that holds a run to its budget.
//!
//! Reading order: [`openai`] (a client of any endpoint that speaks OpenAI's chat completions),
//! [`patience`] (when and how long to wait before trying again), [`Prices`] (the table), and
//! [`Metered`] (a model that charges before it asks).

pub mod openai;
pub mod patience;

mod metered;
mod prices;

pub use metered::{Budgets, Metered, Pricing, RunBudgets};
pub use prices::{Listed, Prices};

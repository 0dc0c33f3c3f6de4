//! Conditional writes, all of them or none.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem,
};
use tdev_core::{Code, Error, Result};

use super::Item;
use crate::fault;

/// How often a transaction is tried that lost against another.
const ATTEMPTS: u32 = 12;
/// How long the first loser waits at most; each further time twice as long.
const PAUSE: Duration = Duration::from_millis(20);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(1);

/// What must hold of the item that is there for a write to be made.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    text: &'static str,
    values: Vec<(&'static str, AttributeValue)>,
}

impl Condition {
    /// There is no such item.
    pub(crate) fn absent() -> Self {
        Self::holds("attribute_not_exists(pk)")
    }

    /// A condition in DynamoDB's language.
    pub(crate) const fn holds(text: &'static str) -> Self {
        Self {
            text,
            values: Vec::new(),
        }
    }

    /// The value a placeholder of it stands for.
    pub(crate) fn with(mut self, placeholder: &'static str, value: AttributeValue) -> Self {
        self.values.push((placeholder, value));
        self
    }

    fn values(&self) -> Option<Item> {
        (!self.values.is_empty()).then(|| {
            self.values
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect()
        })
    }
}

/// One write of a transaction.
#[derive(Debug, Clone)]
pub(crate) enum Write {
    /// Puts an item in the place of whatever is there.
    Put(Item, Option<Condition>),
    /// Deletes an item.
    Delete(Item, Option<Condition>),
    /// Changes nothing, but must hold.
    Check(Item, Condition),
}

impl Write {
    /// The write as a part of a transaction on that table.
    pub(crate) fn on(self, table: &str) -> Result<TransactWriteItem> {
        let item = TransactWriteItem::builder();
        Ok(match self {
            Self::Put(put, condition) => item
                .put(
                    Put::builder()
                        .table_name(table)
                        .set_item(Some(put))
                        .set_condition_expression(condition.as_ref().map(|c| c.text.to_owned()))
                        .set_expression_attribute_values(
                            condition.as_ref().and_then(Condition::values),
                        )
                        .return_values_on_condition_check_failure(
                            ReturnValuesOnConditionCheckFailure::None,
                        )
                        .build()
                        .map_err(|e| unwritable(&e))?,
                )
                .build(),
            Self::Delete(key, condition) => item
                .delete(
                    Delete::builder()
                        .table_name(table)
                        .set_key(Some(key))
                        .set_condition_expression(condition.as_ref().map(|c| c.text.to_owned()))
                        .set_expression_attribute_values(
                            condition.as_ref().and_then(Condition::values),
                        )
                        .build()
                        .map_err(|e| unwritable(&e))?,
                )
                .build(),
            Self::Check(key, condition) => item
                .condition_check(
                    ConditionCheck::builder()
                        .table_name(table)
                        .set_key(Some(key))
                        .condition_expression(condition.text)
                        .set_expression_attribute_values(condition.values())
                        .build()
                        .map_err(|e| unwritable(&e))?,
                )
                .build(),
        })
    }
}

/// How a transaction ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Written {
    /// Everything is written.
    All,
    /// Nothing is; for each write, whether its condition held.
    Nothing(Vec<bool>),
}

/// Writes everything or nothing. Tried again where another transaction was on the same items at
/// the same moment; a request that was repeated on the way counts once.
pub(crate) async fn transact(client: &Client, writes: Vec<TransactWriteItem>) -> Result<Written> {
    let mut pause = PAUSE;
    for _ in 0..ATTEMPTS {
        let sent = client
            .transact_write_items()
            .set_transact_items(Some(writes.clone()))
            .send()
            .await;
        let error = match sent {
            Ok(_) => return Ok(Written::All),
            Err(error) => error,
        };
        match verdict(&error) {
            Some(held) if held.contains(&false) => return Ok(Written::Nothing(held)),
            // Cancelled, but by nobody's condition: somebody was faster, or the table is busy.
            Some(_) => tokio::time::sleep(pause.mul_f64(fastrand::f64())).await,
            None => return Err(fault::of("write to the tables", &error)),
        }
        pause = (pause * 2).min(LONGEST);
    }
    Err(Error::new(
        Code::StoreUnavailable,
        "too many writers want the same record at once",
    ))
}

/// Of a cancelled transaction, for each write whether its condition held; nothing where the
/// error is another one, or a reason that would be the same the next time.
fn verdict<R>(error: &SdkError<TransactWriteItemsError, R>) -> Option<Vec<bool>> {
    let said = error.as_service_error()?;
    if said.is_transaction_in_progress_exception() {
        return Some(Vec::new());
    }
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = said else {
        return None;
    };
    let codes: Vec<&str> = cancelled
        .cancellation_reasons()
        .iter()
        .map(|reason| reason.code().unwrap_or("None"))
        .collect();
    let passing = [
        "None",
        "ConditionalCheckFailed",
        "TransactionConflict",
        "ProvisionedThroughputExceeded",
        "ThrottlingError",
    ];
    codes.iter().all(|code| passing.contains(code)).then(|| {
        codes
            .iter()
            .map(|code| *code != "ConditionalCheckFailed")
            .collect()
    })
}

pub(crate) fn unwritable(error: &impl std::fmt::Display) -> Error {
    Error::new(
        Code::Internal,
        format!("a request to the tables could not be made: {error}"),
    )
}

//! The items of one project in one table: read, listed in pages, written under conditions.

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeValue, DeleteRequest, PutRequest, TransactWriteItem, WriteRequest,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tdev_core::ports::ArtifactStore;
use tdev_core::{Code, Error, Result};

use super::write::{self, Write, Written};
use super::{Item, string, string_in};
use crate::fault;

/// Bytes of JSON that stand in the item itself; what is longer is an artifact.
pub(crate) const INLINE: usize = 200 * 1024;
/// Items of one batch, by DynamoDB's rules.
const BATCH: usize = 25;

/// One partition of one table.
#[derive(Clone)]
pub(crate) struct Shelf {
    client: Client,
    table: String,
    partition: String,
    artifacts: Arc<dyn ArtifactStore>,
}

/// Which items of a shelf, in the order of their sort keys.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page<'a> {
    /// What their sort keys begin with.
    pub(crate) prefix: &'a str,
    /// The sort key of the item before the first.
    pub(crate) after: Option<&'a str>,
    /// Which end comes first.
    pub(crate) order: Order,
    /// At most so many.
    pub(crate) limit: usize,
}

/// Which end of the sort keys comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Ascending,
    Descending,
}

impl<'a> Page<'a> {
    /// Every item whose sort key begins so.
    pub(crate) const fn all(prefix: &'a str) -> Self {
        Self {
            prefix,
            after: None,
            order: Order::Ascending,
            limit: usize::MAX,
        }
    }
}

impl Shelf {
    pub(crate) fn new(
        client: Client,
        table: &str,
        partition: &str,
        artifacts: Arc<dyn ArtifactStore>,
    ) -> Self {
        Self {
            client,
            table: table.to_owned(),
            partition: partition.to_owned(),
            artifacts,
        }
    }

    /// The shelf of a narrower partition, whose name begins with this one's.
    pub(crate) fn within(&self, part: &str) -> Self {
        Self {
            partition: format!("{}#{part}", self.partition),
            ..self.clone()
        }
    }

    /// The key of the item of that sort key.
    pub(crate) fn key(&self, sort: &str) -> Item {
        Item::from([
            ("pk".to_owned(), string(&self.partition)),
            ("sk".to_owned(), string(sort)),
        ])
    }

    /// One item, as it stands after every write before.
    pub(crate) async fn get(&self, sort: &str) -> Result<Option<Item>> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(self.key(sort)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|e| self.fault("read", &e))?;
        Ok(answer.item)
    }

    /// Items in order, as many pages as it takes.
    pub(crate) async fn list(&self, page: Page<'_>) -> Result<Vec<Item>> {
        self.query(page, None).await
    }

    /// Only the sort keys of items, in order.
    pub(crate) async fn sort_keys(&self, page: Page<'_>) -> Result<Vec<String>> {
        let items = self.query(page, Some("sk")).await?;
        Ok(items
            .iter()
            .filter_map(|item| string_in(item, "sk").map(str::to_owned))
            .collect())
    }

    async fn query(&self, page: Page<'_>, attributes: Option<&str>) -> Result<Vec<Item>> {
        let mut found: Vec<Item> = Vec::new();
        let mut start = page.after.map(|sort| self.key(sort));
        while found.len() < page.limit {
            let left = i32::try_from(page.limit - found.len()).ok();
            let answer = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
                .expression_attribute_values(":pk", string(&self.partition))
                .expression_attribute_values(":prefix", string(page.prefix))
                .set_projection_expression(attributes.map(str::to_owned))
                .set_exclusive_start_key(start)
                .scan_index_forward(page.order == Order::Ascending)
                .set_limit(left)
                .consistent_read(true)
                .send()
                .await
                .map_err(|e| self.fault("read", &e))?;
            found.extend(answer.items.unwrap_or_default());
            start = answer.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        found.truncate(page.limit);
        Ok(found)
    }

    /// A write as a part of a transaction.
    pub(crate) fn part(&self, write: Write) -> Result<TransactWriteItem> {
        write.on(&self.table)
    }

    /// Writes all or nothing, here or on other shelves of the same account.
    pub(crate) async fn transact(&self, parts: Vec<TransactWriteItem>) -> Result<Written> {
        write::transact(&self.client, parts).await
    }

    /// Puts items without a condition, in batches.
    pub(crate) async fn put_all(&self, items: Vec<Item>) -> Result<()> {
        let requests = items.into_iter().map(|item| {
            PutRequest::builder()
                .set_item(Some(item))
                .build()
                .map(|put| WriteRequest::builder().put_request(put).build())
        });
        self.batches(requests).await
    }

    /// Deletes items without a condition, in batches; those that are not there are passed over.
    pub(crate) async fn delete_all(&self, sorts: impl Iterator<Item = String>) -> Result<()> {
        let requests = sorts.map(|sort| {
            DeleteRequest::builder()
                .set_key(Some(self.key(&sort)))
                .build()
                .map(|delete| WriteRequest::builder().delete_request(delete).build())
        });
        self.batches(requests).await
    }

    async fn batches<E: std::fmt::Display>(
        &self,
        requests: impl Iterator<Item = std::result::Result<WriteRequest, E>>,
    ) -> Result<()> {
        let requests: Vec<WriteRequest> = requests
            .collect::<std::result::Result<_, E>>()
            .map_err(|e| write::unwritable(&e))?;
        for batch in requests.chunks(BATCH) {
            let mut left = batch.to_vec();
            let mut pause = std::time::Duration::from_millis(50);
            while !left.is_empty() {
                let answer = self
                    .client
                    .batch_write_item()
                    .request_items(&self.table, left)
                    .send()
                    .await
                    .map_err(|e| self.fault("write", &e))?;
                left = answer
                    .unprocessed_items
                    .and_then(|mut tables| tables.remove(&self.table))
                    .unwrap_or_default();
                if !left.is_empty() {
                    if pause > std::time::Duration::from_secs(5) {
                        return Err(Error::new(
                            Code::StoreUnavailable,
                            format!("the table `{}` takes no more writes for now", self.table),
                        ));
                    }
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
            }
        }
        Ok(())
    }

    /// An item of that sort key that holds a record: in itself, or by reference where it is long.
    pub(crate) async fn item(&self, sort: &str, record: &impl Serialize) -> Result<Item> {
        let text = serde_json::to_string(record)
            .map_err(|e| Error::new(Code::Internal, format!("a record cannot be stored: {e}")))?;
        let mut item = self.key(sort);
        if text.len() <= INLINE {
            item.insert("json_text".to_owned(), AttributeValue::S(text));
        } else {
            let hash = self.artifacts.put(text.as_bytes()).await?;
            item.insert("json_artifact".to_owned(), string(hash));
        }
        Ok(item)
    }

    /// The record an item holds; `what` it is, for the case that it is damaged.
    pub(crate) async fn record<T: DeserializeOwned>(&self, what: &str, item: &Item) -> Result<T> {
        let corrupt = |why: &str| {
            let key = string_in(item, "sk").unwrap_or_default();
            Error::new(
                Code::StoreCorrupt,
                format!("the stored {what} `{key}` is damaged: {why}"),
            )
        };
        let parsed = match (
            string_in(item, "json_text"),
            string_in(item, "json_artifact"),
        ) {
            (Some(text), _) => serde_json::from_str(text),
            (None, Some(hash)) => serde_json::from_slice(&self.artifacts.get(hash).await?),
            (None, None) => return Err(corrupt("it has no content")),
        };
        parsed.map_err(|e| corrupt(&e.to_string()))
    }

    fn fault<E, R>(&self, doing: &str, error: &aws_sdk_dynamodb::error::SdkError<E, R>) -> Error
    where
        E: aws_sdk_dynamodb::error::ProvideErrorMetadata,
    {
        fault::of(&format!("{doing} the table `{}`", self.table), error)
    }
}

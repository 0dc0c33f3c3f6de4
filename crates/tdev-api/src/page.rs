//! Lists: `{items, next_cursor}`, with a cursor that clients hand back unread.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use tdev_core::{Code, Error, Result};

/// What a list is asked.
#[derive(Debug, Deserialize)]
pub(crate) struct Paging {
    limit: Option<usize>,
    cursor: Option<String>,
}

/// One page of a list.
#[derive(Debug, Serialize)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next_cursor: Option<String>,
}

const MOST: usize = 1000;

impl Paging {
    /// A page that is asked for along with other things.
    pub(crate) const fn new(limit: Option<usize>, cursor: Option<String>) -> Self {
        Self { limit, cursor }
    }

    /// How many items are wanted.
    ///
    /// # Errors
    /// `InvalidInput` outside 1 to 1000.
    pub(crate) fn limit(&self) -> Result<usize> {
        match self.limit {
            None => Ok(100),
            Some(limit) if (1..=MOST).contains(&limit) => Ok(limit),
            Some(limit) => Err(Error::new(
                Code::InvalidInput,
                format!("`{limit}` is not a page size"),
            )
            .field("limit")
            .hint(format!("ask for 1 to {MOST}"))),
        }
    }

    /// The cursor as the store gave it.
    pub(crate) fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref().filter(|cursor| !cursor.is_empty())
    }

    /// One page of items that are held whole, in an order that `key` tells apart. What was added
    /// or left since the page before neither repeats nor hides another item.
    ///
    /// # Errors
    /// `InvalidInput` for a foreign cursor or a bad limit.
    pub(crate) fn page<T>(
        &self,
        items: impl IntoIterator<Item = T>,
        order: Order,
        key: impl Fn(&T) -> String,
    ) -> Result<Page<T>> {
        let limit = self.limit()?;
        let last = self.cursor().map(decode).transpose()?;
        let mut keyed: Vec<(String, T)> =
            items.into_iter().map(|item| (key(&item), item)).collect();
        keyed.sort_by(|a, b| match order {
            Order::Ascending => a.0.cmp(&b.0),
            Order::Descending => b.0.cmp(&a.0),
        });
        let mut rest = keyed.into_iter().filter(|(key, _)| {
            last.as_ref().is_none_or(|last| match order {
                Order::Ascending => key > last,
                Order::Descending => key < last,
            })
        });
        let taken: Vec<(String, T)> = rest.by_ref().take(limit).collect();
        let next_cursor = rest
            .next()
            .and_then(|_| taken.last())
            .map(|(key, _)| URL_SAFE_NO_PAD.encode(key));
        Ok(Page {
            items: taken.into_iter().map(|(_, item)| item).collect(),
            next_cursor,
        })
    }
}

/// Which way a list goes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Order {
    /// Smallest key first.
    Ascending,
    /// Largest key first.
    Descending,
}

impl<T> Page<T> {
    /// A list that is whole.
    pub(crate) const fn whole(items: Vec<T>) -> Self {
        Self {
            items,
            next_cursor: None,
        }
    }
}

fn decode(cursor: &str) -> Result<String> {
    URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| {
            Error::new(Code::InvalidInput, "this is not a cursor of this list")
                .field("cursor")
                .hint("pass `next_cursor` of the page before, unchanged")
        })
}

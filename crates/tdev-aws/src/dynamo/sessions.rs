//! What prompt components remember, and whose turn it is in a session. Whatever the caller's project,
//! it stands in the key, so that the sessions of two are never one.

use async_trait::async_trait;
use tdev_core::ports::{Exchange, SessionKey, SessionStore, Turn};
use tdev_core::{Code, Error, Result};

use super::shelf::Shelf;
use super::write::{Condition, Write, Written};
use super::{Item, number, number_in, string, string_in};

/// Sessions of one home.
pub(crate) struct Sessions {
    shelf: Shelf,
}

impl Sessions {
    pub(crate) const fn new(shelf: Shelf) -> Self {
        Self { shelf }
    }

    async fn remembered(&self, item: Option<&Item>) -> Result<Vec<Exchange>> {
        match item {
            Some(item) => self.shelf.record("session", item).await,
            None => Ok(Vec::new()),
        }
    }

    /// Writes a session on a condition; whether it held.
    async fn write(
        &self,
        key: &SessionKey,
        remembered: &[Exchange],
        turn: Option<&Turn>,
        condition: Condition,
    ) -> Result<Written> {
        let mut item = self.shelf.item(&place(key), &remembered).await?;
        if let Some(turn) = turn {
            item.insert("turn_holder".to_owned(), string(&turn.holder));
            let until = turn.until.timestamp_millis();
            item.insert("turn_until".to_owned(), number(until));
        }
        let write = Write::Put(item, Some(condition));
        self.shelf.transact(vec![self.shelf.part(write)?]).await
    }

    /// Gives a holder's turn back, with what is remembered from now on where that changed.
    async fn release(
        &self,
        key: &SessionKey,
        holder: &str,
        remembered: Option<&[Exchange]>,
    ) -> Result<Written> {
        let kept = match remembered {
            Some(_) => Vec::new(),
            None => {
                let item = self.shelf.get(&place(key)).await?;
                self.remembered(item.as_ref()).await?
            }
        };
        let condition = Condition::holds("turn_holder = :holder").with(":holder", string(holder));
        self.write(key, remembered.unwrap_or(&kept), None, condition)
            .await
    }
}

fn place(key: &SessionKey) -> String {
    format!("session#{}#{}#{}", key.project, key.component, key.session)
}

#[async_trait]
impl SessionStore for Sessions {
    async fn begin(&self, key: &SessionKey, turn: &Turn) -> Result<Vec<Exchange>> {
        let taken = || {
            let session = &key.session;
            Error::new(
                Code::Conflict,
                format!("another call has the turn in session `{session}`"),
            )
            .hint("ask again once it has ended")
        };
        let there = self.shelf.get(&place(key)).await?;
        let held = there
            .as_ref()
            .and_then(|item| string_in(item, "turn_holder"));
        let condition = match (&there, held) {
            (None, _) => Condition::absent(),
            (Some(_), None) => Condition::holds("attribute_not_exists(turn_holder)"),
            (Some(item), Some(holder)) => {
                let until = number_in(item, "turn_until");
                let now = u64::try_from(turn.now.timestamp_millis()).unwrap_or_default();
                if holder != turn.holder && until > now {
                    return Err(taken());
                }
                Condition::holds("turn_holder = :holder AND turn_until = :until")
                    .with(":holder", string(holder))
                    .with(":until", number(until))
            }
        };
        let remembered = self.remembered(there.as_ref()).await?;
        match self.write(key, &remembered, Some(turn), condition).await? {
            Written::All => Ok(remembered),
            Written::Nothing(_) => Err(taken()),
        }
    }

    async fn end(&self, key: &SessionKey, holder: &str, remembered: &[Exchange]) -> Result<()> {
        match self.release(key, holder, Some(remembered)).await? {
            Written::All => Ok(()),
            Written::Nothing(_) => {
                let session = &key.session;
                Err(Error::new(
                    Code::Conflict,
                    format!("the turn in session `{session}` was over, and another call took it"),
                ))
            }
        }
    }

    async fn abandon(&self, key: &SessionKey, holder: &str) -> Result<()> {
        self.release(key, holder, None).await.map(drop)
    }
}

//! What an agent remembers of a session, and whose turn it is in it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tdev_core::component::{Component, Memory, SESSION};
use tdev_core::model::Message;
use tdev_core::ports::{Exchange, SessionKey, SessionStore, Turn};
use tdev_core::{Code, Error, Result};
use tokio::runtime::Handle;
use uuid::Uuid;

use crate::runner::{Inner, Passage};

/// Characters that are remembered, however many turns that is.
const MOST_CHARS: usize = 200_000;

/// Characters of a session's name.
const LONGEST_NAME: usize = 128;

/// How long past its call's own time a turn lasts, for a process that ended in it.
const GRACE: Duration = Duration::from_secs(5);

/// A session in which it is this call's turn.
pub(super) struct Session {
    store: Arc<dyn SessionStore>,
    key: SessionKey,
    holder: String,
    token: String,
    memory: Memory,
    /// What was there before this call, and before an attempt at it that came further.
    before: Vec<Exchange>,
    handle: Handle,
}

impl Session {
    /// Takes the turn in the session that the input names; none where it names none.
    pub(super) fn open(
        runner: &Inner,
        component: &Component,
        memory: Memory,
        input: &Value,
        passage: &Passage,
    ) -> Result<Option<Self>> {
        let Some(name) = input
            .get(SESSION)
            .and_then(Value::as_str)
            .filter(|name| !name.is_empty())
        else {
            return Ok(None);
        };
        if name.chars().count() > LONGEST_NAME {
            return Err(Error::new(
                Code::InvalidInput,
                format!("a session's name has at most {LONGEST_NAME} characters"),
            )
            .field("input.session"));
        }
        let store = runner.mind.sessions.clone().ok_or_else(|| {
            Error::new(
                Code::Unsupported,
                format!(
                    "`{}` remembers sessions, and nothing here keeps them",
                    component.name
                ),
            )
            .field("prompt.memory")
        })?;
        let key = SessionKey {
            project: runner.project.clone(),
            component: component.name.clone(),
            session: name.to_owned(),
        };
        let token = passage.scope.idempotency_token.clone();
        let holder = if token.is_empty() {
            Uuid::new_v4().to_string()
        } else {
            token.clone()
        };
        let now = runner.builtins.clock.now();
        let turn = Turn {
            holder: holder.clone(),
            now,
            until: now + passage.left(&component.name)? + GRACE,
        };
        let before = passage
            .handle
            .block_on(store.begin(&key, &turn))
            .map_err(|error| error.field("input.session"))?;
        let before = before
            .into_iter()
            .filter(|exchange| token.is_empty() || exchange.token != token)
            .collect();
        Ok(Some(Self {
            store,
            key,
            holder,
            token,
            memory,
            before,
            handle: passage.handle.clone(),
        }))
    }

    /// What is remembered, as it was said.
    pub(super) fn recalled(&self) -> Vec<Message> {
        let said = |exchange: &Exchange| {
            [
                super::question(&exchange.input),
                super::answered(&exchange.output),
            ]
        };
        self.before.iter().flat_map(said).collect()
    }

    /// Remembers this call and gives the turn back.
    pub(super) fn close(mut self, input: Value, output: Value) -> Result<()> {
        let token = std::mem::take(&mut self.token);
        self.before.push(Exchange {
            token,
            input,
            output,
        });
        let kept = pruned(&self.before, self.memory);
        self.handle
            .block_on(self.store.end(&self.key, &self.holder, kept))
    }

    /// Gives the turn back as if this call had not been. Where that fails, its time ends it.
    pub(super) fn abandon(self) {
        if let Err(error) = self
            .handle
            .block_on(self.store.abandon(&self.key, &self.holder))
        {
            tracing::warn!(target: "tdev::mind", component = %self.key.component, %error, "a session's turn was not given back");
        }
    }
}

/// The newest exchanges that a memory has room for.
fn pruned(all: &[Exchange], memory: Memory) -> &[Exchange] {
    let (turns, chars) = match memory {
        Memory::Turns(turns) => (turns as usize, MOST_CHARS),
        Memory::Chars(chars) => (usize::MAX, chars as usize),
    };
    let size = |one: &Exchange| {
        one.input.to_string().chars().count() + one.output.to_string().chars().count()
    };
    let mut left = chars;
    let kept = all
        .iter()
        .rev()
        .take(turns)
        .take_while(|one| {
            let size = size(one);
            let fits = size <= left;
            left = left.saturating_sub(size);
            fits
        })
        .count();
    all.get(all.len() - kept..).unwrap_or_default()
}

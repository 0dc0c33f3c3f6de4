//! A store of sessions in memory, under the same contract as the one on disk.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tdev_core::ports::{Exchange, SessionKey, SessionStore, Turn};
use tdev_core::{Code, Error, Result};

#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<SessionKey, Kept>>);

#[derive(Default)]
struct Kept {
    remembered: Vec<Exchange>,
    turn: Option<(String, DateTime<Utc>)>,
}

impl Sessions {
    pub(crate) fn of(&self, key: &SessionKey) -> Vec<Exchange> {
        let all = self.0.lock().unwrap();
        all.get(key)
            .map(|kept| kept.remembered.clone())
            .unwrap_or_default()
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn begin(&self, key: &SessionKey, turn: &Turn) -> Result<Vec<Exchange>> {
        let mut all = self.0.lock().unwrap();
        let kept = all.entry(key.clone()).or_default();
        if let Some((holder, until)) = &kept.turn
            && *holder != turn.holder
            && *until > turn.now
        {
            return Err(Error::new(Code::Conflict, "another call has the turn"));
        }
        kept.turn = Some((turn.holder.clone(), turn.until));
        Ok(kept.remembered.clone())
    }

    async fn end(&self, key: &SessionKey, holder: &str, remembered: &[Exchange]) -> Result<()> {
        let mut all = self.0.lock().unwrap();
        let kept = all.entry(key.clone()).or_default();
        if kept.turn.as_ref().is_none_or(|(holds, _)| holds != holder) {
            return Err(Error::new(Code::Conflict, "the turn was over"));
        }
        kept.turn = None;
        kept.remembered = remembered.to_vec();
        Ok(())
    }

    async fn abandon(&self, key: &SessionKey, holder: &str) -> Result<()> {
        let mut all = self.0.lock().unwrap();
        if let Some(kept) = all.get_mut(key)
            && kept.turn.as_ref().is_some_and(|(holds, _)| holds == holder)
        {
            kept.turn = None;
        }
        Ok(())
    }
}

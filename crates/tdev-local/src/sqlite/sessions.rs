//! What prompt components remember, and whose turn it is in a session.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _};
use tdev_core::ports::{Exchange, SessionKey, SessionStore, Turn};
use tdev_core::{Code, Error, Result};

use super::{Database, body, text};
use crate::fault::Failed;

type Place = (String, String, String);

#[async_trait]
impl SessionStore for Database {
    async fn begin(&self, key: &SessionKey, turn: &Turn) -> Result<Vec<Exchange>> {
        let (place, turn) = (place(key), turn.clone());
        let session = key.session.clone();
        self.write(move |conn| {
            let known = conn
                .prepare_cached(
                    "SELECT body, holder, until FROM sessions
                     WHERE project = ?1 AND component = ?2 AND session = ?3",
                )?
                .query_row((&place.0, &place.1, &place.2), |row| {
                    let holder: Option<String> = row.get(1)?;
                    Ok((row.get::<_, String>(0)?, holder, row.get::<_, i64>(2)?))
                })
                .optional()?;
            let mut remembered = Vec::new();
            if let Some((text, holder, until)) = known {
                let taken = holder.is_some_and(|holder| holder != turn.holder);
                if taken && until > turn.now.timestamp_millis() {
                    return Err(Error::new(
                        Code::Conflict,
                        format!("another call has the turn in session `{session}`"),
                    )
                    .hint("ask again once it has ended")
                    .into());
                }
                remembered = body("session", &text)?;
            }
            conn.prepare_cached(
                "INSERT INTO sessions (project, component, session, body, holder, until)
                 VALUES (?1, ?2, ?3, '[]', ?4, ?5)
                 ON CONFLICT (project, component, session)
                 DO UPDATE SET holder = excluded.holder, until = excluded.until",
            )?
            .execute((
                &place.0,
                &place.1,
                &place.2,
                &turn.holder,
                turn.until.timestamp_millis(),
            ))?;
            Ok(remembered)
        })
        .await
    }

    async fn end(&self, key: &SessionKey, holder: &str, remembered: &[Exchange]) -> Result<()> {
        let (place, holder) = (place(key), holder.to_owned());
        let (session, body) = (key.session.clone(), text(&remembered)?);
        self.write(move |conn| {
            let ended = release(conn, &place, &holder, Some(&body))?;
            if ended == 0 {
                return Err(Error::new(
                    Code::Conflict,
                    format!("the turn in session `{session}` was over, and another call took it"),
                )
                .into());
            }
            Ok(())
        })
        .await
    }

    async fn abandon(&self, key: &SessionKey, holder: &str) -> Result<()> {
        let (place, holder) = (place(key), holder.to_owned());
        self.write(move |conn| release(conn, &place, &holder, None).map(drop))
            .await
    }
}

fn place(key: &SessionKey) -> Place {
    (
        key.project.clone(),
        key.component.clone(),
        key.session.clone(),
    )
}

/// Gives a holder's turn back, with what is remembered from now on where that changed.
fn release(
    conn: &Connection,
    place: &Place,
    holder: &str,
    body: Option<&str>,
) -> Result<usize, Failed> {
    let done = conn
        .prepare_cached(
            "UPDATE sessions SET holder = NULL, until = 0, body = coalesce(?5, body)
             WHERE project = ?1 AND component = ?2 AND session = ?3 AND holder = ?4",
        )?
        .execute((&place.0, &place.1, &place.2, holder, body))?;
    Ok(done)
}

//! The timers under way, earliest first.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::ids::IdMap;

#[derive(Debug, Default)]
pub(super) struct Timetable {
    by_time: BTreeSet<(DateTime<Utc>, u64)>,
    by_id: IdMap<DateTime<Utc>>,
}

impl Timetable {
    pub(super) fn set(&mut self, id: u64, at: DateTime<Utc>) {
        self.by_time.insert((at, id));
        self.by_id.insert(id, at);
    }

    pub(super) fn cancel(&mut self, id: u64) {
        if let Some(at) = self.by_id.remove(&id) {
            self.by_time.remove(&(at, id));
        }
    }

    /// When the next timer is due.
    pub(super) fn next(&self) -> Option<DateTime<Utc>> {
        self.by_time.first().map(|(at, _)| *at)
    }

    /// When each timer is due, earliest first.
    pub(super) fn moments(&self) -> impl Iterator<Item = DateTime<Utc>> {
        self.by_time.iter().map(|(at, _)| *at)
    }

    /// Takes a timer that is due at `now`.
    pub(super) fn due(&mut self, now: DateTime<Utc>) -> Option<u64> {
        let (at, id) = *self.by_time.first()?;
        if at > now {
            return None;
        }
        self.cancel(id);
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_are_due_in_order_and_only_once() {
        let at = |s| DateTime::from_timestamp(s, 0).unwrap();
        let mut table = Timetable::default();
        table.set(1, at(3));
        table.set(2, at(1));
        table.set(3, at(2));
        table.cancel(3);
        assert_eq!(table.next(), Some(at(1)));
        assert_eq!(table.due(at(2)), Some(2));
        assert_eq!(table.due(at(2)), None);
        assert_eq!(table.due(at(3)), Some(1));
        assert_eq!(table.next(), None);
    }
}

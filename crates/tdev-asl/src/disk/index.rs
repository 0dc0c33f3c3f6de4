//! Where the records of each execution stand, and how much of each segment is still needed.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::ops::Bound;
use std::path::Path;

use super::error::FileJournalError;
use super::segment;

/// Records that were written together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Number of the first of them.
    pub(super) first: u64,
    pub(super) count: u32,
    pub(super) segment: u32,
    /// Bytes of their lines.
    pub(super) len: u32,
    /// Where the lines begin in the segment.
    pub(super) offset: u64,
}

impl Place {
    /// The bytes of the lines that stand here.
    pub(super) fn read(&self, dir: &Path) -> Result<Vec<u8>, FileJournalError> {
        let path = dir.join(segment::name(self.segment));
        let read = || {
            let mut file = File::open(&path)?;
            file.seek(SeekFrom::Start(self.offset))?;
            let mut bytes = vec![0; self.len as usize];
            file.read_exact(&mut bytes)?;
            Ok(bytes)
        };
        read().map_err(|e| FileJournalError::io("read", &path, e))
    }
}

#[derive(Debug, Default)]
struct Records {
    /// In order of `first`.
    places: Vec<Place>,
    /// The number the next record must have; ahead of `places` while a batch is being flushed.
    next: u64,
}

#[derive(Debug, Default)]
pub(super) struct Index {
    executions: BTreeMap<Box<str>, Records>,
    /// Bytes of lines still needed, by segment.
    live: BTreeMap<u32, u64>,
}

impl Index {
    /// The number of the next record of an execution.
    pub(super) fn next(&self, execution: &str) -> u64 {
        self.executions.get(execution).map_or(0, |r| r.next)
    }

    /// Whether everything that has a number has a place.
    pub(super) fn settled(&self, execution: &str) -> bool {
        self.executions.get(execution).is_none_or(|records| {
            let last = records.places.last();
            last.map_or(0, |p| p.first + u64::from(p.count)) == records.next
        })
    }

    /// Whether the records that begin with number `first` stand in `segment`.
    pub(super) fn stands(&self, execution: &str, first: u64, segment: u32) -> bool {
        self.executions.get(execution).is_some_and(|records| {
            let mut places = records.places.iter();
            places.any(|p| p.first == first && p.segment == segment)
        })
    }

    /// Keeps the numbers up to `next` for records that are about to be written.
    pub(super) fn reserve(&mut self, execution: &str, next: u64) {
        match self.executions.get_mut(execution) {
            Some(records) => records.next = next,
            None => {
                let records = Records {
                    places: Vec::new(),
                    next,
                };
                self.executions.insert(execution.into(), records);
            }
        }
    }

    /// Gives numbers back: those records could not be written.
    pub(super) fn release(&mut self, execution: &str, first: u64) {
        if let Some(records) = self.executions.get_mut(execution) {
            records.next = records.next.min(first);
            if records.next == 0 {
                self.executions.remove(execution);
            }
        }
    }

    /// Notes where records stand. Records that stood elsewhere before have moved.
    pub(super) fn put(&mut self, execution: &str, place: Place) {
        if !self.executions.contains_key(execution) {
            self.executions.insert(execution.into(), Records::default());
        }
        let Some(records) = self.executions.get_mut(execution) else {
            return;
        };
        *self.live.entry(place.segment).or_default() += u64::from(place.len);
        match records
            .places
            .binary_search_by_key(&place.first, |p| p.first)
        {
            Ok(at) => {
                let old = std::mem::replace(&mut records.places[at], place);
                release(&mut self.live, old);
            }
            Err(at) => records.places.insert(at, place),
        }
        let end = place.first + u64::from(place.count);
        records.next = records.next.max(end);
    }

    /// Lets go of an execution; says whether it was known.
    pub(super) fn forget(&mut self, execution: &str) -> bool {
        let Some(records) = self.executions.remove(execution) else {
            return false;
        };
        for place in records.places {
            release(&mut self.live, place);
        }
        true
    }

    /// Where the records of an execution stand, in order.
    pub(super) fn places(&self, execution: &str) -> Vec<Place> {
        let records = self.executions.get(execution);
        records.map_or_else(Vec::new, |r| r.places.clone())
    }

    /// The names that begin with `prefix`, in order.
    pub(super) fn names<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        let from = self
            .executions
            .range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
        from.map(|(name, _)| name.as_ref())
            .take_while(move |name| name.starts_with(prefix))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.executions.is_empty()
    }

    /// Bytes of lines of `segment` that are still needed.
    pub(super) fn live(&self, segment: u32) -> u64 {
        self.live.get(&segment).copied().unwrap_or(0)
    }

    /// Everything that stands in `segment`.
    pub(super) fn inside(&self, segment: u32) -> Vec<(Box<str>, Place)> {
        let all = self.executions.iter();
        all.flat_map(|(name, records)| {
            let here = records.places.iter().filter(|p| p.segment == segment);
            here.map(|place| (name.clone(), *place))
        })
        .collect()
    }

    /// An execution whose records have a gap, and the number of the first that is missing.
    pub(super) fn gap(&self) -> Option<(&str, u64)> {
        self.executions.iter().find_map(|(name, records)| {
            let mut next = 0;
            for place in &records.places {
                if place.first != next {
                    return Some((name.as_ref(), next));
                }
                next += u64::from(place.count);
            }
            None
        })
    }
}

fn release(live: &mut BTreeMap<u32, u64>, place: Place) {
    if let Some(bytes) = live.get_mut(&place.segment) {
        *bytes = bytes.saturating_sub(u64::from(place.len));
    }
}

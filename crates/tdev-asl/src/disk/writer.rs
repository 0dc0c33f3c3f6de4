//! Writing to the last segment, and keeping a journal no larger than what it has to remember.
//! Segments go oldest first, lest word that an execution is no longer needed go before the
//! execution's records do.

use std::path::PathBuf;

use super::error::FileJournalError;
use super::frame::Batch;
use super::index::{Index, Place};
use super::medium::Medium;
use super::recover::{Recovered, remove};
use super::segment::Segment;

/// Segments are not rewritten before there are this many.
const FEW: usize = 4;

type Done = Result<(), FileJournalError>;

/// Who knows where everything stands; others may be asking at the same time.
pub(super) trait Ledger {
    fn with<T>(&self, work: impl FnOnce(&mut Index) -> T) -> T;
}

/// The one who writes.
pub(super) struct Writer {
    dir: PathBuf,
    medium: Box<dyn Medium>,
    /// A segment that has grown to this many bytes is closed, and the next one begun.
    full: u64,
    current: Segment,
    segments: Vec<u32>,
}

impl Writer {
    /// Goes on where a recovery ended; the index it found is handed back.
    pub(super) fn new(
        dir: PathBuf,
        medium: Box<dyn Medium>,
        full: u64,
        recovered: Recovered,
    ) -> (Self, Index) {
        let Recovered {
            index,
            segments,
            current,
        } = recovered;
        let writer = Self {
            dir,
            medium,
            full,
            current,
            segments,
        };
        (writer, index)
    }

    /// Writes a batch and flushes it; gives the places of its records, in order.
    pub(super) fn write(&mut self, batch: &mut Batch) -> Result<Vec<Place>, FileJournalError> {
        let at = self
            .current
            .append(batch.seal(), self.full, self.medium.as_ref())?;
        let segment = self.current.number;
        let place = |kept: &super::frame::Kept| Place {
            first: kept.first,
            count: kept.count,
            segment,
            len: u32::try_from(kept.len).unwrap_or(u32::MAX),
            offset: at + kept.at as u64,
        };
        Ok(batch.kept.iter().map(place).collect())
    }

    /// Begins the next segment where this one is full, and makes the old ones fewer.
    pub(super) fn turn(&mut self, ledger: &impl Ledger) -> Done {
        if self.current.tail < self.full {
            return Ok(());
        }
        self.current.close()?;
        let number = self.current.number + 1;
        self.current = Segment::create(&self.dir, number, self.medium.as_ref())?;
        self.segments.push(number);
        self.drop_oldest(ledger)?;
        while let Some(oldest) = self.worth_rewriting(ledger) {
            self.rewrite(oldest, ledger)?;
            self.drop_oldest(ledger)?;
        }
        Ok(())
    }

    /// Removes the oldest segments as long as nothing in them is needed.
    fn drop_oldest(&mut self, ledger: &impl Ledger) -> Done {
        while let [oldest, _, ..] = self.segments[..]
            && ledger.with(|index| index.live(oldest)) == 0
        {
            remove(&self.dir, oldest)?;
            self.segments.remove(0);
        }
        Ok(())
    }

    /// The oldest segment, if less than half of all that is kept is needed.
    fn worth_rewriting(&self, ledger: &impl Ledger) -> Option<u32> {
        let [closed @ .., _] = &self.segments[..] else {
            return None;
        };
        if closed.len() < FEW || self.current.tail >= self.full {
            return None;
        }
        let sizes = |index: &mut Index| closed.iter().map(|number| index.live(*number)).sum();
        let live: u64 = ledger.with(sizes);
        let oldest = closed.first()?;
        (live * 2 < closed.len() as u64 * self.full).then_some(*oldest)
    }

    /// Writes what is needed of a segment again at the end.
    fn rewrite(&mut self, oldest: u32, ledger: &impl Ledger) -> Done {
        let moved = ledger.with(|index| index.inside(oldest));
        let mut batch = Batch::new();
        for (execution, place) in moved {
            let lines = place.read(&self.dir)?;
            batch.copied(&execution, place.first, place.count, &lines);
        }
        let places = self.write(&mut batch)?;
        ledger.with(|index| {
            for (kept, place) in batch.kept.iter().zip(places) {
                // Forgotten while it was being copied, an execution would come back by this.
                if index.stands(&kept.execution, kept.first, oldest) {
                    index.put(&kept.execution, place);
                }
            }
        });
        Ok(())
    }
}

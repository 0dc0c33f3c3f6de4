//! Keeping a journal no larger than what it has to remember. Segments go oldest first, lest word
//! that an execution is no longer needed go before the execution's records do.

use super::commit::{Shared, Writer};
use super::error::FileJournalError;
use super::frame::Batch;

/// Segments are not rewritten before there are this many.
const FEW: usize = 4;

/// Removes the segments nobody needs. Where most of what remains is not needed either, what is
/// needed of the oldest is written again at the end.
pub(super) fn tidy(shared: &Shared, writer: &mut Writer) -> Result<(), FileJournalError> {
    let idle = |number| shared.state().index.live(number) == 0;
    writer.drop_oldest(shared, idle)?;
    while let Some(oldest) = worth_rewriting(shared, writer) {
        let moved = shared.state().index.inside(oldest);
        let mut batch = Batch::new();
        for (execution, place) in moved {
            let lines = super::read_place(&shared.dir, &place)?;
            batch.copied(&execution, place.first, place.count, &lines);
        }
        let at = writer.write(&mut batch, shared)?;
        // Forgotten while it was being copied, an execution would come back by being placed.
        let mut state = shared.state();
        let index = &state.index;
        batch
            .kept
            .retain(|kept| index.stands(&kept.execution, kept.first, oldest));
        state.place(&batch, writer.current.number, at);
        drop(state);
        writer.drop_oldest(shared, idle)?;
    }
    Ok(())
}

/// The oldest segment, if less than half of all that is kept is needed.
fn worth_rewriting(shared: &Shared, writer: &Writer) -> Option<u32> {
    let [closed @ .., _] = &writer.segments[..] else {
        return None;
    };
    if closed.len() < FEW || writer.current.tail >= shared.full {
        return None;
    }
    let state = shared.state();
    let live: u64 = closed.iter().map(|number| state.index.live(*number)).sum();
    let oldest = closed.first()?;
    (live * 2 < closed.len() as u64 * shared.full).then_some(*oldest)
}

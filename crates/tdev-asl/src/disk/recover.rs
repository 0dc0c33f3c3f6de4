//! Reading a journal's folder after whatever ended its last writer.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::FileJournalError;
use super::frame::{Entry, entries, lines};
use super::index::{Index, Place};
use super::medium::Medium;
use super::segment::{self, Content, Segment};

/// What a folder holds, and the segment to go on with.
pub(super) struct Recovered {
    pub(super) index: Index,
    pub(super) segments: Vec<u32>,
    pub(super) current: Segment,
}

/// Reads every segment. Of the last one, a frame that was being written when the power went is
/// cut off: it was never acknowledged. Anything else that is not whole is refused.
pub(super) fn recover(
    dir: &Path,
    medium: &dyn Medium,
    full: u64,
) -> Result<Recovered, FileJournalError> {
    let (index, mut segments, end) = indexed(dir, true)?;
    let next = segments.last().map_or(1, |last| last + 1);
    if index.is_empty() {
        // Nobody needs anything of it: it begins anew, and the old files go once the new one stands.
        let current = Segment::create(dir, next, medium)?;
        for number in segments.drain(..) {
            remove(dir, number)?;
        }
        segments.push(next);
        return Ok(Recovered {
            index,
            segments,
            current,
        });
    }
    // What is read after a crash may stand in memory only, the closed segments' ends included.
    for number in &segments {
        sync(dir, *number)?;
    }
    let current = match (segments.last(), end) {
        (Some(last), end) if end < full => Segment::reopen(dir, *last, end)?,
        (last, end) => {
            if let Some(last) = last {
                Segment::reopen(dir, *last, end)?;
            }
            segments.push(next);
            Segment::create(dir, next, medium)?
        }
    };
    Ok(Recovered {
        index,
        segments,
        current,
    })
}

/// The records of the executions whose names begin with `prefix`, in a folder that another process
/// may be writing to. What it is just writing is not among them; what is among them has been
/// flushed.
pub(super) fn read(
    dir: &Path,
    prefix: &str,
) -> Result<BTreeMap<String, Vec<String>>, FileJournalError> {
    // A writer that is at it may be seen halfway, and take files away under our eyes.
    const LOOKS: usize = 8;
    let mut looks = 1;
    loop {
        match look(dir, prefix) {
            Err(_) if looks < LOOKS => looks += 1,
            done => return done,
        }
    }
}

fn look(dir: &Path, prefix: &str) -> Result<BTreeMap<String, Vec<String>>, FileJournalError> {
    let (index, segments, _) = indexed(dir, false)?;
    for number in segments {
        sync(dir, number)?;
    }
    let wanted = index.names(prefix);
    wanted
        .map(|name| Ok((name.to_owned(), records(dir, &index.places(name))?)))
        .collect()
}

/// The records that stand at `places`.
pub(super) fn records(dir: &Path, places: &[Place]) -> Result<Vec<String>, FileJournalError> {
    let mut records = Vec::new();
    for place in places {
        let bytes = place.read(dir)?;
        let lines = lines(&bytes).ok_or_else(|| FileJournalError::Damaged {
            path: dir.join(segment::name(place.segment)),
            offset: place.offset,
            reason: "a record is not what was written",
        })?;
        records.extend(lines);
    }
    Ok(records)
}

/// Where everything stands in a folder that is `ours` or somebody else's, which segments there are
/// and where the last one ends.
fn indexed(dir: &Path, ours: bool) -> Result<(Index, Vec<u32>, u64), FileJournalError> {
    let mut index = Index::default();
    let (segments, end) = scan(dir, ours, &mut |number, at, frame| {
        for entry in entries(frame)? {
            match entry {
                Entry::Forget { execution } => drop(index.forget(execution)),
                Entry::Records {
                    execution,
                    first,
                    count,
                    at: within,
                    lines,
                } => {
                    let place = Place {
                        first,
                        count,
                        segment: number,
                        len: u32::try_from(lines.len()).ok()?,
                        offset: at + within as u64,
                    };
                    index.put(execution, place);
                }
            }
        }
        Some(())
    })?;
    if let Some((_, missing)) = index.gap() {
        return Err(FileJournalError::Damaged {
            path: dir.to_path_buf(),
            offset: missing,
            reason: "the records of an execution have a gap",
        });
    }
    Ok((index, segments, end))
}

/// What is done with a frame: the segment's number, where the frame stands in it, its bytes.
/// `None` says that it makes no sense.
type Visit<'a> = dyn FnMut(u32, u64, &[u8]) -> Option<()> + 'a;

/// Goes through every frame, of a folder that is `ours` or somebody else's; says which segments there are and where the last one ends.
fn scan(
    dir: &Path,
    ours: bool,
    visit: &mut Visit<'_>,
) -> Result<(Vec<u32>, u64), FileJournalError> {
    let mut numbers = segment::list(dir)?;
    let mut contents = Vec::new();
    for number in &numbers {
        contents.push(Content::read(dir, *number)?);
    }
    // The newest file may have been made and not begun; the one before it is then the last.
    while contents.last().is_some_and(|last| last.blank) {
        contents.pop();
        if let Some(number) = numbers.pop().filter(|_| ours) {
            remove(dir, number)?;
        }
    }
    let mut end = segment::HEADER;
    let last = numbers.last().copied();
    for (number, content) in numbers.iter().zip(&contents) {
        if content.blank {
            return Err(FileJournalError::Damaged {
                path: content.path.clone(),
                offset: 0,
                reason: "the file is empty and others follow it",
            });
        }
        end = content.frames(|at, frame| visit(*number, at, frame))?;
        content.check_rest(end, Some(*number) == last)?;
    }
    Ok((numbers, end))
}

fn sync(dir: &Path, number: u32) -> Result<(), FileJournalError> {
    let path = dir.join(segment::name(number));
    std::fs::File::open(&path)
        .and_then(|file| file.sync_all())
        .map_err(|e| FileJournalError::io("flush", &path, e))
}

pub(super) fn remove(dir: &Path, number: u32) -> Result<(), FileJournalError> {
    let path = dir.join(segment::name(number));
    std::fs::remove_file(&path).map_err(|e| FileJournalError::io("remove", &path, e))
}

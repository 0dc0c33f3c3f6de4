//! The files of a journal: numbered segments, filled with zeros ahead of the writing so that a
//! flush carries the data alone and not the growth of the file.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

use super::error::FileJournalError;
use super::frame;
use super::medium::Medium;

/// The format this crate writes.
pub(super) const VERSION: u32 = 1;
/// Bytes before the first frame: the magic, the format, the segment's number.
pub(super) const HEADER: u64 = 16;
const MAGIC: &[u8; 8] = b"TDEVASLJ";
/// The least and the most a segment grows by.
const GROWTH: std::ops::RangeInclusive<u64> = (32 << 10)..=(2 << 20);

type Result<T> = std::result::Result<T, FileJournalError>;

/// The segment that is written to.
pub(super) struct Segment {
    pub(super) number: u32,
    pub(super) path: PathBuf,
    file: File,
    /// Where the next frame goes.
    pub(super) tail: u64,
    /// Bytes of the file, zeros beyond `tail` included.
    size: u64,
}

impl Segment {
    /// Begins a segment; it stands on the disk when this returns.
    pub(super) fn create(dir: &Path, number: u32, medium: &dyn Medium) -> Result<Self> {
        let path = dir.join(name(number));
        let made = (|| {
            let file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .open(&path)?;
            let mut header = [0; HEADER as usize];
            header[..8].copy_from_slice(MAGIC);
            header[8..12].copy_from_slice(&VERSION.to_le_bytes());
            header[12..].copy_from_slice(&number.to_le_bytes());
            medium.write(&file, &header, 0)?;
            medium.sync(&file)?;
            File::open(dir)?.sync_all()?;
            Ok(file)
        })();
        let file = made.map_err(|e| FileJournalError::io("begin", &path, e))?;
        Ok(Self {
            number,
            path,
            file,
            tail: HEADER,
            size: HEADER,
        })
    }

    /// Goes on with a segment that ends at `tail`; what is behind that is cut off for good.
    pub(super) fn reopen(dir: &Path, number: u32, tail: u64) -> Result<Self> {
        let path = dir.join(name(number));
        let opened = (|| {
            let file = OpenOptions::new().write(true).open(&path)?;
            if file.metadata()?.len() != tail {
                file.set_len(tail)?;
            }
            // What is read after a crash may stand in memory only.
            file.sync_all()?;
            Ok(file)
        })();
        let file = opened.map_err(|e| FileJournalError::io("open", &path, e))?;
        Ok(Self {
            number,
            path,
            file,
            tail,
            size: tail,
        })
    }

    /// Writes a frame and flushes it; says where it stands.
    pub(super) fn append(&mut self, frame: &[u8], full: u64, medium: &dyn Medium) -> Result<u64> {
        let end = self.tail + frame.len() as u64;
        if end > self.size {
            self.grow(end, full, medium)?;
        }
        let written = medium
            .write(&self.file, frame, self.tail)
            .and_then(|()| medium.sync(&self.file));
        written.map_err(|e| FileJournalError::io("write", &self.path, e))?;
        let at = self.tail;
        self.tail = end;
        Ok(at)
    }

    /// Makes room before it is needed. The disk may be full: then nothing has changed.
    fn grow(&mut self, end: u64, full: u64, medium: &dyn Medium) -> Result<()> {
        static ZEROS: [u8; 64 << 10] = [0; 64 << 10];
        let by = self.size.clamp(*GROWTH.start(), *GROWTH.end());
        let goal = end.max((self.size + by).min(full));
        let mut at = self.size;
        while at < goal {
            let len = (goal - at).min(ZEROS.len() as u64);
            medium
                .write(&self.file, &ZEROS[..len as usize], at)
                .map_err(|e| FileJournalError::io("grow", &self.path, e))?;
            at += len;
        }
        self.size = goal;
        Ok(())
    }

    /// Cuts off the zeros that nobody will write over any more.
    pub(super) fn close(&self) -> Result<()> {
        let closed = self.file.set_len(self.tail);
        closed
            .and_then(|()| self.file.sync_all())
            .map_err(|e| FileJournalError::io("close", &self.path, e))
    }
}

/// The name of a segment's file.
pub(super) fn name(number: u32) -> String {
    format!("{number:010}.log")
}

/// The numbers of the segments in a folder, in order.
pub(super) fn list(dir: &Path) -> Result<Vec<u32>> {
    let listed = (|| {
        let mut numbers = Vec::new();
        for entry in fs::read_dir(dir)? {
            let file = entry?.file_name();
            let number = file.to_str().and_then(|f| f.strip_suffix(".log"));
            numbers.extend(number.and_then(|n| n.parse::<u32>().ok()));
        }
        numbers.sort_unstable();
        Ok(numbers)
    })();
    listed.map_err(|e| FileJournalError::io("list", dir, e))
}

/// What a segment's file holds.
pub(super) struct Content {
    pub(super) path: PathBuf,
    bytes: Vec<u8>,
    /// Whether even the header is missing: the segment was never begun, only made.
    pub(super) blank: bool,
}

impl Content {
    /// Reads a segment, whole or not.
    pub(super) fn read(dir: &Path, number: u32) -> Result<Self> {
        let path = dir.join(name(number));
        let bytes = fs::read(&path).map_err(|e| FileJournalError::io("read", &path, e))?;
        let header = &bytes[..bytes.len().min(HEADER as usize)];
        let blank = header.len() < HEADER as usize || header.iter().all(|b| *b == 0);
        if !blank {
            let damaged = |reason| FileJournalError::Damaged {
                path: path.clone(),
                offset: 0,
                reason,
            };
            let of_version = header[8..12].first_chunk::<4>();
            let found = of_version.map_or(0, |v| u32::from_le_bytes(*v));
            if !header.starts_with(MAGIC) {
                return Err(damaged("it is not a journal"));
            }
            if found == 0 || found > VERSION {
                return Err(FileJournalError::Version { path, found });
            }
            if !header.ends_with(&number.to_le_bytes()) {
                return Err(damaged("it bears the number of another segment"));
            }
        }
        Ok(Self { path, bytes, blank })
    }

    /// Goes through the whole frames; says where they end.
    pub(super) fn frames(&self, mut visit: impl FnMut(u64, &[u8]) -> Option<()>) -> Result<u64> {
        let mut at = HEADER;
        while let Some(frame) = self.bytes.get(at as usize..).and_then(frame::frame) {
            visit(at, frame).ok_or_else(|| self.damaged(at, "a frame makes no sense"))?;
            at += frame.len() as u64;
        }
        Ok(at)
    }

    /// What may follow the last whole frame: nothing, zeros, or a frame that was being written
    /// when the power went. A whole frame behind a broken one is none of these.
    pub(super) fn check_rest(&self, end: u64, last: bool) -> Result<()> {
        let rest = self.bytes.get(end as usize..).unwrap_or_default();
        if frame::holds_frame(rest) {
            return Err(self.damaged(end, "whole records follow a broken one"));
        }
        if !last && rest.iter().any(|b| *b != 0) {
            return Err(self.damaged(end, "a segment that was closed ends in a broken record"));
        }
        Ok(())
    }

    fn damaged(&self, offset: u64, reason: &'static str) -> FileJournalError {
        FileJournalError::Damaged {
            path: self.path.clone(),
            offset,
            reason,
        }
    }
}

//! The bytes of a journal. What is flushed together is one frame under one checksum, so that a
//! power cut leaves all of it or nothing; a whole frame behind a broken one is proof of damage.

/// Begins every frame. No text in UTF-8 holds these bytes.
pub(super) const MAGIC: [u8; 4] = [0xF7, b'T', b'J', 0xFE];
/// Bytes before a frame's entries: the magic, their length, their checksum.
pub(super) const HEAD: usize = 12;

const RECORDS: u8 = 1;
const FORGET: u8 = 2;

/// Entries that will be flushed together.
pub(super) struct Batch {
    bytes: Vec<u8>,
    /// The records in it, in order.
    pub(super) kept: Vec<Kept>,
}

/// Records of one execution inside a batch.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) execution: Box<str>,
    pub(super) first: u64,
    pub(super) count: u32,
    /// Where their lines begin, counted from the beginning of the frame.
    pub(super) at: usize,
    /// Bytes of their lines.
    pub(super) len: usize,
}

impl Batch {
    pub(super) fn new() -> Self {
        Self {
            bytes: vec![0; HEAD],
            kept: Vec::new(),
        }
    }

    /// Empties it and keeps its memory, unless that is a lot.
    pub(super) fn clear(&mut self) {
        self.bytes.truncate(HEAD);
        self.bytes.shrink_to(1 << 20);
        self.kept.clear();
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.bytes.len() == HEAD
    }

    pub(super) const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Adds records of an execution; the first is number `first`.
    pub(super) fn records(&mut self, execution: &str, first: u64, lines: &[String]) {
        self.begin(RECORDS, execution);
        self.bytes.extend(first.to_le_bytes());
        self.bytes.extend(length(lines.len()));
        let at = self.bytes.len();
        for line in lines {
            self.bytes.extend(length(line.len()));
            self.bytes.extend(line.as_bytes());
        }
        self.note(execution, first, lines.len(), at);
    }

    /// Adds records as they stand in another frame.
    pub(super) fn copied(&mut self, execution: &str, first: u64, count: u32, lines: &[u8]) {
        self.begin(RECORDS, execution);
        self.bytes.extend(first.to_le_bytes());
        self.bytes.extend(count.to_le_bytes());
        let at = self.bytes.len();
        self.bytes.extend(lines);
        self.note(execution, first, count as usize, at);
    }

    /// Adds word that the records of an execution are no longer needed.
    pub(super) fn forget(&mut self, execution: &str) {
        self.begin(FORGET, execution);
    }

    fn begin(&mut self, kind: u8, execution: &str) {
        self.bytes.push(kind);
        self.bytes.extend(length(execution.len()));
        self.bytes.extend(execution.as_bytes());
    }

    fn note(&mut self, execution: &str, first: u64, count: usize, at: usize) {
        self.kept.push(Kept {
            execution: execution.into(),
            first,
            count: u32::try_from(count).unwrap_or(u32::MAX),
            at,
            len: self.bytes.len() - at,
        });
    }

    /// The frame, ready to be written.
    pub(super) fn seal(&mut self) -> &[u8] {
        let size = length(self.bytes.len() - HEAD);
        let sum = checksum(size, &self.bytes[HEAD..]);
        self.bytes[..4].copy_from_slice(&MAGIC);
        self.bytes[4..8].copy_from_slice(&size);
        self.bytes[8..HEAD].copy_from_slice(&sum.to_le_bytes());
        &self.bytes
    }
}

/// A length as it is written. Nothing here comes near 4 GiB: a record is bounded by the limit on
/// payloads and a batch by the callers that wait for it.
fn length(len: usize) -> [u8; 4] {
    u32::try_from(len).unwrap_or(u32::MAX).to_le_bytes()
}

fn checksum(size: [u8; 4], entries: &[u8]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(&size);
    sum.update(entries);
    sum.finalize()
}

/// One entry read back.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entry<'a> {
    Records {
        execution: &'a str,
        first: u64,
        count: u32,
        /// Where the lines begin, counted from the beginning of the frame.
        at: usize,
        lines: &'a [u8],
    },
    Forget {
        execution: &'a str,
    },
}

/// The whole frame that `bytes` begin with, if they do.
pub(super) fn frame(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(&MAGIC)?;
    let (size, rest) = rest.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_first_chunk::<4>()?;
    let entries = rest.get(..u32::from_le_bytes(*size) as usize)?;
    (checksum(*size, entries) == u32::from_le_bytes(*sum)).then(|| &bytes[..HEAD + entries.len()])
}

/// Whether a whole frame begins anywhere in `bytes`.
pub(super) fn holds_frame(bytes: &[u8]) -> bool {
    bytes
        .windows(MAGIC.len())
        .enumerate()
        .any(|(at, window)| window == MAGIC && frame(&bytes[at..]).is_some())
}

/// The entries of a frame, or `None` where its checksum holds and its content makes no sense.
pub(super) fn entries(frame: &[u8]) -> Option<Vec<Entry<'_>>> {
    let mut reader = Reader {
        bytes: frame,
        at: HEAD,
    };
    let mut entries = Vec::new();
    while reader.at < frame.len() {
        let [kind] = reader.take::<1>()?;
        let size = u32::from_le_bytes(reader.take()?);
        let execution = std::str::from_utf8(reader.slice(size as usize)?).ok()?;
        entries.push(match kind {
            FORGET => Entry::Forget { execution },
            RECORDS => {
                let first = u64::from_le_bytes(reader.take()?);
                let count = u32::from_le_bytes(reader.take()?);
                let at = reader.at;
                for _ in 0..count {
                    let size = u32::from_le_bytes(reader.take()?);
                    reader.slice(size as usize)?;
                }
                Entry::Records {
                    execution,
                    first,
                    count,
                    at,
                    lines: &frame[at..reader.at],
                }
            }
            _ => return None,
        });
    }
    Some(entries)
}

/// The lines of records as they were given.
pub(super) fn lines(bytes: &[u8]) -> Option<Vec<String>> {
    let mut reader = Reader { bytes, at: 0 };
    let mut lines = Vec::new();
    while reader.at < bytes.len() {
        let size = u32::from_le_bytes(reader.take()?);
        let line = std::str::from_utf8(reader.slice(size as usize)?).ok()?;
        lines.push(line.to_owned());
    }
    Some(lines)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn slice(&mut self, len: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(len)?;
        let slice = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(slice)
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.slice(N)?.try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed() -> Vec<u8> {
        let mut batch = Batch::new();
        batch.records("a", 3, &["{}".to_owned(), String::new()]);
        batch.forget("b");
        batch.seal().to_vec()
    }

    #[test]
    fn a_frame_is_read_back_as_it_was_sealed() {
        let bytes = sealed();
        let whole = frame(&bytes).unwrap();
        assert_eq!(whole.len(), bytes.len());
        let read = entries(whole).unwrap();
        let Entry::Records {
            execution: "a",
            first: 3,
            count: 2,
            lines: text,
            ..
        } = read[0]
        else {
            panic!("{read:?}");
        };
        assert_eq!(lines(text).unwrap(), ["{}", ""]);
        assert_eq!(read[1], Entry::Forget { execution: "b" });
    }

    #[test]
    fn no_part_of_a_frame_is_a_frame() {
        let bytes = sealed();
        for len in 0..bytes.len() {
            assert!(frame(&bytes[..len]).is_none(), "{len} bytes");
        }
        assert!(!holds_frame(&bytes[1..]));
    }

    #[test]
    fn any_changed_bit_breaks_the_frame() {
        let bytes = sealed();
        for bit in 0..bytes.len() * 8 {
            let mut bad = bytes.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(frame(&bad).is_none(), "bit {bit}");
        }
    }
}

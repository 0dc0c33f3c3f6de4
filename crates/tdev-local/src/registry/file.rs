//! `registry.json` as text: strict on the way in, sorted and pretty on the way out.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tdev_core::{Code, Error, Result};

use super::entry::Entry;
use crate::fault;

/// What tells one content of the file from another without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    modified: SystemTime,
    len: u64,
    inode: u64,
}

/// Two writes this near each other may carry the same time, so what was read so soon after a
/// write is read again.
const CLOCK_GRAIN: Duration = Duration::from_millis(50);

impl Stamp {
    /// The stamp of the file as it is; `None` where there is none.
    pub(super) fn of(path: &Path) -> Result<Option<Self>> {
        match fs::metadata(path) {
            Ok(found) => Self::from(&found, path).map(Some),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(fault::io("read", path, &e)),
        }
    }

    fn from(found: &fs::Metadata, path: &Path) -> Result<Self> {
        let modified = found.modified().map_err(|e| fault::io("read", path, &e))?;
        Ok(Self {
            modified,
            len: found.len(),
            inode: inode(found),
        })
    }

    /// Whether a later write is sure to change it.
    pub(super) fn settled(&self) -> bool {
        self.modified.elapsed().is_ok_and(|age| age > CLOCK_GRAIN)
    }
}

#[cfg(unix)]
fn inode(found: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(found)
}

#[cfg(not(unix))]
const fn inode(_found: &fs::Metadata) -> u64 {
    0
}

/// The names in the file.
pub(super) type Entries = BTreeMap<String, Entry>;

/// What the file holds now, and the stamp it was read under. No file holds nothing.
pub(super) fn read(path: &Path) -> Result<(Entries, Option<Stamp>)> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok((Entries::new(), None)),
        Err(e) => return Err(fault::io("read", path, &e)),
    };
    let found = file.metadata().map_err(|e| fault::io("read", path, &e))?;
    let stamp = Stamp::from(&found, path)?;
    let mut text = Vec::new();
    file.read_to_end(&mut text)
        .map_err(|e| fault::io("read", path, &e))?;
    Ok((parse(&text, path)?, Some(stamp)))
}

fn parse(text: &[u8], path: &Path) -> Result<Entries> {
    let names: Names = serde_json::from_slice(text).map_err(|e| {
        let (line, column) = (e.line(), e.column());
        let what = e.to_string();
        let what = what
            .strip_suffix(&format!(" at line {line} column {column}"))
            .unwrap_or(&what);
        Error::new(
            Code::StoreCorrupt,
            format!(
                "`{}` is malformed at line {line}, column {column}: {what}",
                path.display()
            ),
        )
        .hint("correct it there, or take it back from version control; it was not changed")
    })?;
    let read = |(name, written): (String, Value)| {
        let entry = Entry::read(&name, &written).map_err(|e| {
            let message = format!("`{}` is damaged: {}", path.display(), e.message);
            Error { message, ..e }.hint("correct the entry; the file was not changed")
        })?;
        Ok((name, entry))
    };
    names.0.into_iter().map(read).collect()
}

/// The file's text of these entries.
pub(super) fn print(entries: &Entries) -> Result<Vec<u8>> {
    let whole: BTreeMap<&str, Value> = entries
        .iter()
        .map(|(name, entry)| (name.as_str(), entry.write()))
        .collect();
    let mut text =
        serde_json::to_vec_pretty(&whole).map_err(|e| Error::new(Code::Internal, e.to_string()))?;
    text.push(b'\n');
    Ok(text)
}

/// The top level of the file. A name that stands twice, as after a careless merge, would lose one
/// of its entries, so it is refused.
struct Names(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(NamesVisitor)
    }
}

struct NamesVisitor;

impl<'de> Visitor<'de> for NamesVisitor {
    type Value = Names;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of components by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Names, A::Error> {
        let mut names: Vec<(String, Value)> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !seen.insert(name.clone()) {
                return Err(A::Error::custom(format!("the name `{name}` stands twice")));
            }
            names.push((name, map.next_value()?));
        }
        Ok(Names(names))
    }
}

//! The model file: a JSON manifest, then the weights as they are used, to be mapped and not read.
//!
//! `TDEVEMB1`, the manifest's length (four bytes, little-endian), the manifest, and sections that
//! begin at multiples of 64 bytes. The manifest holds the shape, where the weights come from, each
//! section's place, and the BLAKE3 hash of all sections.

mod convert;
mod safetensors;
mod sections;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use memmap2::Mmap;
use serde::{Deserialize, Serialize};
use tdev_core::{Code, Error, Result};

pub use convert::convert;
pub(crate) use sections::{BLOCK, Floats, Matrix, Rows, Vocabulary};

/// What a model file begins with.
const MAGIC: &[u8; 8] = b"TDEVEMB1";

/// Sections begin at multiples of this, a cache line.
const ALIGN: usize = 64;

/// The name of the file in the folder of models.
const NAME: &str = "all-minilm-l6-v2.int8";

/// What puts the file in place, for hints.
const BUILD_COMMAND: &str = "scripts/build-embedder.sh";

/// Where the file belongs in a folder of models.
pub fn default_file(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

/// What the file says about itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The model's published name.
    pub(crate) model: String,
    /// Whose work the weights are, and on what terms.
    pub(crate) licence: String,
    /// What they were made from, with its SHA-256.
    pub(crate) source: String,
    pub(crate) shape: Shape,
    /// BLAKE3 of everything from the first section on.
    pub(crate) hash: String,
    sections: BTreeMap<String, Section>,
}

/// The sizes of a BERT encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shape {
    pub(crate) layers: usize,
    pub(crate) heads: usize,
    pub(crate) width: usize,
    pub(crate) inner: usize,
    pub(crate) words: usize,
    /// The most tokens of one text, its two marks included.
    pub(crate) tokens: usize,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Section {
    at: usize,
    len: usize,
}

/// A model file, mapped.
pub(crate) struct ModelFile {
    map: Mmap,
    pub(crate) manifest: Manifest,
    /// Where the sections begin.
    base: usize,
    path: PathBuf,
}

impl ModelFile {
    /// Maps a file and reads its manifest.
    ///
    /// # Errors
    /// `FileNotFound` where there is none, naming what makes it; `StoreCorrupt`.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let opened = File::open(path).map_err(|fault| missing(path, &fault))?;
        #[expect(unsafe_code, reason = "mapping a file is unsafe by nature")]
        // SAFETY: set-up writes the file beside its place and renames it, so nobody shortens or
        // changes a mapped one; every read of it is of plain numbers and bounded.
        let map = unsafe { Mmap::map(&opened) }.map_err(|fault| missing(path, &fault))?;
        let (manifest, base) =
            read_manifest(&map).ok_or_else(|| damaged(path, "its manifest cannot be read"))?;
        let file = Self {
            map,
            manifest,
            base,
            path: path.to_owned(),
        };
        let whole = file.manifest.sections.values().all(|section| {
            section
                .at
                .checked_add(section.len)
                .is_some_and(|end| end <= file.map.len() - base)
        });
        if whole {
            Ok(file)
        } else {
            Err(damaged(path, "it is shorter than its manifest says"))
        }
    }

    /// Reads all of it and compares it with its hash.
    ///
    /// # Errors
    /// `StoreCorrupt`.
    pub(crate) fn verify(&self) -> Result<()> {
        let sections = self.map.get(self.base..).unwrap_or_default();
        if blake3::hash(sections).to_hex().as_str() == self.manifest.hash {
            Ok(())
        } else {
            Err(damaged(&self.path, "its content does not match its hash"))
        }
    }

    /// A fault of this file, in words.
    pub(crate) fn damaged(&self, why: &str) -> Error {
        damaged(&self.path, why)
    }

    fn section(&self, name: &str) -> Result<&[u8]> {
        let found = self.manifest.sections.get(name);
        found
            .and_then(|section| {
                let begin = self.base + section.at;
                self.map.get(begin..begin + section.len)
            })
            .ok_or_else(|| self.damaged(&format!("it has no section `{name}`")))
    }
}

fn read_manifest(bytes: &[u8]) -> Option<(Manifest, usize)> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (len, rest) = rest.split_first_chunk::<4>()?;
    let len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
    let manifest = serde_json::from_slice(rest.get(..len)?).ok()?;
    let base = (MAGIC.len() + 4 + len).next_multiple_of(ALIGN);
    (base <= bytes.len()).then_some((manifest, base))
}

fn missing(path: &Path, fault: &std::io::Error) -> Error {
    let said = if fault.kind() == std::io::ErrorKind::NotFound {
        format!("there is no embedding model at `{}`", path.display())
    } else {
        format!(
            "the embedding model `{}` cannot be read: {fault}",
            path.display()
        )
    };
    Error::new(Code::FileNotFound, said).hint(format!("run {BUILD_COMMAND} once"))
}

fn damaged(path: &Path, why: &str) -> Error {
    Error::new(
        Code::StoreCorrupt,
        format!("the embedding model `{}` is damaged: {why}", path.display()),
    )
    .hint(format!("run {BUILD_COMMAND} --force"))
}

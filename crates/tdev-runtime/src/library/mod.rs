//! The starter library as it is shipped: the compiled-in tools, and agents and teams in Python,
//! whose sources and records are embedded.

mod artifacts;

use std::sync::OnceLock;

use tdev_core::component::Component;
use tdev_core::ports::content_hash;
use tdev_core::{Code, Error, Result};

pub use artifacts::WithLibrary;

/// One Python component of the library, as it lies in the folder `library/`.
struct Embedded {
    /// Folder and file name without an ending.
    name: &'static str,
    code: &'static str,
    record: &'static str,
}

macro_rules! embedded {
    ($($name:literal,)*) => {
        &[$(Embedded {
            name: $name,
            code: include_str!(concat!("../../library/", $name, ".py")),
            record: include_str!(concat!("../../library/", $name, ".json")),
        },)*]
    };
}

const EMBEDDED: &[Embedded] = embedded![
    "agents/change_reviewer",
    "agents/data_profiler",
    "agents/document_reader",
    "agents/fact_finder",
    "agents/language_router",
    "agents/report_writer",
    "agents/summarizer",
    "agents/triage",
    "teams/feedback",
    "teams/research",
];

/// Every component of the starter library, with its whole record: the builtin tools, then the
/// Python agents and teams. What is embedded is read once.
///
/// # Errors
/// `InvalidComponent` where a record that is compiled in cannot be read.
pub fn components() -> Result<Vec<Component>> {
    static PYTHON: OnceLock<Result<Vec<Component>>> = OnceLock::new();
    let python = PYTHON.get_or_init(|| {
        EMBEDDED
            .iter()
            .zip(hashes())
            .map(|(one, hash)| read(one, hash))
            .collect()
    });
    let python = python.as_ref().map_err(Clone::clone)?;
    Ok(crate::builtin::library()?
        .iter()
        .chain(python)
        .cloned()
        .collect())
}

/// The source of an embedded component by its SHA-256 in lowercase hex.
pub fn source(hash: &str) -> Option<&'static str> {
    let at = hashes().iter().position(|known| known == hash)?;
    EMBEDDED.get(at).map(|embedded| embedded.code)
}

fn read(embedded: &Embedded, hash: &str) -> Result<Component> {
    let component: Component = serde_json::from_str(embedded.record).map_err(|fault| {
        Error::new(
            Code::InvalidComponent,
            format!("metadata of {}: {fault}", embedded.name),
        )
    })?;
    Ok(Component {
        code_hash: Some(hash.to_owned()),
        ..component
    })
}

/// The hashes of [`EMBEDDED`], in its order.
fn hashes() -> &'static [String] {
    static HASHES: OnceLock<Vec<String>> = OnceLock::new();
    HASHES.get_or_init(|| {
        EMBEDDED
            .iter()
            .map(|embedded| content_hash(embedded.code.as_bytes()))
            .collect()
    })
}

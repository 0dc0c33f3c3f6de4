//! Instances at rest, each for one project and one source, the least recently used first to go.

use std::sync::Mutex;

use super::engine::lock;
use super::instance::Instance;
use super::interpreter::Program;

/// Whose instance it is. Equal keys mean the same project running the same bytes under the
/// same file name; nothing less is ever shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    project: String,
    code: blake3::Hash,
}

impl Key {
    pub(super) fn of(program: &Program) -> Self {
        Self {
            project: program.project().to_owned(),
            code: program.code_hash(),
        }
    }
}

pub(super) struct Pool {
    /// In order of use, oldest first. Short, so a scan is cheaper than an index.
    resting: Mutex<Vec<(Key, Instance)>>,
    most: usize,
}

impl Pool {
    pub(super) fn of(most: usize) -> Self {
        Self {
            resting: Mutex::new(Vec::new()),
            most,
        }
    }

    /// The warmest instance of that key.
    pub(super) fn take(&self, key: &Key) -> Option<Instance> {
        let mut resting = lock(&self.resting);
        let at = resting.iter().rposition(|(other, _)| other == key)?;
        Some(resting.remove(at).1)
    }

    pub(super) fn put(&self, key: Key, instance: Instance) {
        let evicted = {
            let mut resting = lock(&self.resting);
            resting.push((key, instance));
            (resting.len() > self.most).then(|| resting.remove(0))
        };
        // Unmapping takes long enough to keep it out of the lock.
        drop(evicted);
    }

    pub(super) fn len(&self) -> usize {
        lock(&self.resting).len()
    }

    pub(super) fn forget(&self, project: &str) {
        let gone: Vec<_> = lock(&self.resting)
            .extract_if(.., |(key, _)| key.project == project)
            .collect();
        drop(gone);
    }
}

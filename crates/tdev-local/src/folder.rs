//! The `.tdev/` folder of a project: made on the first write, files replaced whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use tdev_core::Result;

use crate::fault;

/// Where a project keeps its state.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    dir: PathBuf,
}

impl Folder {
    /// The `.tdev/` of a project's root; nothing is made yet.
    pub(crate) fn of(root: &Path) -> Self {
        Self {
            dir: root.join(".tdev"),
        }
    }

    /// A path inside it.
    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.dir.join(inside)
    }

    /// Makes the folder, and `inside` it where that is not empty.
    pub(crate) fn make(&self, inside: &str) -> Result<PathBuf> {
        let dir = if inside.is_empty() {
            self.dir.clone()
        } else {
            self.dir.join(inside)
        };
        fs::create_dir_all(&dir).map_err(|e| fault::io("make the folder", &dir, &e))?;
        Ok(dir)
    }

    /// Takes the lock of that name, waiting for whoever holds it; it ends with the value.
    pub(crate) fn lock(&self, name: &str) -> Result<File> {
        let path = self.make("")?.join(name);
        let open = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path);
        let file = open.map_err(|e| fault::io("open", &path, &e))?;
        file.lock().map_err(|e| fault::io("lock", &path, &e))?;
        Ok(file)
    }
}

/// Puts a file in place whole: written beside it, flushed, renamed, and the folder flushed. After
/// a crash at any point either the old or the new content is there.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let (Some(dir), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(fault::io(
            "write",
            path,
            &std::io::ErrorKind::InvalidInput.into(),
        ));
    };
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let temp = dir.join(format!(
        ".{}.{}.{count}.tmp",
        name.to_string_lossy(),
        std::process::id()
    ));
    let written = File::create(&temp)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&temp, path))
        .and_then(|()| File::open(dir)?.sync_all());
    written.map_err(|e| {
        // What is left beside it is of no use to anybody, and may be what fills the disk.
        let _ignored = fs::remove_file(&temp);
        fault::io("write", path, &e)
    })
}

//! The few things a journal asks of a disk, so that tests can pull the plug at each of them.

use std::fs::File;
use std::io;

/// Writing and flushing one open file.
pub(super) trait Medium: Send + Sync {
    /// Writes all of `bytes` at `offset`.
    fn write(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Returns once everything written to `file` survives a power cut.
    fn sync(&self, file: &File) -> io::Result<()>;
}

/// The machine's own disk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Disk;

impl Medium for Disk {
    #[cfg(unix)]
    fn write(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
    }

    #[cfg(not(unix))]
    fn write(&self, mut file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        use std::io::{Seek as _, Write as _};
        file.seek(io::SeekFrom::Start(offset))?;
        file.write_all(bytes)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_data()
    }
}

//! The smallest things that are durable: a file that is flushed, and a log whose writers share flushes.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

/// Bytes the file has from the beginning, so that a flush carries data and no growth.
const ROOM: u64 = 8 << 20;

/// A file flushed after every append.
pub(crate) struct Synced {
    file: File,
    at: u64,
}

impl Synced {
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let mut file = File::create(path)?;
        file.write_all(&vec![0; usize::try_from(ROOM).unwrap_or(0)])?;
        file.sync_all()?;
        Ok(Self { file, at: 0 })
    }

    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, self.at)?;
        self.at = (self.at + bytes.len() as u64) % (ROOM - (1 << 20));
        self.file.sync_data()
    }
}

/// Those who wait for a flush.
type Waiting = Vec<oneshot::Sender<Result<(), String>>>;

#[derive(Default)]
struct Queue {
    bytes: Vec<u8>,
    waiting: Waiting,
    closed: bool,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    come: Condvar,
}

/// A thread that writes whatever is queued, flushes it, and says so.
pub(crate) struct BareLog {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl BareLog {
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let mut file = Synced::create(path)?;
        let shared = Arc::new(Shared::default());
        let serving = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            while let Some((bytes, waiting)) = serving.next() {
                let done = file.append(&bytes).map_err(|e| e.to_string());
                for sender in waiting {
                    let _gone = sender.send(done.clone());
                }
            }
        });
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    pub(crate) async fn append(&self, bytes: &[u8]) -> Result<(), String> {
        let (sender, receiver) = oneshot::channel();
        {
            let mut queue = self.shared.lock();
            queue.bytes.extend(bytes);
            queue.waiting.push(sender);
        }
        self.shared.come.notify_one();
        receiver.await.map_err(|e| e.to_string())?
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<(Vec<u8>, Waiting)> {
        let mut queue = self.lock();
        while queue.waiting.is_empty() && !queue.closed {
            queue = self
                .come
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
        }
        let some = !queue.waiting.is_empty();
        some.then(|| {
            (
                std::mem::take(&mut queue.bytes),
                std::mem::take(&mut queue.waiting),
            )
        })
    }
}

impl Drop for BareLog {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.come.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

//! The plug pulled at every operation of the disk, and every bit of it lost that may be.
#![cfg(target_os = "linux")]

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::Path;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;

use super::medium::{Disk, Medium};
use super::{FileJournal, FileJournalError};

/// Small enough that every test sees segments come and go.
const FULL: u64 = 600;
const SECTOR: usize = 16;

/// A disk that dies. What was written since the last flush is there or not, sector by sector.
struct Dying {
    shared: Arc<Mutex<Life>>,
}

struct Life {
    operations_left: usize,
    /// What stood where something has been written and not flushed, by file.
    unflushed: HashMap<u64, Vec<(u64, Vec<u8>)>>,
    luck: u64,
    error: io::ErrorKind,
}

impl Life {
    fn lucky(&mut self) -> bool {
        self.luck = self
            .luck
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        self.luck >> 63 == 0
    }

    fn spend(&mut self) -> io::Result<()> {
        if self.operations_left == 0 {
            return Err(self.error.into());
        }
        self.operations_left -= 1;
        if self.operations_left == 0 {
            return Err(self.error.into());
        }
        Ok(())
    }

    /// The power goes.
    fn lose(&mut self, file: &File) {
        let inode = file.metadata().unwrap().ino();
        for (offset, old) in self
            .unflushed
            .remove(&inode)
            .unwrap_or_default()
            .into_iter()
            .rev()
        {
            for (n, sector) in old.chunks(SECTOR).enumerate() {
                if !self.lucky() {
                    file.write_all_at(sector, offset + (n * SECTOR) as u64)
                        .unwrap();
                }
            }
        }
    }
}

impl Medium for Dying {
    fn write(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut life = self.shared.lock().unwrap();
        let alive = life.operations_left > 0;
        let spent = life.spend();
        if alive {
            // Segments are opened for writing only; what stood there is read by another way.
            let readable = File::open(format!("/proc/self/fd/{}", fd(file)))?;
            let mut old = vec![0; bytes.len()];
            let mut have = 0;
            while let Ok(n @ 1..) = readable.read_at(&mut old[have..], offset + have as u64) {
                have += n;
            }
            file.write_all_at(bytes, offset)?;
            let inode = file.metadata()?.ino();
            life.unflushed.entry(inode).or_default().push((offset, old));
            if spent.is_err() {
                life.lose(file);
            }
        }
        spent
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        let mut life = self.shared.lock().unwrap();
        let alive = life.operations_left > 0;
        let spent = life.spend();
        if alive && spent.is_err() {
            life.lose(file);
        }
        if spent.is_ok() {
            life.unflushed.remove(&file.metadata()?.ino());
        }
        spent
    }
}

fn fd(file: &File) -> i32 {
    std::os::fd::AsRawFd::as_raw_fd(file)
}

#[derive(Debug, Clone)]
enum Step {
    /// Several executions append at once.
    Append(Vec<(u8, u8)>),
    Forget(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let append = prop::collection::btree_map(0u8..6, 0u8..80, 1..4)
        .prop_map(|each| Step::Append(each.into_iter().collect()));
    let forget = (0u8..6).prop_map(Step::Forget);
    prop::collection::vec(prop_oneof![5 => append, 1 => forget], 1..40)
}

/// What was promised, and what was asked for beyond that.
#[derive(Default)]
struct Known {
    promised: BTreeMap<String, Vec<String>>,
    asked: BTreeMap<String, Vec<String>>,
    /// Let go of at some time, so it may be there or not.
    let_go: BTreeMap<String, Vec<Vec<String>>>,
}

/// Does the steps until the disk refuses.
async fn live(journal: &FileJournal, steps: &[Step], known: &mut Known, salt: &str) {
    for (n, step) in steps.iter().enumerate() {
        match step {
            Step::Append(each) => {
                let appends = each.iter().map(|(who, size)| {
                    let name = format!("execution-{who}");
                    let line = format!("{salt}-{n}-{}", "x".repeat(usize::from(*size)));
                    let first = known.promised.get(&name).map_or(0, Vec::len) as u64;
                    let asked = known.asked.entry(name.clone()).or_default();
                    asked.truncate(usize::try_from(first).unwrap());
                    asked.push(line.clone());
                    async move {
                        let kept = journal
                            .append(&name, first, std::slice::from_ref(&line))
                            .await;
                        (name, line, kept)
                    }
                });
                let mut over = false;
                for (name, line, kept) in
                    futures::future::join_all(appends.collect::<Vec<_>>()).await
                {
                    match kept {
                        Ok(()) => known.promised.entry(name).or_default().push(line),
                        Err(_) => over = true,
                    }
                }
                if over {
                    return;
                }
            }
            Step::Forget(who) => {
                let name = format!("execution-{who}");
                journal.forget(&name);
                known.asked.remove(&name);
                if let Some(records) = known.promised.remove(&name) {
                    known.let_go.entry(name).or_default().push(records);
                }
            }
        }
    }
}

/// Everything promised is there, and nothing that was not asked for.
async fn check(journal: &FileJournal, known: &Known) {
    for name in journal.executions("") {
        let records = journal.load(&name).await.unwrap();
        let asked = known
            .asked
            .get(&name)
            .is_some_and(|asked| asked.starts_with(&records));
        let before = known.let_go.get(&name).is_some_and(|all| {
            all.iter()
                .any(|old| old.starts_with(&records) || records == *old)
        });
        assert!(
            asked || before,
            "`{name}` holds {records:?}, asked for {:?}",
            known.asked.get(&name)
        );
    }
    for (name, promised) in &known.promised {
        let records = journal.load(name).await.unwrap();
        assert!(
            records.starts_with(promised),
            "`{name}` holds {records:?}, promised was {promised:?}"
        );
    }
}

/// A folder on a disk that takes no time to flush; what a flush means here, `Dying` decides.
fn memory() -> tempfile::TempDir {
    let shared = Path::new("/dev/shm");
    if shared.is_dir() {
        tempfile::tempdir_in(shared).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

fn opened(dir: &Path, medium: Box<dyn Medium>) -> Result<FileJournal, FileJournalError> {
    FileJournal::on(dir.to_path_buf(), medium, FULL)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn what_was_promised_survives_the_plug_at_any_operation(
        first in steps(),
        second in steps(),
        at in 1usize..120,
        luck in any::<u64>(),
    ) {
        let dir = memory();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut known = Known::default();
            let life = Arc::new(Mutex::new(Life {
                operations_left: at,
                unflushed: HashMap::new(),
                luck,
                error: io::ErrorKind::Other,
            }));
            // Some die before they have begun.
            if let Ok(journal) = opened(dir.path(), Box::new(Dying { shared: life })) {
                live(&journal, &first, &mut known, "first").await;
            }
            let journal = opened(dir.path(), Box::new(Disk)).unwrap();
            check(&journal, &known).await;
            // What was not promised and is there all the same counts from now on.
            for name in journal.executions("") {
                let records = journal.load(&name).await.unwrap();
                known.asked.insert(name.clone(), records.clone());
                known.promised.insert(name, records);
            }
            live(&journal, &second, &mut known, "second").await;
            check(&journal, &known).await;
            drop(journal);
            check(&opened(dir.path(), Box::new(Disk)).unwrap(), &known).await;
        });
    }
}

#[tokio::test]
async fn a_full_disk_refuses_one_append_and_takes_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let life = Arc::new(Mutex::new(Life {
        operations_left: 3,
        unflushed: HashMap::new(),
        luck: 0,
        error: io::ErrorKind::StorageFull,
    }));
    let medium = Dying {
        shared: Arc::clone(&life),
    };
    let journal = opened(dir.path(), Box::new(medium)).unwrap();
    let line = ["{}".to_owned()];
    let refused = journal.append("run", 0, &line).await.unwrap_err();
    assert!(refused.is_full(), "{refused}");
    assert!(journal.load("run").await.unwrap().is_empty());
    life.lock().unwrap().operations_left = usize::MAX;
    journal.append("run", 0, &line).await.unwrap();
    assert_eq!(journal.load("run").await.unwrap(), line);
}

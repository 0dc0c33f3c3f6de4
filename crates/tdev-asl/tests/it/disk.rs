//! Journals on disk: cut off, damaged, newer, shared.

use std::fs;
use std::path::{Path, PathBuf};

use tdev_asl::{FileJournal, FileJournalError};

fn line(n: usize) -> Vec<String> {
    vec![format!("{{\"record\":{n}}}")]
}

/// A journal of a few records, each flushed by itself.
async fn written(dir: &Path, count: usize) {
    let journal = FileJournal::open(dir).unwrap();
    for n in 0..count {
        let first = u64::try_from(n).unwrap();
        journal.append("run", first, &line(n)).await.unwrap();
    }
}

/// The only segment of a journal.
fn segment(dir: &Path) -> PathBuf {
    let files = fs::read_dir(dir).unwrap().map(|e| e.unwrap().path());
    let mut logs: Vec<_> = files.filter(|p| p.extension().is_some()).collect();
    assert_eq!(logs.len(), 1, "{logs:?}");
    logs.remove(0)
}

/// Where the frames of a segment end, by its bytes without the zeros behind them.
fn content(path: &Path) -> Vec<u8> {
    let mut bytes = fs::read(path).unwrap();
    bytes.truncate(bytes.iter().rposition(|b| *b != 0).unwrap() + 1);
    bytes
}

#[tokio::test]
async fn cut_at_any_byte_it_keeps_what_stands_before_the_cut_and_goes_on() {
    let whole = tempfile::tempdir().unwrap();
    written(whole.path(), 6).await;
    let bytes = content(&segment(whole.path()));
    let name = segment(whole.path()).file_name().unwrap().to_owned();
    let mut kept_before = 0;
    for cut in 0..=bytes.len() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(&name), &bytes[..cut]).unwrap();
        let kept = {
            let journal = FileJournal::open(dir.path()).unwrap();
            let records = journal.load("run").await.unwrap();
            for (n, record) in records.iter().enumerate() {
                assert_eq!(*record, line(n)[0]);
            }
            let next = u64::try_from(records.len()).unwrap();
            journal.append("run", next, &line(99)).await.unwrap();
            records.len()
        };
        assert!(kept >= kept_before, "a longer journal keeps no less");
        kept_before = kept;
        let journal = FileJournal::open(dir.path()).unwrap();
        assert_eq!(journal.load("run").await.unwrap()[kept], line(99)[0]);
    }
    assert_eq!(kept_before, 6);
}

#[tokio::test]
async fn a_changed_byte_before_whole_records_is_damage_and_nothing_is_touched() {
    let whole = tempfile::tempdir().unwrap();
    written(whole.path(), 6).await;
    let name = segment(whole.path()).file_name().unwrap().to_owned();
    let bytes = content(&segment(whole.path()));
    let last = bytes.len() - bytes.len() / 6;
    for at in 0..last {
        let dir = tempfile::tempdir().unwrap();
        let mut bad = bytes.clone();
        bad[at] ^= 0x10;
        let path = dir.path().join(&name);
        fs::write(&path, &bad).unwrap();
        let error = FileJournal::open(dir.path()).unwrap_err();
        assert!(
            matches!(
                error,
                FileJournalError::Damaged { .. } | FileJournalError::Version { .. }
            ),
            "byte {at}: {error}"
        );
        assert_eq!(fs::read(&path).unwrap(), bad, "byte {at}");
    }
}

#[tokio::test]
async fn a_later_format_is_refused_by_number() {
    let dir = tempfile::tempdir().unwrap();
    written(dir.path(), 1).await;
    let path = segment(dir.path());
    let mut bytes = fs::read(&path).unwrap();
    bytes[8] = 9;
    fs::write(&path, bytes).unwrap();
    let error = FileJournal::open(dir.path()).unwrap_err().to_string();
    assert!(
        error.ends_with("is of format 9, this engine reads formats up to 1"),
        "{error}"
    );
}

#[tokio::test]
async fn one_has_the_folder_at_a_time_and_others_may_read() {
    let dir = tempfile::tempdir().unwrap();
    let journal = FileJournal::open(dir.path()).unwrap();
    journal.append("run", 0, &line(0)).await.unwrap();
    let error = FileJournal::open(dir.path()).unwrap_err();
    assert!(matches!(error, FileJournalError::InUse { .. }), "{error}");
    let read = FileJournal::read_only(dir.path(), "").unwrap();
    assert_eq!(read["run"], line(0));
    drop(journal);
    FileJournal::open(dir.path()).unwrap();
}

#[tokio::test]
async fn two_drivers_of_one_execution_cannot_both_append() {
    let dir = tempfile::tempdir().unwrap();
    let journal = FileJournal::open(dir.path()).unwrap();
    journal.append("run", 0, &line(0)).await.unwrap();
    let error = journal.append("run", 0, &line(1)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "record 0 of execution `run` does not follow the 1 records kept"
    );
    assert_eq!(journal.load("run").await.unwrap(), line(0));
}

#[tokio::test]
async fn a_journal_of_which_nothing_is_needed_takes_no_room() {
    let dir = tempfile::tempdir().unwrap();
    let size = |dir: &Path| -> u64 {
        let files = fs::read_dir(dir).unwrap();
        files.map(|e| e.unwrap().metadata().unwrap().len()).sum()
    };
    let long = "x".repeat(200 << 10);
    {
        let journal = FileJournal::open(dir.path()).unwrap();
        // One that sleeps through it all, and many that come and go.
        journal.append("asleep", 0, &line(7)).await.unwrap();
        for n in 0..400 {
            let name = format!("run-{n}");
            journal
                .append(&name, 0, std::slice::from_ref(&long))
                .await
                .unwrap();
            journal.forget(&name);
        }
        assert!(
            size(dir.path()) < 60 << 20,
            "{} bytes of 80 MB are left",
            size(dir.path())
        );
        assert_eq!(journal.load("asleep").await.unwrap(), line(7));
        journal.forget("asleep");
    }
    FileJournal::open(dir.path()).unwrap();
    assert!(
        size(dir.path()) < 1 << 10,
        "{} bytes are left",
        size(dir.path())
    );
}

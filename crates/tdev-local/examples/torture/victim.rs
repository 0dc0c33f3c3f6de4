//! The process that is killed: how it lives, how it dies, and what the disk looks like afterwards.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::journals::places;
use crate::{alone, home};

/// What is under test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layer {
    /// The engine with its journal, by itself.
    Engine,
    /// A project folder: the engine, runs, approvals and events in the database.
    Home,
}

impl Layer {
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "engine" => Self::Engine,
            "home" => Self::Home,
            _ => panic!("no layer `{name}`"),
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::Home => "home",
        }
    }
}

/// What becomes of the disk when the victim dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crash {
    /// All that was written stays.
    Kill,
    /// A write that was never promised stands there in part.
    Torn,
    /// The journal ends at any byte at all, in the midst of what was promised.
    Cut,
}

impl Crash {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Kill => "kill -9",
            Self::Torn => "torn write",
            Self::Cut => "cut anywhere",
        }
    }
}

/// Numbers that look random and are the same for the same seed.
pub(crate) struct Luck(pub(crate) u64);

impl Luck {
    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }
}

/// What must be there before the first life.
pub(crate) fn prepare(layer: Layer, dir: &Path) {
    match layer {
        Layer::Engine => {}
        Layer::Home => home::prepare(dir),
    }
}

/// One life, in this process.
pub(crate) fn live(layer: Layer, dir: &Path, life: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let outputs: Value = match layer {
        Layer::Engine => runtime.block_on(alone::live(dir, life)),
        Layer::Home => runtime.block_on(home::live(dir, life)),
    };
    let beside = dir.join("outputs.tmp");
    fs::write(&beside, outputs.to_string()).unwrap();
    fs::rename(beside, outputs_file(dir)).unwrap();
}

/// One life in a process of its own; says whether it came to its end before it was killed.
pub(crate) fn lives(layer: Layer, dir: &Path, life: usize, longest: Duration) -> bool {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "live",
            layer.name(),
            dir.to_str().unwrap(),
            &life.to_string(),
        ])
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while begun.elapsed() < longest {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "life {life} ended by itself: {status}");
            return true;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    child.kill().unwrap();
    child.wait().unwrap().success()
}

fn outputs_file(dir: &Path) -> PathBuf {
    dir.join("outputs.json")
}

pub(crate) fn outputs(dir: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(outputs_file(dir)).unwrap()).unwrap()
}

/// The segment that was being written to, its bytes, and where its content ends.
fn segment(layer: Layer, dir: &Path) -> Option<(PathBuf, Vec<u8>, usize)> {
    let place = places(layer, dir).into_iter().next()?;
    let files = fs::read_dir(place).ok()?.map(|e| e.unwrap().path());
    let last = files
        .filter(|f| f.extension().is_some_and(|e| e == "log"))
        .max()?;
    let bytes = fs::read(&last).unwrap();
    let end = bytes.iter().rposition(|b| *b != 0).map_or(0, |at| at + 1);
    Some((last, bytes, end))
}

/// Leaves part of a frame behind the last whole one, as a write does that the power cut short.
pub(crate) fn tear(layer: Layer, dir: &Path, luck: &mut Luck) -> bool {
    let Some((file, mut bytes, _)) = segment(layer, dir) else {
        return false;
    };
    // The frames are walked by their lengths, which stand behind a magic of four bytes.
    let mut end = 16;
    while let Some(size) = bytes
        .get(end + 4..end + 8)
        .and_then(|s| s.first_chunk::<4>())
    {
        let size = u32::from_le_bytes(*size) as usize;
        if bytes[end] != 0xF7 || size == 0 || end + 12 + size > bytes.len() {
            break;
        }
        end += 12 + size;
    }
    if end <= 16 {
        return false;
    }
    // A new frame like the first one, whose end never came.
    let first = 12 + u32::from_le_bytes(*bytes[20..].first_chunk::<4>().unwrap()) as usize;
    let whole = bytes[16..16 + first].to_vec();
    let part = luck.below(whole.len() as u64 - 1) as usize + 1;
    bytes.truncate(end);
    bytes.extend(&whole[..part]);
    fs::write(file, bytes).unwrap();
    true
}

/// Ends the journal at any byte.
pub(crate) fn cut(layer: Layer, dir: &Path, luck: &mut Luck) -> bool {
    let Some((file, mut bytes, end)) = segment(layer, dir) else {
        return false;
    };
    // Mostly near the end, lest nothing ever get done.
    if luck.below(2) == 0 || end == 0 {
        return false;
    }
    let back = if luck.below(8) == 0 {
        end
    } else {
        end.min(400)
    };
    bytes.truncate(end - luck.below(back as u64) as usize);
    fs::write(file, bytes).unwrap();
    true
}

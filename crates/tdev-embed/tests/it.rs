//! The embedder through its public doors, held against the published model.
//!
//! `reference.json` was made with the publisher's tokenizer and a forward pass of the unrounded
//! weights in double precision.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde::Deserialize;
use tdev_core::Code;
use tdev_core::ports::Embedder;
use tdev_embed::{MiniLm, default_file};

#[derive(Deserialize)]
struct Reference {
    vectors: Vec<Known>,
    pieces: Vec<Known>,
}

#[derive(Deserialize)]
struct Known {
    text: String,
    pieces: Vec<u32>,
    #[serde(default)]
    vector: Vec<f32>,
}

fn reference() -> Reference {
    serde_json::from_str(include_str!("reference.json")).unwrap()
}

/// The model where set-up leaves it.
fn model() -> MiniLm {
    let folder = std::env::var("TDEV_MODEL_DIR").map_or_else(
        |_| PathBuf::from(std::env::var("HOME").unwrap()).join(".cache/tdev/models"),
        PathBuf::from,
    );
    MiniLm::open(&default_file(&folder)).unwrap()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

/// A file in the folder for tests, which the next run writes over.
fn file(name: &str, content: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content).unwrap();
    path
}

#[test]
#[ignore = "needs the model file; run scripts/build-embedder.sh"]
fn texts_are_cut_as_the_publisher_cuts_them() {
    let (model, reference) = (model(), reference());
    for known in reference.vectors.iter().chain(&reference.pieces) {
        assert_eq!(model.pieces(&known.text), known.pieces, "{:?}", known.text);
    }
}

#[test]
#[ignore = "needs the model file; run scripts/build-embedder.sh"]
fn vectors_are_the_published_models_but_for_the_rounding() {
    let model = model();
    model.verify().unwrap();
    for known in reference().vectors {
        let ours = model.read(&[&known.text]).remove(0);
        let length: f32 = ours.iter().map(|x| x * x).sum();
        assert!((length - 1.0).abs() < 1e-5);
        let near = cosine(&ours, &known.vector);
        assert!(near >= 0.995, "{near} for {:?}", known.text);
    }
}

#[test]
#[ignore = "needs the model file; run scripts/build-embedder.sh"]
fn a_text_has_the_same_bits_alone_and_among_others() {
    let model = model();
    let texts: Vec<String> = reference().vectors.into_iter().map(|k| k.text).collect();
    let together = model.read(&texts);
    for (text, among) in texts.iter().zip(together) {
        assert_eq!(model.read(&[text]), [among], "{text:?}");
    }
}

#[test]
#[ignore = "needs the model file; run scripts/build-embedder.sh"]
fn no_text_is_too_strange_to_be_read() {
    let model = model();
    let most = model.model().dimensions;
    let case = |text: String| {
        let pieces = model.pieces(&text);
        assert!((2..=256).contains(&pieces.len()));
        assert_eq!((pieces[0], pieces[pieces.len() - 1]), (101, 102));
        assert!(!pieces[1..pieces.len() - 1].contains(&102), "a forged mark");
        let vector = model.read(&[text]).remove(0);
        assert!(vector.len() == most && vector.iter().all(|x| x.is_finite()));
        Ok(())
    };
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(64));
    runner.run(&"\\PC{0,300}", case).unwrap();
    runner
        .run(
            &prop::collection::vec(any::<char>(), 0..400).prop_map(String::from_iter),
            case,
        )
        .unwrap();
    case("[SEP] [CLS] [MASK]".to_owned()).unwrap();
}

#[test]
fn a_missing_model_is_told_with_what_makes_it() {
    let error = MiniLm::open(&default_file(Path::new("/nowhere")))
        .err()
        .unwrap();
    assert_eq!(error.code, Code::FileNotFound);
    assert_eq!(
        error.to_string(),
        "FileNotFound: there is no embedding model at `/nowhere/all-minilm-l6-v2.int8`; run \
         scripts/build-embedder.sh once"
    );
}

#[test]
fn a_file_that_is_no_model_or_is_cut_short_is_refused_when_it_is_opened() {
    let manifest = br#"{"model":"m","licence":"","source":"","hash":"","shape":{"layers":1,"heads":1,"width":8,"inner":8,"words":1,"tokens":4},"sections":{"words.weight":{"at":0,"len":4096}}}"#;
    let mut short = b"TDEVEMB1".to_vec();
    short.extend(u32::try_from(manifest.len()).unwrap().to_le_bytes());
    short.extend(manifest);
    short.resize(512, 0);
    let mut huge = b"TDEVEMB1".to_vec();
    huge.extend(u32::MAX.to_le_bytes());
    for (name, content) in [
        ("empty", &b""[..]),
        ("other", b"\x7fELF and so on, long enough to be something"),
        ("huge", &huge),
        ("short", &short),
    ] {
        let error = MiniLm::open(&file(name, content)).err().unwrap();
        assert_eq!(error.code, Code::StoreCorrupt, "{name}: {error}");
    }
}

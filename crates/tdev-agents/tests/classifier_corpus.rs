//! How often the classifier is right about files people wrote, over a labelled corpus.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;
use tdev_agents::classifier::classify;

use crate::classifier_masked::Mask;

fn corpus() -> PathBuf {
    let shared = std::env::var("TDEV_SHARED").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    shared.join("corpora/classifier")
}

#[test]
#[ignore = "reads ../shared, absent from a clean clone"]
fn people_agree_with_most_verdicts() {
    assert!(agreement(None) > 0.98);
}

#[test]
#[ignore = "reads ../shared, absent from a clean clone"]
fn people_agree_with_most_verdicts_where_frameworks_are_renamed() {
    assert!(agreement(Some(Mask::default())) > 0.90);
}

fn agreement(mut mask: Option<Mask>) -> f64 {
    let labels: Vec<Value> =
        serde_json::from_slice(&std::fs::read(corpus().join("labels.json")).unwrap()).unwrap();
    let mut confusion: BTreeMap<(String, String), u32> = BTreeMap::new();
    let mut right = 0;
    for row in &labels {
        let (id, label) = (row["id"].as_str().unwrap(), row["label"].as_str().unwrap());
        let code = std::fs::read_to_string(corpus().join("files").join(id)).unwrap();
        let code = mask.as_mut().map_or(code.clone(), |mask| mask.over(&code));
        let said = match classify(&code, row["path"].as_str()) {
            Ok(found) => found.component_type.as_str().to_owned(),
            Err(error) => error.to_string(),
        };
        if said == label {
            right += 1;
        } else {
            println!("{label} judged {said}: {id}");
        }
        *confusion.entry((label.to_owned(), said)).or_default() += 1;
    }
    println!(
        "accuracy {right} of {} = {:.1}%",
        labels.len(),
        100.0 * f64::from(right) / labels.len() as f64
    );
    for ((label, said), count) in confusion {
        println!("{label:>6} -> {said:<6} {count}");
    }
    f64::from(right) / labels.len() as f64
}

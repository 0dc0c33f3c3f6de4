//! Retrieval: the same answers however the index came about, and one embedding a registration.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use proptest::prelude::*;
use serde_json::json;
use tdev_agents::retrieval::{Fusion, Index, Query, Retriever, embedded_text, queries};
use tdev_core::component::Component;
use tdev_core::ports::{Embedded, Embedder, EmbeddingModel, VectorStore};
use tdev_core::vector::Vector;
use tdev_core::{Code, Error, Result};

use crate::fakes::component;

/// A model whose meaning of a text is how often it has each letter: near where letters are.
pub(crate) struct Letters {
    model: EmbeddingModel,
    read: Mutex<Vec<String>>,
}

impl Letters {
    pub(crate) fn new(name: &str) -> Arc<Self> {
        Self::longer(name, 26)
    }

    /// One whose vectors are longer than there are letters.
    fn longer(name: &str, dimensions: usize) -> Arc<Self> {
        Arc::new(Self {
            model: EmbeddingModel {
                name: name.to_owned(),
                dimensions,
            },
            read: Mutex::default(),
        })
    }

    fn of(text: &str) -> Vec<f32> {
        let mut counts = [0.01_f32; 26];
        for letter in text.to_lowercase().bytes().filter(u8::is_ascii_lowercase) {
            counts[usize::from(letter - b'a')] += 1.0;
        }
        let norm = counts.iter().map(|x| x * x).sum::<f32>().sqrt();
        counts.iter().map(|x| x / norm).collect()
    }

    /// How many components, not goals, were read since the last time.
    fn components_read(&self) -> usize {
        let read = std::mem::take(&mut *self.read.lock().unwrap());
        read.iter().filter(|text| text.contains(':')).count()
    }
}

#[async_trait]
impl Embedder for Letters {
    fn model(&self) -> &EmbeddingModel {
        &self.model
    }

    async fn embed(&self, texts: &[String]) -> Result<Embedded> {
        self.read.lock().unwrap().extend(texts.iter().cloned());
        let vector = |text: &String| {
            let mut vector = Self::of(text);
            vector.resize(self.model.dimensions, 0.0);
            vector
        };
        Ok(Embedded {
            vectors: texts.iter().map(vector).collect(),
            ..Embedded::default()
        })
    }
}

/// Vectors kept in memory.
#[derive(Default)]
pub(crate) struct Kept(Mutex<HashMap<(String, usize, u64), Vector>>);

#[async_trait]
impl VectorStore for Kept {
    async fn all(&self, model: &EmbeddingModel) -> Result<Vec<(u64, Vector)>> {
        let kept = self.0.lock().unwrap();
        let of_model = kept
            .iter()
            .filter(|((name, length, _), _)| *name == model.name && *length == model.dimensions);
        Ok(of_model.map(|((.., r), v)| (*r, v.clone())).collect())
    }

    async fn keep(&self, model: &EmbeddingModel, vectors: Vec<(u64, Vector)>) -> Result<()> {
        let rows = vectors
            .into_iter()
            .map(|(r, v)| ((model.name.clone(), v.values().len(), r), v));
        self.0.lock().unwrap().extend(rows);
        Ok(())
    }

    async fn forget(&self, model: &EmbeddingModel, revisions: &[u64]) -> Result<()> {
        let mut kept = self.0.lock().unwrap();
        kept.retain(|(name, length, r), _| {
            *name != model.name || *length != model.dimensions || !revisions.contains(r)
        });
        Ok(())
    }
}

fn tool(name: &str, description: &str) -> Arc<Component> {
    let (input, output) = (json!({"text": "string"}), json!({"found": "string"}));
    Arc::new(component(name, description, input, output))
}

fn add(index: &mut Index, component: &Arc<Component>) {
    index.insert(component);
    index.mean(
        &component.name,
        &Vector::of(&Letters::of(&embedded_text(component))),
    );
}

/// What a search says, in full.
fn told(index: &Index, goal: &str) -> Vec<(String, f32, f32, f32)> {
    let asked: Vec<Query> = queries(goal)
        .into_iter()
        .map(|q| {
            let vector = Letters::of(&q.text);
            q.meaning(&vector)
        })
        .collect();
    index
        .search(&asked, 5, |_| true)
        .into_iter()
        .map(|c| (c.component.name.clone(), c.score, c.lexical, c.cosine))
        .collect()
}

const WORDS: [&str; 8] = [
    "read",
    "image",
    "invoice",
    "send",
    "mail",
    "reader",
    "table",
    "translate",
];

proptest! {
    #[test]
    fn an_index_that_was_changed_answers_as_one_built_anew(
        changes in prop::collection::vec(
            (0..12_usize, prop::option::weighted(0.7, prop::collection::vec(0..8_usize, 1..6))),
            1..60,
        ),
        by_ranks in any::<bool>(),
    ) {
        let fusion = if by_ranks { Fusion::Ranks(10.0) } else { Fusion::Sum(0.5) };
        let mut changed = Index::with(fusion);
        let mut truth = BTreeMap::new();
        for (at, words) in changes {
            let name = format!("Component{at}");
            if let Some(words) = words {
                let words: Vec<&str> = words.iter().map(|w| WORDS[*w]).collect();
                let component = tool(&name, &words.join(" "));
                add(&mut changed, &component);
                truth.insert(name, component);
            } else {
                changed.remove(&name);
                truth.remove(&name);
            }
        }
        let mut anew = Index::with(fusion);
        truth.values().rev().for_each(|component| add(&mut anew, component));
        prop_assert_eq!(changed.len(), truth.len());
        for goal in ["read the image", "send the invoice by mail, then translate the table"] {
            prop_assert_eq!(told(&changed, goal), told(&anew, goal));
        }
    }
}

async fn names(retriever: &Retriever, goal: &str, all: &[Arc<Component>]) -> Vec<String> {
    let found = retriever.shortlist(goal, all, 3, |_| true).await.unwrap();
    let names = found.candidates.iter().map(|c| c.component.name.clone());
    names.collect()
}

#[tokio::test]
async fn registering_one_component_costs_one_embedding() {
    let (letters, kept) = (Letters::new("letters"), Arc::new(Kept::default()));
    let new = |model: &Arc<Letters>| Retriever::new(Ok(model.clone()), kept.clone());
    let mut all = vec![tool("Zip", "packs files"), tool("Mail", "sends letters")];
    let retriever = new(&letters);
    names(&retriever, "pack", &all).await;
    assert_eq!(letters.components_read(), 2);
    names(&retriever, "pack", &all).await;
    assert_eq!(letters.components_read(), 0, "known already");
    all.push(tool("Quiz", "asks questions"));
    assert_eq!(names(&retriever, "quizzes", &all).await[0], "Quiz");
    assert_eq!(letters.components_read(), 1, "the new one only");
    all[0] = tool("Zip", "unpacks files");
    names(&retriever, "pack", &all).await;
    assert_eq!(letters.components_read(), 1, "the changed one only");
    all.remove(1);
    assert!(
        !names(&retriever, "send letters", &all)
            .await
            .contains(&"Mail".to_owned())
    );

    names(&new(&letters), "pack", &all).await;
    assert_eq!(letters.components_read(), 0, "kept from the last process");
    let left = kept.all(letters.model()).await.unwrap();
    assert_eq!(left.len(), all.len(), "what is gone is forgotten");
    let other = Letters::new("other weights");
    names(&new(&other), "pack", &all).await;
    assert_eq!(other.components_read(), 2, "another model reads anew");
    let longer = Letters::longer("letters", 32);
    let found = names(&new(&longer), "quizzes", &all).await;
    assert_eq!(found[0], "Quiz");
    assert_eq!(longer.components_read(), 2, "another length reads anew");
    names(&new(&letters), "pack", &all).await;
    assert_eq!(letters.components_read(), 0, "and takes nothing away");
}

#[tokio::test]
async fn a_missing_model_is_said_and_words_still_find() {
    let missing = Error::new(Code::FileNotFound, "there is no embedding model at `x`");
    let retriever = Retriever::new(Err(missing), Arc::new(Kept::default()));
    let all = [tool("Zip", "packs files"), tool("Mail", "sends letters")];
    let found = retriever
        .shortlist("send a letter", &all, 3, |_| true)
        .await
        .unwrap();
    assert_eq!(found.candidates[0].component.name, "Mail");
    assert_eq!(
        found.lexical_only.unwrap(),
        "lexical only: there is no embedding model at `x`"
    );
}

#[tokio::test]
async fn what_may_not_be_used_takes_no_place_on_the_shortlist() {
    let retriever = Retriever::new(Ok(Letters::new("letters")), Arc::new(Kept::default()));
    let all: Vec<_> = (0..400)
        .map(|at| tool(&format!("Mail{at:03}"), "sends letters"))
        .collect();
    let may = |c: &Component| c.name.ends_with('7');
    let found = retriever
        .shortlist("send letters", &all, 30, may)
        .await
        .unwrap();
    assert_eq!(found.candidates.len(), 30);
    assert!(found.candidates.iter().all(|c| may(&c.component)));
    assert!(
        found.lexical_only.unwrap().contains("144 of 400"),
        "the others wait"
    );
}

/// A vector of 384 dimensions that leans towards one of `topics`, the same for a seed.
fn leaning(seed: u64, topic: u64) -> Vec<f32> {
    let noise = |seed: u64, at: u64| {
        let mixed = (seed * 1_000 + at + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 40) as f32 / 8_388_608.0
            - 1.0
    };
    let values: Vec<f32> = (0..384)
        .map(|at| noise(seed, at) + 0.8 * noise(900_000 + topic, at))
        .collect();
    let norm = values.iter().map(|x| x * x).sum::<f32>().sqrt();
    values.iter().map(|x| x / norm).collect()
}

#[test]
fn among_very_many_the_nearest_in_meaning_are_not_passed_over() {
    const COUNT: u64 = 20_000;
    let mut index = Index::with(Fusion::Sum(0.0));
    let mut vectors = HashMap::new();
    for at in 0..COUNT {
        let component = tool(&format!("Part{at}"), "");
        let vector = Vector::of(&leaning(at, at % 500));
        index.insert(&component);
        index.mean(&component.name, &vector);
        vectors.insert(component.name.clone(), vector);
    }
    let nearest = |asked: &Vector, most: usize, may: &dyn Fn(&str) -> bool| {
        let allowed = vectors.iter().filter(|(name, _)| may(name));
        let mut all: Vec<(f32, &str)> = allowed
            .map(|(n, v)| (v.cosine(asked), n.as_str()))
            .collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        all.truncate(most);
        all.into_iter()
            .map(|(_, name)| name.to_owned())
            .collect::<Vec<_>>()
    };
    let mut missed = 0;
    for topic in 0..20 {
        let vector = Vector::of(&leaning(5_000_000 + topic, topic));
        let query = [Query::of("").with(vector.clone())];
        let found = index.search(&query, 40, |_| true);
        let names: Vec<&String> = found.iter().map(|c| &c.component.name).collect();
        let all = |_: &str| true;
        missed += nearest(&vector, 40, &all)
            .iter()
            .filter(|n| !names.contains(n))
            .count();
    }
    assert!(missed <= 8, "{missed} of 800 were passed over");

    // Where few may be used, all of those are looked at.
    let vector = Vector::of(&leaning(5_000_000, 0));
    let query = [Query::of("").with(vector.clone())];
    let may = |name: &str| name.ends_with("77");
    let found = index.search(&query, 150, |c| may(&c.name));
    let names: Vec<String> = found.iter().map(|c| c.component.name.clone()).collect();
    let positive = nearest(&vector, 150, &may);
    let shared = positive.iter().filter(|n| names.contains(n)).count();
    assert_eq!(shared, names.len());
    assert!(names.len() > 50, "{} found", names.len());
}

//! Keeping the index in step with the registry, and asking it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tdev_core::component::Component;
use tdev_core::ports::{Embedder, EmbeddingModel, VectorStore};
use tdev_core::vector::Vector;
use tdev_core::{Error, Result};
use tokio::sync::RwLock;

use super::document::embedded_text;
use super::index::{Candidate, Index};
use super::queries::queries;
use crate::composer::{Meanings, texts_of};

/// Components embedded before one answer, at most: a second or two of one core. The others are
/// found by words, which the answer says, and embedded by the next ones.
const AT_ONCE: usize = 256;

/// What retrieval found, and how it looked.
#[derive(Debug, Clone)]
pub struct Shortlist {
    /// Best first.
    pub candidates: Vec<Candidate>,
    /// Why meanings were not looked at, or not all of them.
    pub lexical_only: Option<String>,
}

/// The index over a registry, with the mind that reads meanings.
pub struct Retriever {
    embedder: Result<Arc<dyn Embedder>>,
    vectors: Arc<dyn VectorStore>,
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    index: Index,
    /// Vectors of texts that were read before, by a hash of the text, until the index has them.
    kept: Option<HashMap<u64, Vector>>,
    /// Components whose meaning is not known yet.
    waiting: HashSet<String>,
}

impl State {
    /// What was read before, taken from the store the first time.
    async fn kept(
        &mut self,
        vectors: &dyn VectorStore,
        model: &EmbeddingModel,
    ) -> Result<&mut HashMap<u64, Vector>> {
        let stored = match self.kept.take() {
            Some(kept) => kept,
            None => vectors.all(model).await?.into_iter().collect(),
        };
        Ok(self.kept.insert(stored))
    }
}

impl Retriever {
    /// `embedder` may be the reason why there is none.
    pub fn new(embedder: Result<Arc<dyn Embedder>>, vectors: Arc<dyn VectorStore>) -> Self {
        Self {
            embedder,
            vectors,
            state: RwLock::default(),
        }
    }

    /// The `most` components that a goal, or a part of it, may need, of those among `components`
    /// that `may` be used.
    ///
    /// # Errors
    /// What a hosted model or the store of vectors says.
    pub async fn shortlist(
        &self,
        goal: &str,
        components: &[Arc<Component>],
        most: usize,
        may: impl Fn(&Component) -> bool + Send,
    ) -> Result<Shortlist> {
        let embedder = self.embedder.as_ref().ok();
        if self.follow(components).await {
            self.learn(embedder).await?;
        }
        let mut questions = queries(goal);
        if let Some(embedder) = embedder {
            let texts: Vec<String> = questions.iter().map(|q| q.text.clone()).collect();
            let read = embedder.embed(&texts).await?;
            questions = questions
                .into_iter()
                .zip(&read.vectors)
                .map(|(question, vector)| question.meaning(vector))
                .collect();
        }
        let state = self.state.read().await;
        Ok(Shortlist {
            candidates: state.index.search(&questions, most, may),
            lexical_only: self.lexical_only(&state),
        })
    }

    /// What a few components mean, for composing: read once, kept by what was read. Nothing where
    /// there is no model; of more than [`AT_ONCE`] texts not read yet, the first.
    ///
    /// # Errors
    /// What a hosted model or the store of vectors says.
    pub(crate) async fn meanings(&self, components: &[Arc<Component>]) -> Result<Meanings> {
        let mut meanings = Meanings::default();
        let Ok(embedder) = &self.embedder else {
            return Ok(meanings);
        };
        let mut state = self.state.write().await;
        state.kept(&*self.vectors, embedder.model()).await?;
        let State { index, kept, .. } = &mut *state;
        let read = kept.get_or_insert_default();
        let mut unknown: Vec<(u64, String)> = Vec::new();
        for component in components {
            let indexed = || {
                index
                    .get(&component.name)
                    .filter(|known| *known == component)
            };
            for text in texts_of(component) {
                let key = key(&text);
                let found = read.get(&key).cloned().or_else(|| {
                    indexed()
                        .filter(|c| text == embedded_text(c))
                        .and_then(|c| index.meaning(&c.name))
                });
                match found {
                    Some(vector) => meanings.insert(text, vector),
                    None if unknown.len() < AT_ONCE => unknown.push((key, text)),
                    None => {}
                }
            }
        }
        if unknown.is_empty() {
            return Ok(meanings);
        }
        let texts: Vec<String> = unknown.iter().map(|(_, text)| text.clone()).collect();
        let found = embedder.embed(&texts).await?;
        let mut learnt = Vec::with_capacity(unknown.len());
        for ((key, text), vector) in unknown.into_iter().zip(&found.vectors) {
            let vector = Vector::of(vector);
            read.insert(key, vector.clone());
            meanings.insert(text, vector.clone());
            learnt.push((key, vector));
        }
        self.vectors.keep(embedder.model(), learnt).await?;
        Ok(meanings)
    }

    /// What texts mean that will be asked for again: read once, kept by what was read. Nothing where
    /// there is no model; of more than [`AT_ONCE`] texts not read yet, the first.
    ///
    /// # Errors
    /// What a hosted model or the store of vectors says.
    pub(crate) async fn remembered(&self, texts: Vec<String>) -> Result<Meanings> {
        let mut meanings = Meanings::default();
        let Ok(embedder) = &self.embedder else {
            return Ok(meanings);
        };
        let mut state = self.state.write().await;
        state.kept(&*self.vectors, embedder.model()).await?;
        let kept = state.kept.get_or_insert_default();
        let mut unknown: Vec<String> = Vec::new();
        for text in texts {
            match kept.get(&key(&text)) {
                Some(vector) => meanings.insert(text, vector.clone()),
                None if unknown.len() < AT_ONCE => unknown.push(text),
                None => {}
            }
        }
        if unknown.is_empty() {
            return Ok(meanings);
        }
        let found = embedder.embed(&unknown).await?;
        let mut learnt = Vec::with_capacity(unknown.len());
        for (text, vector) in unknown.into_iter().zip(&found.vectors) {
            let vector = Vector::of(vector);
            kept.insert(key(&text), vector.clone());
            learnt.push((key(&text), vector.clone()));
            meanings.insert(text, vector);
        }
        self.vectors.keep(embedder.model(), learnt).await?;
        Ok(meanings)
    }

    /// What texts mean, in one batch; none where there is no model.
    ///
    /// # Errors
    /// What a hosted model says.
    pub(crate) async fn read(&self, texts: Vec<String>) -> Result<Option<Meanings>> {
        let Ok(embedder) = &self.embedder else {
            return Ok(None);
        };
        let read = embedder.embed(&texts).await?;
        Ok(Some(Meanings::of(texts, &read.vectors)))
    }

    /// Why there is no model to read meanings, where there is none.
    pub fn no_meanings(&self) -> Option<String> {
        let why = self.embedder.as_ref().err()?;
        Some(format!("lexical only: {}", why.message))
    }

    fn lexical_only(&self, state: &State) -> Option<String> {
        match &self.embedder {
            Err(_) => self.no_meanings(),
            Ok(_) if !state.waiting.is_empty() => Some(format!(
                "lexical only for {} of {} components, which are not embedded yet",
                state.waiting.len(),
                state.index.len()
            )),
            Ok(_) => None,
        }
    }

    /// Brings the index to the registry's state. Says whether meanings are to be learnt.
    async fn follow(&self, components: &[Arc<Component>]) -> bool {
        {
            let state = self.state.read().await;
            let same = |c: &Arc<Component>| {
                let known = state.index.get(&c.name);
                known.is_some_and(|known| Arc::ptr_eq(known, c))
            };
            if state.index.len() == components.len() && components.iter().all(same) {
                return !state.waiting.is_empty();
            }
        }
        let mut state = self.state.write().await;
        let State { index, waiting, .. } = &mut *state;
        for component in components {
            match index.get(&component.name) {
                Some(known) if Arc::ptr_eq(known, component) => {}
                // Read again from its file, and the same.
                Some(known) if known == component => index.refresh(component),
                _ => {
                    index.insert(component);
                    waiting.insert(component.name.clone());
                }
            }
        }
        if index.len() > components.len() {
            let alive: HashSet<&str> = components.iter().map(|c| c.name.as_str()).collect();
            let gone: Vec<String> = index
                .names()
                .filter(|name| !alive.contains(name))
                .map(str::to_owned)
                .collect();
            for name in gone {
                index.remove(&name);
                waiting.remove(&name);
            }
        }
        !waiting.is_empty()
    }

    /// Learns what waiting components mean: from the store, else from the model.
    async fn learn(&self, embedder: Option<&Arc<dyn Embedder>>) -> Result<()> {
        let Some(embedder) = embedder else {
            return Ok(());
        };
        let mut state = self.state.write().await;
        state.kept(&*self.vectors, embedder.model()).await?;
        let State {
            index,
            kept,
            waiting,
        } = &mut *state;
        let kept = kept.get_or_insert_default();
        let mut names: Vec<String> = waiting.iter().cloned().collect();
        names.sort_unstable();
        let mut unknown: Vec<(u64, Arc<Component>)> = Vec::new();
        for name in names {
            let Some(component) = index.get(&name).cloned() else {
                waiting.remove(&name);
                continue;
            };
            let key = key(&embedded_text(&component));
            if let Some(vector) = kept.remove(&key) {
                index.mean(&name, &vector);
                waiting.remove(&name);
            } else if unknown.len() < AT_ONCE {
                unknown.push((key, component));
            }
        }
        if waiting.is_empty() {
            // What no component says any more is of no use to anybody.
            let said: HashSet<u64> = index
                .components()
                .flat_map(|c| texts_of(c))
                .map(|t| key(&t))
                .collect();
            let gone: Vec<u64> = kept.keys().filter(|k| !said.contains(k)).copied().collect();
            kept.retain(|key, _| said.contains(key));
            if !gone.is_empty() {
                self.vectors.forget(embedder.model(), &gone).await?;
            }
        }
        if unknown.is_empty() {
            return Ok(());
        }
        let texts: Vec<String> = unknown.iter().map(|(_, c)| embedded_text(c)).collect();
        let read = embedder.embed(&texts).await?;
        let mut learnt = Vec::with_capacity(unknown.len());
        for ((key, component), vector) in unknown.into_iter().zip(&read.vectors) {
            let vector = Vector::of(vector);
            index.mean(&component.name, &vector);
            waiting.remove(&component.name);
            learnt.push((key, vector));
        }
        self.vectors.keep(embedder.model(), learnt).await
    }
}

/// What the vector of a text is kept under.
fn key(text: &str) -> u64 {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter()
        .take(8)
        .fold(0, |key, byte| (key << 8) | u64::from(*byte))
}

impl std::fmt::Debug for Retriever {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Retriever")
            .field(
                "embedder",
                &self
                    .embedder
                    .as_ref()
                    .map(|e| e.model().clone())
                    .map_err(Error::to_string),
            )
            .finish_non_exhaustive()
    }
}

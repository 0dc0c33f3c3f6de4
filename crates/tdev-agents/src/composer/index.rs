//! Lexical retrieval: BM25 over name, description, tags and field names of components.

use std::collections::BTreeMap;
use std::sync::Arc;

use tdev_core::component::Component;

use super::words::stems;

/// Saturation and length normalisation, at their usual values.
const K1: f64 = 1.2;
const B: f64 = 0.6;

/// Components ready to be searched.
pub(super) struct Index {
    documents: Vec<Document>,
    /// In how many documents a stem occurs.
    frequency: BTreeMap<String, usize>,
    average_length: f64,
}

/// One component as a bag of weighted stems.
pub(super) struct Document {
    pub(super) component: Arc<Component>,
    weights: BTreeMap<String, f64>,
    length: f64,
}

impl Index {
    pub(super) fn of(components: impl IntoIterator<Item = Arc<Component>>) -> Self {
        let documents: Vec<Document> = components.into_iter().map(Document::of).collect();
        let mut frequency = BTreeMap::new();
        for document in &documents {
            for stem in document.weights.keys() {
                *frequency.entry(stem.clone()).or_insert(0) += 1;
            }
        }
        let total: f64 = documents.iter().map(|d| d.length).sum();
        let average_length = (total / documents.len().max(1) as f64).max(1.0);
        Self {
            documents,
            frequency,
            average_length,
        }
    }

    /// How telling a stem is among these components.
    pub(super) fn weight(&self, stem: &str) -> f64 {
        let (n, df) = (
            self.documents.len() as f64,
            self.frequency.get(stem).copied().unwrap_or(0) as f64,
        );
        (1.0 + (n - df + 0.5) / (df + 0.5)).ln()
    }

    /// Components by how well they answer the stems, best first; none without a match.
    pub(super) fn search(&self, query: &[String], most: usize) -> Vec<(f64, &Document)> {
        let mut scored: Vec<(f64, &Document)> = self
            .documents
            .iter()
            .map(|document| (self.score(query, document), document))
            .filter(|(score, _)| *score > 0.0)
            .collect();
        // Names break ties, so that the order never depends on chance.
        scored.sort_by(|a, b| {
            b.0.total_cmp(&a.0)
                .then_with(|| a.1.component.name.cmp(&b.1.component.name))
        });
        scored.truncate(most);
        scored
    }

    pub(super) fn score(&self, query: &[String], document: &Document) -> f64 {
        let norm = K1 * (1.0 - B + B * document.length / self.average_length);
        query
            .iter()
            .filter_map(|stem| {
                let tf = document.weights.get(stem)?;
                Some(self.weight(stem) * tf * (K1 + 1.0) / (tf + norm))
            })
            .sum()
    }

    /// The share of the query's weight that a component's words account for, 0 to 1.
    pub(super) fn coverage(&self, query: &[String], document: &Document) -> f64 {
        let total: f64 = query.iter().map(|stem| self.weight(stem)).sum();
        if total == 0.0 {
            return 0.0;
        }
        let met: f64 = query
            .iter()
            .filter(|stem| document.weights.contains_key(*stem))
            .map(|stem| self.weight(stem))
            .sum();
        met / total
    }

    pub(super) fn documents(&self) -> &[Document] {
        &self.documents
    }
}

impl Document {
    fn of(component: Arc<Component>) -> Self {
        let mut weights: BTreeMap<String, f64> = BTreeMap::new();
        let mut length = 0.0;
        let mut add = |text: &str, weight: f64| {
            for stem in stems(text) {
                *weights.entry(stem).or_insert(0.0) += weight;
                length += weight;
            }
        };
        add(&component.name, 3.0);
        add(&component.description, 1.0);
        component.tags.iter().for_each(|tag| add(tag, 1.5));
        for field in component.input_schema.fields() {
            add(&field.name, 0.7);
            add(field.description(), 0.3);
        }
        for field in component.output_schema.fields() {
            add(&field.name, 1.2);
            add(field.description(), 0.5);
        }
        Self {
            component,
            weights,
            length,
        }
    }

    pub(super) fn has(&self, stem: &str) -> bool {
        self.weights.contains_key(stem)
    }
}

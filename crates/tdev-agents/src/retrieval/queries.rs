//! A goal as the questions it is made of: itself, and each of its parts.

use tdev_core::vector::Vector;

use crate::composer::stems;

/// Parts of a goal that are asked for by themselves. Longer goals are served by the whole.
const MOST_PARTS: usize = 8;

/// One question to the index.
#[derive(Debug, Clone)]
pub struct Query {
    /// As it was written.
    pub text: String,
    pub(super) stems: Vec<String>,
    /// What it means, where a model could say.
    pub vector: Option<Vector>,
}

impl Query {
    /// A question by words alone.
    pub fn of(text: &str) -> Self {
        let mut own: Vec<String> = Vec::new();
        for stem in stems(text) {
            if !own.contains(&stem) {
                own.push(stem);
            }
        }
        Self {
            text: text.to_owned(),
            stems: own,
            vector: None,
        }
    }

    /// The same, with its meaning.
    #[must_use]
    pub fn meaning(self, vector: &[f32]) -> Self {
        self.with(Vector::of(vector))
    }

    /// The same, with its meaning in bytes.
    #[must_use]
    pub fn with(mut self, vector: Vector) -> Self {
        self.vector = Some(vector);
        self
    }
}

/// The goal, and its parts where it has several: cut at marks and at words that join. A cut too
/// many costs a question, not an answer.
pub fn queries(goal: &str) -> Vec<Query> {
    let mut parts: Vec<String> = vec![String::new()];
    for word in goal.split_whitespace() {
        let bare = word
            .trim_matches(|c: char| !c.is_alphanumeric())
            .to_lowercase();
        if matches!(
            bare.as_str(),
            "and" | "then" | "finally" | "afterwards" | "also"
        ) {
            parts.push(String::new());
            continue;
        }
        if let Some(part) = parts.last_mut() {
            if !part.is_empty() {
                part.push(' ');
            }
            part.push_str(word.trim_end_matches([',', ';', '.', ':', '?', '!']));
        }
        if word.ends_with([',', ';', '.', ':', '?', '!']) {
            parts.push(String::new());
        }
    }
    let mut all = vec![Query::of(goal)];
    let parts: Vec<Query> = parts
        .iter()
        .map(|part| Query::of(part))
        .filter(|query| !query.stems.is_empty())
        .collect();
    if parts.len() > 1 {
        all.extend(parts.into_iter().take(MOST_PARTS));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_asks_as_a_whole_and_in_parts() {
        let texts: Vec<String> = queries("Read the badge, look the user up and send a mail.")
            .into_iter()
            .map(|q| q.text)
            .collect();
        assert_eq!(
            texts,
            [
                "Read the badge, look the user up and send a mail.",
                "Read the badge",
                "look the user up",
                "send a mail"
            ]
        );
        assert_eq!(queries("Translate the text").len(), 1);
    }
}

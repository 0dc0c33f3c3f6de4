//! Planning where every input and output is a kind of thing, text, image or table: nothing but the
//! wording and what is at hand tells which step takes what.

use std::sync::Arc;

use serde_json::json;
use tdev_core::schema::Field;

use super::bind::Pick;
use super::clauses::Clause;
use super::draft::{Binding, Draft, Node, Source};
use super::feed::{Converts, Feed, Hand, Step, asks, needed};
use super::library::Library;
use super::search::Search;
use super::tool::Tool;
use super::words::stems;

const BEAM: usize = 24;

#[derive(Clone, Default)]
struct Row {
    steps: Vec<Step>,
    score: f64,
}

impl Row {
    fn picks(&self) -> Vec<Pick> {
        let named = self.steps.iter();
        named
            .filter_map(|s| {
                Some(Pick {
                    clause: s.clause?,
                    tool: s.tool,
                })
            })
            .collect()
    }
}

impl Search<'_> {
    /// The best row of steps, bound, and the clauses that nothing covers.
    pub(super) fn flow(&self) -> (Draft, Vec<String>) {
        let mut rows = vec![Row::default()];
        let mut uncovered = Vec::new();
        let whole = self.whole();
        for (at, clause) in self.clauses.iter().enumerate() {
            let terms = self.library.terms(&clause.stems);
            let candidates = self.candidates(clause, &terms, &whole);
            let covered = self.covered(clause, &candidates);
            if !covered && !clause.stems.is_empty() && !clause.states {
                uncovered.push(clause.text.clone());
            }
            let mut next = Vec::new();
            for row in &rows {
                let skip = if clause.stems.is_empty() || self.presents(clause) {
                    1.2
                } else if clause.states {
                    2.0
                } else if clause.verb.is_empty() {
                    0.2
                } else {
                    -0.8
                };
                next.push(Row {
                    steps: row.steps.clone(),
                    score: row.score + skip,
                });
                let hand = Hand {
                    search: self,
                    steps: &row.steps,
                    at,
                };
                let rated = self.rated(&candidates, &terms, &row.picks());
                for (place, (tool, fit)) in rated.into_iter().enumerate() {
                    let Some(component) = self.library.get(tool) else {
                        continue;
                    };
                    let fed = hand.feed(component, Converts::Once);
                    let again = row.steps.iter().any(|s| s.tool == tool);
                    if again && !hand.brings_more() {
                        if place > 0 {
                            continue;
                        }
                        // It says more of what is done already.
                        next.push(Row {
                            steps: row.steps.clone(),
                            score: row.score + if clause.refers { 0.1 } else { 0.5 * fit },
                        });
                        continue;
                    }
                    let mut steps = row.steps.clone();
                    let inserted = fed.before.is_some();
                    steps.extend(fed.before);
                    steps.push(Step {
                        tool,
                        clause: Some(at),
                        feeds: fed.feeds,
                    });
                    let score = row.score + fit + fed.score + self.asked_for(clause, component)
                        - if again { 0.6 } else { 0.0 }
                        - if inserted { 0.3 } else { 0.0 };
                    next.push(Row { steps, score });
                }
            }
            next.sort_by(|a, b| {
                b.score
                    .total_cmp(&a.score)
                    .then_with(|| a.steps.len().cmp(&b.steps.len()))
            });
            next.truncate(BEAM);
            rows = next;
        }
        let row = rows.into_iter().next().unwrap_or_default();
        (bound(&row.steps, self), uncovered)
    }

    /// Whether a clause only says what to work on: "take the picture", "use this file".
    fn presents(&self, clause: &Clause) -> bool {
        let verb = stems(&clause.verb);
        let holds = matches!(clause.verb.as_str(), "take" | "use" | "have" | "consider");
        let rest = clause.stems.iter().filter(|s| !verb.contains(s));
        let more = rest.filter(|s| self.library.noun(s).is_none()).count();
        holds && more <= usize::from(!clause.literals.is_empty())
    }

    /// What a clause says of the kind of thing it wants: "draw a picture".
    fn asked_for(&self, clause: &Clause, tool: &Tool) -> f64 {
        let verb = stems(&clause.verb);
        let kinds: Vec<&str> = clause
            .stems
            .iter()
            .filter(|s| !verb.contains(s))
            .filter_map(|s| self.library.noun(s))
            .collect();
        let gives = tool
            .outputs
            .iter()
            .any(|o| kinds.contains(&o.kind.as_str()));
        let takes = needed(tool).any(|i| kinds.contains(&i.kind.as_str()));
        0.1 * f64::from(u8::from(gives)) + 0.1 * f64::from(u8::from(takes))
    }
}

/// The steps written down.
fn bound(steps: &[Step], search: &Search) -> Draft {
    let library: &Library = search.library;
    let mut draft = Draft::default();
    for step in steps {
        let Some(tool) = library.get(step.tool) else {
            continue;
        };
        let mut node = Node::new(Arc::clone(&tool.component), step.clause);
        for (slot, feed) in needed(tool).zip(&step.feeds) {
            let clause = step.clause.and_then(|at| search.clauses.get(at));
            let source = match feed {
                Feed::Given(name) => Source::Input(name.clone()),
                Feed::Step(from) => Source::Output {
                    node: *from,
                    field: steps
                        .get(*from)
                        .and_then(|s| library.get(s.tool))
                        .and_then(|t| t.outputs.iter().find(|o| o.kind == slot.kind))
                        .map(|o| o.field.name.clone()),
                },
                Feed::Told(at, place) => search
                    .clauses
                    .get(*at)
                    .and_then(|c| c.literals.get(*place))
                    .map_or(Source::Input(slot.field.name.clone()), |l| {
                        Source::Literal(l.value.clone())
                    }),
                Feed::Words => clause
                    .and_then(subject)
                    .map_or(Source::Input(slot.field.name.clone()), |words| {
                        Source::Literal(json!(words))
                    }),
                Feed::Asked => Source::Input(slot.field.name.clone()),
            };
            if let Source::Input(name) = &source
                && !draft.inputs.iter().any(|f| f.name == *name)
            {
                draft.inputs.push(Field {
                    name: name.clone(),
                    required: true,
                    schema: slot.field.schema.clone(),
                });
            }
            node.bindings.push(Binding {
                field: slot.field.name.clone(),
                source,
            });
        }
        draft.nodes.push(node);
    }
    draft
}

/// What a clause is about, in its own words: "a castle" of "draw a picture of a castle".
fn subject(clause: &Clause) -> Option<String> {
    let text = &clause.text;
    if asks(clause) {
        return Some(text.clone());
    }
    let mut marks = [" about ", " of ", " showing "].iter();
    let at = marks.find_map(|mark| text.find(mark).map(|at| at + mark.len()))?;
    let about = text.get(at..)?.trim();
    (!about.is_empty()).then(|| about.to_owned())
}

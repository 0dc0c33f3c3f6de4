//! What a plan may claim: of each clause whether the steps chosen for it do what it asks, by the
//! deed, the thing it is done to, the words and the meaning, and why or why not.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tdev_core::vector::Vector;

use super::bare::is_told;
use super::clauses::Clause;
use super::draft::{Draft, Given, Source};
use super::files;
use super::library::{Library, Term};
use super::literals::Kind;
use super::search::COVERED;
use super::tool::Tool;
use super::wish::{Deed, Thing, Wish, is_gathering, telling};
use super::words::stems;

/// As near in meaning as this, words may be missing for either the deed or the thing.
const NEAR: f64 = 0.45;
/// As near as this they may be missing for both.
const VERY_NEAR: f64 = 0.6;
/// Nearness tells only where a component stands out among all by this many deviations.
const STANDS_OUT: f64 = 2.5;
/// So many letters two words may share that have nothing to do with each other.
const OPENING: usize = 4;
/// Below this many components nobody can stand out.
const A_CROWD: usize = 12;
/// What shares no more than words with a clause is further off than this.
const FAR: f64 = 0.2;
/// Unless it stands out so much.
const FAR_ALONE: f64 = 3.0;

/// What is said of one clause.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Claim {
    /// Which of the goal's wishes it is.
    pub(crate) clause: usize,
    /// The clause as written.
    pub(crate) text: String,
    pub(crate) covered: bool,
    /// Its every word is met.
    pub(crate) whole: bool,
    /// Why it counts as covered or does not, in one line without a semicolon.
    pub(crate) why: String,
}

/// What a plan claims of each clause that wishes for something.
pub(super) fn claims(
    draft: &Draft,
    clauses: &[Clause],
    library: &Library,
    given: &Given,
) -> Vec<Claim> {
    let behind = reaches(draft);
    let by_name: BTreeMap<&str, &Tool> = library.tools().iter().map(|t| (t.name(), t)).collect();
    let tool = |at: usize| {
        let node = draft.nodes.get(at)?;
        by_name.get(node.component.name.as_str()).copied()
    };
    let tools: Vec<(Option<usize>, &Tool)> = draft
        .nodes
        .iter()
        .enumerate()
        .filter_map(|(at, n)| Some((n.clause, tool(at)?)))
        .collect();
    let made = |at: usize| {
        tools.iter().any(|(clause, tool)| {
            clause.is_none_or(|c| c == at) && given.preferred.contains(&tool.component.name)
        })
    };
    let bound = |at: Option<usize>| {
        let nodes = draft.nodes.iter();
        let own = nodes.filter(move |n| at.is_none_or(|at| n.clause == Some(at)));
        own.flat_map(|n| &n.bindings)
            .filter_map(|b| match &b.source {
                Source::Literal(value) => Some(value),
                _ => None,
            })
    };
    // What is sent or kept is what comes with the goal, by whatever name a clause speaks of it.
    let handed = |at: usize| {
        let own = draft
            .nodes
            .iter()
            .filter(|n| n.clause == Some(at) && n.component.side_effects);
        own.flat_map(|n| &n.bindings).any(|b| match &b.source {
            Source::Input(name) => given.inputs.iter().any(|(given, _)| given == name),
            _ => false,
        })
    };
    let opens = files::opens(library);
    // A file that a clause names is taken by some step, and one that knows its kind.
    let untaken = |clause: &Clause, tools: &[(Option<usize>, &Tool)]| {
        let files = clause.literals.iter().filter(|l| l.kind == Kind::Path);
        let mut why = files.filter_map(|literal| {
            let path = said(&literal.value);
            if !bound(None).any(|value| files::contains(value, &literal.value)) {
                return Some(format!("none of the steps takes “{path}”"));
            }
            let mut known = tools.iter().map(|(_, tool)| files::plays(tool, &path));
            let plays = known.any(|known| known);
            (!plays).then(|| format!("none of the steps knows what to do with “{path}”"))
        });
        why.next()
    };
    let mut lacking = false;
    clauses
        .iter()
        .enumerate()
        .filter(|(_, clause)| !clause.stems.is_empty())
        .map(|(at, clause)| {
            let own: Vec<&Tool> = tools
                .iter()
                .filter(|(of, _)| *of == Some(at))
                .map(|(_, tool)| *tool)
                .collect();
            let all: Vec<&Tool> = tools.iter().map(|(_, tool)| *tool).collect();
            // What feeds its steps may be what the clause speaks of.
            let mut near: Vec<&Tool> = draft
                .nodes
                .iter()
                .zip(&behind)
                .filter(|(n, _)| n.clause == Some(at))
                .flat_map(|(_, behind)| behind.iter().filter_map(|from| tool(*from)))
                .collect();
            near.extend(&own);
            let alone = own.is_empty();
            let verdict = if made(at) {
                Verdict {
                    covered: true,
                    whole: false,
                    why: "a component was made for it".to_owned(),
                }
            } else {
                Judge {
                    told: bound(Some(at))
                        .filter_map(|v| v.as_str().map(str::to_owned))
                        .collect(),
                    clause,
                    library,
                    own: if alone { &all } else { &own },
                    all: if alone { &all } else { &near },
                    lacking,
                    handed: handed(at),
                }
                .verdict()
            };
            let verdict = match untaken(clause, &tools) {
                Some(why) if verdict.covered && opens => Verdict {
                    covered: false,
                    whole: false,
                    why,
                },
                _ => verdict,
            };
            lacking |= !verdict.covered;
            Claim {
                clause: at,
                text: clause.text.clone(),
                covered: verdict.covered,
                whole: verdict.whole,
                why: verdict.why.replace(';', ","),
            }
        })
        .collect()
}

/// A value as a goal would write it.
fn said(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// For each step those that feed it, directly or through others.
fn reaches(draft: &Draft) -> Vec<BTreeSet<usize>> {
    let mut all: Vec<BTreeSet<usize>> = Vec::new();
    for node in &draft.nodes {
        let mut own = BTreeSet::new();
        for from in node.feeds() {
            own.insert(from);
            own.extend(all.get(from).into_iter().flatten());
        }
        all.push(own);
    }
    all
}

struct Judge<'a> {
    /// The values that its steps are told.
    told: Vec<String>,
    clause: &'a Clause,
    library: &'a Library,
    /// The steps chosen for the clause; all of them where it has none of its own.
    own: &'a [&'a Tool],
    /// These, and those that feed them.
    all: &'a [&'a Tool],
    /// A clause before it is not covered: what would do that gives what nobody here knows of.
    lacking: bool,
    /// Its steps send or keep what comes with the goal.
    handed: bool,
}

struct Verdict {
    covered: bool,
    whole: bool,
    why: String,
}

/// How near the nearest of some components is.
struct Nearness {
    cosine: f64,
    /// By how many deviations it is nearer than all components are.
    lead: f64,
}

impl Judge<'_> {
    /// Whether its steps do what the clause asks, and why or why not.
    fn verdict(&self) -> Verdict {
        let wish = Wish::of(self.clause);
        let near = self.clause.meaning.as_ref().map(|m| self.nearness(m));
        let so_near = near
            .as_ref()
            .map_or_else(String::new, |n| format!(" (nearness {:.2})", n.cosine));
        let refused = |why: String| Verdict {
            covered: false,
            whole: false,
            why,
        };
        let Some((share, best)) = self.share() else {
            return refused(self.unknown(&wish));
        };
        let name = best.name();
        let undone = wish.deeds.iter().find(|deed| !self.does(deed));
        let unmet = wish
            .thing
            .as_ref()
            .filter(|thing| !self.knows(thing) && !self.is_whatever(&wish));
        let lacks = |what: String, stem: &str| {
            refused(if self.is_strange(stem) {
                format!("nothing here {what}")
            } else {
                format!("`{name}` is the likest, and none of the steps {what}{so_near}")
            })
        };
        let percent = (share * 100.0).round();
        let tells = |n: &&Nearness| n.lead >= STANDS_OUT || self.library.tools().len() < A_CROWD;
        // Being near makes up for one of the two where the other is met, not for both.
        let done = !wish.deeds.is_empty() && undone.is_none();
        // Who only asks for something does not want anything sent or written.
        let changes = self.own.iter().all(|tool| tool.component.side_effects);
        if wish.deeds.is_empty() && is_gathering(&self.clause.verb) && changes {
            return refused(format!(
                "`{name}` is the likest, and does more than is asked{so_near}"
            ));
        }
        let met = wish.thing.is_some() && unmet.is_none();
        let least = if done || met { NEAR } else { VERY_NEAR };
        let near = near.as_ref();
        let is_near = near.filter(tells).is_some_and(|n| n.cosine >= least);
        if let Some(thing) = unmet.filter(|_| !is_near) {
            return lacks(format!("knows of “{}”", thing.word), &thing.stem);
        }
        if let Some(deed) = undone.filter(|_| !is_near) {
            return lacks(format!("can “{}”", deed.word), &deed.stem);
        }
        let far = |n: &Nearness| n.cosine < FAR && n.lead < FAR_ALONE;
        // Values, and what something is about, have a meaning of their own.
        let plain = wish.deeds.is_empty() && !wish.topic && !telling(self.clause).is_empty();
        if plain && near.is_some_and(far) {
            return refused(format!(
                "`{name}` shares words with it and means something else{so_near}"
            ));
        }
        if share == 0.0 && !is_near {
            return refused(format!("nothing here shares a word with it{so_near}"));
        }
        if share < COVERED && !is_near {
            return refused(format!(
                "`{name}` is the likest and meets {percent} % of its words{so_near}"
            ));
        }
        Verdict {
            covered: true,
            whole: share >= 1.0,
            why: format!("`{name}` meets {percent} % of its words{so_near}"),
        }
    }

    /// How much of the clause's words the best of its steps meets, and which that is.
    fn share(&self) -> Option<(f64, &Tool)> {
        // Values that no component speaks of are no part of what is wished for.
        let names = self.clause.literals.iter().filter(|l| l.kind == Kind::Name);
        let named: Vec<String> = names
            .filter_map(|l| l.value.as_str())
            .flat_map(stems)
            .filter(|stem| !self.library.knows(stem))
            .collect();
        let terms = |mut words: Vec<String>| {
            words.retain(|stem| !named.contains(stem));
            self.library.terms(&words)
        };
        // A verb that only asks may be among a component's words, and need not.
        let (all, wished) = (
            terms(self.clause.stems.clone()),
            terms(telling(self.clause)),
        );
        // Where only values are said, taking them is all.
        let share = |tool: &Tool| match wished.as_slice() {
            [] => 1.0,
            wished => Library::coverage(wished, tool).max(Library::coverage(&all, tool)),
        };
        self.own
            .iter()
            .map(|tool| (share(tool), *tool))
            .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.name().cmp(a.1.name())))
    }

    fn nearness(&self, meaning: &Vector) -> Nearness {
        let all: Vec<f64> = self
            .library
            .tools()
            .iter()
            .map(|tool| tool.nearness(Some(meaning)))
            .collect();
        let count = all.len().max(1) as f64;
        let mean = all.iter().sum::<f64>() / count;
        let spread = (all.iter().map(|n| (n - mean).powi(2)).sum::<f64>() / count).sqrt();
        let cosine = self
            .own
            .iter()
            .map(|tool| tool.nearness(Some(meaning)))
            .fold(0.0, f64::max);
        Nearness {
            cosine,
            lead: (cosine - mean) / spread.max(f64::EPSILON),
        }
    }

    /// A word and its relatives, but none that only opens like it: a hashtag is no hash.
    fn term(&self, stem: &str) -> Option<Term> {
        let mut term = self.library.terms(&[stem.to_owned()]).pop()?;
        term.meant.retain(|(other, _)| {
            let shared = stem.bytes().zip(other.bytes());
            other == stem || shared.take_while(|(a, b)| a == b).count() > OPENING
        });
        Some(term)
    }

    /// Whether a step says of itself that it does this.
    fn does(&self, deed: &Deed) -> bool {
        let Some(term) = self.term(&deed.stem) else {
            return true;
        };
        let said = |tool: &&Tool| term.meant.iter().any(|(stem, _)| tool.does.contains(stem));
        self.all.iter().any(said)
    }

    /// Whether a step speaks of a thing, or a step before gives it.
    fn knows(&self, thing: &Thing) -> bool {
        if self.handed || self.lacking && thing.told || is_told(&thing.stem, &self.told) {
            return true;
        }
        let stems = std::iter::once(&thing.stem).chain(&thing.joined);
        let terms: Vec<Term> = stems.filter_map(|stem| self.term(stem)).collect();
        let speaks = |tool: &&Tool| terms.iter().any(|term| tool.meets(term) > 0.0);
        self.all.iter().any(speaks)
    }

    /// Whether a step is called by nothing but the deed, so that it does it to whatever text it is
    /// handed.
    fn is_whatever(&self, wish: &Wish) -> bool {
        let terms: Vec<Term> = wish
            .deeds
            .iter()
            .filter_map(|deed| self.term(&deed.stem))
            .collect();
        let own = |stem: &String| terms.iter().any(|t| t.meant.iter().any(|(s, _)| s == stem));
        self.own.iter().any(|tool| {
            tool.name.iter().any(own)
                && tool
                    .name
                    .iter()
                    .all(|s| own(s) || matches!(s.as_str(), "text" | "document"))
        })
    }

    /// Whether no component has a word of this one's family.
    fn is_strange(&self, stem: &str) -> bool {
        let known = |t: &Term| t.meant.iter().any(|(s, _)| self.library.knows(s));
        !self.term(stem).as_ref().is_some_and(known)
    }

    /// What is said where no step could be chosen.
    fn unknown(&self, wish: &Wish) -> String {
        let strange = |stem: &str| self.is_strange(stem);
        if let Some(deed) = wish.deeds.iter().find(|d| strange(&d.stem)) {
            return format!("nothing here can “{}”", deed.word);
        }
        match wish.thing.as_ref().filter(|t| strange(&t.stem)) {
            Some(thing) => format!("nothing here knows of “{}”", thing.word),
            None => "its words and those of the components have too little in common".to_owned(),
        }
    }
}

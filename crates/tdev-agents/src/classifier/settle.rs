//! Which of the objects of a file decide, and which decide together: judged by what each was
//! given, by what was done with it, and by where answers go. What is known of a package helps.

use std::collections::BTreeSet;

use super::asks::{Asked, answers};
use super::frameworks::{Role, leads_by_deciding};
use super::minds::{Mind, Minds};
use super::module::Module;
use super::objects::{Id, Object, Origin, Passed};
use super::policy::learned;
use super::reading::{Reader, read};

/// Reads a module and says what decides in it.
pub(super) fn minds_of(module: &Module<'_>) -> Minds {
    let reader = read(module);
    Settled::of(&reader).minds()
}

struct Settled<'r, 'm, 'a> {
    reader: &'r Reader<'m, 'a>,
    objects: &'r [Object],
    brains: BTreeSet<Id>,
}

impl<'r, 'm, 'a> Settled<'r, 'm, 'a> {
    fn of(reader: &'r Reader<'m, 'a>) -> Self {
        let objects = &reader.store.objects;
        let mut settled = Self {
            reader,
            objects,
            brains: BTreeSet::new(),
        };
        let handed: BTreeSet<Id> = objects
            .iter()
            .flat_map(|o| o.members.iter().copied())
            .collect();
        // What holds an agent and a model judges or runs it; so surer brains are found first.
        for weak in [Surety::Sure, Surety::Likely, Surety::Kin] {
            for (id, object) in objects.iter().enumerate() {
                if settled.brains.contains(&id) || !settled.decides(id, object, weak, &handed) {
                    continue;
                }
                settled.brains.insert(id);
            }
        }
        settled
    }

    fn decides(&self, id: Id, object: &Object, weak: Surety, handed: &BTreeSet<Id>) -> bool {
        let given = object.given;
        if given.no_model {
            return false;
        }
        match (object.prior, object.origin) {
            (Some(Role::Brain), _) => return true,
            (Some(_), _) => return false,
            (None, Origin::Imported { says_so }) => {
                return object.listed || (says_so && (object.run || handed.contains(&id)));
            }
            (None, Origin::Local) if object.class.is_none() => return false,
            _ => {}
        }
        if object.acts {
            return true;
        }
        if object.is_model {
            return false;
        }
        // A toolkit has instructions and tools too; a subclass must name a model.
        let minded = given.instructed && (given.model() || given.tools && object.class.is_none())
            || given.model() && given.tools
            || given.described && given.tools && given.model_name;
        if minded {
            return true;
        }
        if weak == Surety::Kin && object.origin == Origin::Foreign {
            return self.brains.iter().any(|brain| {
                self.objects
                    .get(*brain)
                    .is_some_and(|o| o.origin == Origin::Foreign && o.what == object.what)
            });
        }
        // Less is enough for what is run, or is handed over as an agent.
        weak == Surety::Likely
            && (object.run || object.listed)
            && (given.model_object || given.tools || given.instructed)
            && answers(object) == Asked::Other
            && (object.leads || self.under(id).is_empty())
    }

    /// Whether an object of this file asks a model itself, without an agent around it.
    fn asks(&self, id: Id) -> bool {
        self.objects
            .get(id)
            .is_some_and(|object| object.asks && object.origin == Origin::Local)
    }

    /// The brains in what an object was given, or the object itself where it is one.
    fn within(&self, id: Id) -> BTreeSet<Id> {
        if self.brains.contains(&id) || self.asks(id) {
            BTreeSet::from([id])
        } else {
            self.under(id)
        }
    }

    /// The brains in what an object was given, and in what that was given.
    fn under(&self, id: Id) -> BTreeSet<Id> {
        let own = self
            .objects
            .get(id)
            .and_then(|object| object.class.as_deref());
        let mut brains = BTreeSet::new();
        let mut seen = BTreeSet::from([id]);
        let mut open = vec![id];
        while let Some(object) = open.pop().and_then(|id| self.objects.get(id)) {
            for member in &object.members {
                let Some(given) = self.objects.get(*member).filter(|_| seen.insert(*member)) else {
                    continue;
                };
                // A class that makes its own instances does not lead them.
                let made_by_its_own = own.is_some_and(|own| {
                    given.class.as_deref() == Some(own)
                        && given.scope.split('.').next() == own.split('.').next()
                });
                if made_by_its_own {
                    continue;
                }
                if self.brains.contains(member) || self.asks(*member) {
                    brains.insert(*member);
                } else {
                    open.push(*member);
                }
            }
        }
        brains
    }

    fn count(&self, brains: &BTreeSet<Id>) -> usize {
        brains
            .iter()
            .map(|id| {
                if self.objects.get(*id).is_some_and(|o| o.many) {
                    2
                } else {
                    1
                }
            })
            .sum()
    }

    fn minds(&self) -> Minds {
        let mut found = Minds {
            model_calls: self.reader.store.model_calls.iter().cloned().collect(),
            calls: self.calls(),
            ..Minds::default()
        };
        for id in &self.brains {
            if let Some(object) = self.objects.get(*id) {
                found.brains.push(mind(object, &object.what));
            }
        }
        let learned = learned(self.reader.module);
        found.brains.extend(learned);
        self.subclasses(&mut found);
        let alone = found.brains.len() == 1
            && !self
                .brains
                .iter()
                .any(|id| self.objects.get(*id).is_some_and(|o| o.many));
        for (id, object) in self.objects.iter().enumerate() {
            match object.prior {
                Some(Role::Leader) => self.leads(id, object, alone, &mut found),
                Some(Role::Composition) => self.arranges(id, object, &mut found),
                // A bare base, of which the file makes something that leads.
                Some(Role::Bystander) if object.class.is_some() => {
                    self.joins(id, object, &mut found);
                }
                Some(Role::Bystander | Role::Model) => {}
                _ => self.joins(id, object, &mut found),
            }
        }
        for (line, passed) in &self.reader.store.passed {
            if self.is_chain(passed) {
                found.joined.push(Mind {
                    line: *line,
                    what: "one agent's answer is given to another".into(),
                });
            }
        }
        self.brought_together(&mut found);
        found
    }

    /// Which top-level definitions each calls.
    fn calls(&self) -> BTreeSet<(String, String)> {
        let top = |path: &str| path.split('.').next().unwrap_or(path).to_owned();
        let functions = self.reader.store.functions.iter();
        functions
            .flat_map(|(path, function)| {
                function
                    .calls
                    .iter()
                    .map(move |called| (top(path), top(called)))
            })
            .collect()
    }

    fn leads(&self, id: Id, object: &Object, alone: bool, found: &mut Minds) {
        let members = self.under(id);
        let decides = usize::from(leads_by_deciding(&object.what));
        let several = if members.is_empty() {
            decides > 0 || !alone
        } else {
            self.count(&members) + decides >= 2 || object.open
        };
        if several {
            found.leaders.push(mind(object, &object.what));
        }
    }

    fn arranges(&self, id: Id, object: &Object, found: &mut Minds) {
        let members = self.under(id);
        if self.count(&members) >= 2 {
            let what = format!(
                "`{}` puts {} deciders together",
                object.what,
                self.count(&members)
            );
            found.joined.push(mind(object, &what));
        }
        found.arranged.push(mind(object, &object.what));
    }

    fn joins(&self, id: Id, object: &Object, found: &mut Minds) {
        let members = self.under(id);
        if self.brains.contains(&id) {
            let other = members
                .iter()
                .find(|member| **member != id && self.brains.contains(member));
            let given = match other.and_then(|other| self.objects.get(*other)) {
                Some(other) => {
                    format!("`{}` of line {}, which decides too", other.what, other.line)
                }
                None if object.open => "agents from elsewhere".to_owned(),
                None => return,
            };
            found
                .joined
                .push(mind(object, &format!("`{}` is given {given}", object.what)));
        } else if object.channel {
            let joined = self.on_channel(id);
            if joined >= 2 {
                let what = format!(
                    "`{}` carries what {joined} deciders say to each other",
                    object.what
                );
                found.joined.push(mind(object, &what));
            }
        } else if self.asks(id) && object.class.is_some() && !members.is_empty() {
            let what = format!("`{}` asks a model and is given others that do", object.what);
            found.joined.push(mind(object, &what));
        } else if self.count(&members) >= 2 && !object.served && !object.is_model {
            found.joined.push(mind(
                object,
                &format!(
                    "`{}` is given {} that decide",
                    object.what,
                    self.count(&members)
                ),
            ));
        }
    }

    /// How many deciders were given this object.
    fn on_channel(&self, id: Id) -> usize {
        self.objects
            .iter()
            .enumerate()
            .filter(|(holder, object)| {
                object.members.contains(&id) && (self.brains.contains(holder) || self.asks(*holder))
            })
            .count()
    }

    fn is_chain(&self, passed: &Passed) -> bool {
        let minds = |ids: &BTreeSet<Id>| -> Vec<BTreeSet<Id>> {
            ids.iter()
                .map(|id| self.within(*id))
                .filter(|brains| !brains.is_empty() && brains.iter().all(|b| self.is_instance(*b)))
                .collect()
        };
        let (from, to) = (minds(&passed.from), minds(&passed.to));
        from.iter().any(|one| to.iter().any(|other| one.is_disjoint(other)))
            // Who is asked is chosen by an answer, among several.
            && (to.len() == 1 || from.iter().any(|one| !to.contains(one)))
    }

    /// A function of the file that asks a model is a step of a program, not an agent of its own.
    fn is_instance(&self, id: Id) -> bool {
        self.brains.contains(&id)
            || self
                .objects
                .get(id)
                .is_some_and(|o| o.class.is_some() || o.bound)
    }

    /// A function that runs several and returns what they said.
    fn brought_together(&self, found: &mut Minds) {
        if found.is_team() {
            return;
        }
        for function in self.reader.store.functions.values() {
            let first = |id: &Id| self.reader.store.instead_of.get(id).copied().unwrap_or(*id);
            let brains: BTreeSet<Id> = function
                .returns
                .answers
                .iter()
                .flat_map(|id| self.within(*id))
                .filter(|id| self.brains.contains(id))
                .map(|id| first(&id))
                .collect();
            if brains.len() >= 2 {
                found.joined.push(Mind {
                    line: function.line,
                    what: format!(
                        "the answers of {} agents come out of one function",
                        brains.len()
                    ),
                });
            }
        }
    }

    /// A subclass of a framework's agent that the file itself never builds is still one.
    fn subclasses(&self, found: &mut Minds) {
        for (path, class) in &self.reader.classes {
            let built = self
                .objects
                .iter()
                .any(|o| o.class.as_deref() == Some(path));
            let what = path.rsplit('.').next().unwrap_or(path);
            let mind = Mind {
                line: class.line,
                what: what.to_owned(),
            };
            let given = class.given;
            match class.prior {
                _ if built => {}
                Some(Role::Brain) => found.brains.push(mind),
                Some(Role::Leader) => found.leaders.push(mind),
                None if class.foreign && given.instructed && given.model() => {
                    found.brains.push(mind);
                }
                _ => {}
            }
        }
        found.brains.sort_by_key(|mind| mind.line);
    }
}

/// How plain it must be that something decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Surety {
    /// By what it is given alone.
    Sure,
    /// By a part of that, and by what is done with it.
    Likely,
    /// By being built by the same thing as another that does.
    Kin,
}

fn mind(object: &Object, what: &str) -> Mind {
    Mind {
        line: object.line,
        what: what.to_owned(),
    }
}

//! Measures retrieval at 100, 10,000 and 100,000 components: `retrieval [--json] [MODEL FILE]`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for people"
)]

mod distractors;
mod goals;
mod measure;
#[path = "../../../tdev-asl/examples/bench/report.rs"]
mod report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use tdev_agents::retrieval::{Fusion, Index, Query, embedded_text, queries};
use tdev_core::component::Component;
use tdev_core::vector::Vector;
use tdev_embed::{MiniLm, default_file};

use goals::Goal;
use measure::{cpu_millis, resident};
use report::{Report, Row, Target};

/// What went wrong, for people.
type Failed = Box<dyn std::error::Error>;

/// How many components there are in all.
const SIZES: [usize; 3] = [100, 10_000, 100_000];

/// Components whose texts are really embedded; the vectors of the others are mixed from these.
const EMBEDDED: usize = 10_000;

/// How many candidates a composer is given.
const SHORTLIST: usize = 64;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (flags, files): (Vec<_>, Vec<_>) = arguments.iter().partition(|a| a.starts_with("--"));
    let done = model_file(files.first())
        .and_then(|file| bench(&mut Report::new(!flags.is_empty()), &file));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The model's file as it is given, or where set-up puts it.
fn model_file(given: Option<&&String>) -> Result<PathBuf, Failed> {
    if let Some(file) = given {
        return Ok(PathBuf::from(file.as_str()));
    }
    let home = std::env::var("HOME").map_err(|_| "no HOME: name the model's file")?;
    Ok(default_file(&Path::new(&home).join(".cache/tdev/models")))
}

fn bench(report: &mut Report, file: &Path) -> Result<(), Failed> {
    report.begin("embedder");
    let model = embedder(report, file)?;
    report.begin("retrieval");
    let library: Vec<Component> = serde_json::from_str(include_str!("library.json"))?;
    let real: Vec<Arc<Component>> = library.into_iter().map(Arc::new).collect();
    let (goals, held_out) = (
        goals::of(goals::CHOSEN_BY, &real)?,
        goals::of(goals::HELD_OUT, &real)?,
    );
    let ask = |goals: &'_ [Goal]| -> Vec<Asked> {
        goals.iter().map(|goal| Asked::of(goal, &model)).collect()
    };
    let (asked, unseen) = (ask(&goals), ask(&held_out));
    report.note(&format!(
        "recall over the library's {} components and made-up others: of {} goals by which ways were \
         chosen, and of {} held out",
        real.len(),
        goals.len(),
        held_out.len()
    ));
    let others = distractors::all(SIZES[2] - real.len());
    let meanings = distractors::meanings(&others, &model, EMBEDDED);
    for size in SIZES {
        let before = resident()?;
        let mut index = Index::default();
        let mut all: Vec<(Arc<Component>, Vector)> = real
            .iter()
            .map(|c| (Arc::clone(c), meaning(&model, c)))
            .collect();
        let made_up = others.iter().cloned().zip(meanings.iter().cloned());
        all.extend(made_up.take(size - real.len()));
        let built = cpu_millis(1, || fill(&mut index, &all));
        let grown = resident()?.saturating_sub(before) as f64 / f64::from(1 << 20);
        recall(report, &mut index, &asked, &format!("{size:>6}"));
        recall(report, &mut index, &unseen, &format!("{size:>6}, held out"));
        latency(report, &index, &asked, size);
        let held = index.bytes() as f64 / f64::from(1 << 20);
        let mut row = |what: &str, unit, measured, floor, target| {
            report.add(&Row {
                what: format!("{size} components: {what}"),
                unit,
                measured,
                floor,
                target,
            });
        };
        row(
            "built, each",
            "us",
            built * 1e3 / size as f64,
            None,
            Target::None,
        );
        let vectors = size as f64 * 384.0 / f64::from(1 << 20);
        row(
            "index held, against bare vectors",
            "MiB",
            held,
            Some(vectors),
            if size > 1000 {
                Target::Floors(3.0)
            } else {
                Target::None
            },
        );
        row("resident memory grown by", "MiB", grown, None, Target::None);
        let one = &all[all.len() / 2];
        let again = cpu_millis(5, || fill(&mut index, std::slice::from_ref(one)));
        row(
            "one replaced, once embedded",
            "ms",
            again,
            None,
            Target::AtMost(1.0),
        );
    }
    report.end();
    Ok(())
}

fn embedder(report: &mut Report, file: &Path) -> Result<MiniLm, Failed> {
    let opened = cpu_millis(5, || drop(MiniLm::open(file)));
    let before = resident()?;
    let model = MiniLm::open(file)?;
    let text = "Read the QR code on this badge image, then look the name of the user up";
    let one = cpu_millis(200, || drop(model.read(&[text])));
    let many = [text; 12];
    let each = cpu_millis(20, || drop(model.read(&many))) / 12.0;
    let grown = (resident()? - before) as f64 / f64::from(1 << 20);
    let tokens = model.pieces(text).len();
    for (what, unit, measured, target) in [
        ("opened".to_owned(), "ms", opened, Target::AtMost(20.0)),
        (
            format!("one text of {tokens} tokens"),
            "ms",
            one,
            Target::AtMost(5.0),
        ),
        (
            "each of twelve such".to_owned(),
            "ms",
            each,
            Target::AtMost(5.0),
        ),
        (
            "resident memory, most of it the shared file".to_owned(),
            "MiB",
            grown,
            Target::AtMost(32.0),
        ),
    ] {
        report.add(&Row {
            what,
            unit,
            measured,
            floor: None,
            target,
        });
    }
    Ok(model)
}

fn meaning(model: &MiniLm, component: &Component) -> Vector {
    Vector::of(&model.read(&[embedded_text(component)]).remove(0))
}

fn fill(index: &mut Index, components: &[(Arc<Component>, Vector)]) {
    for (component, vector) in components {
        index.insert(component);
        index.mean(&component.name, vector);
    }
}

/// A goal as it is asked: by its words, by its meaning, and by both.
struct Asked {
    goal: Goal,
    words: Vec<Query>,
    both: Vec<Query>,
}

impl Asked {
    fn of(goal: &Goal, model: &MiniLm) -> Self {
        let words = queries(&goal.text);
        let both = words
            .iter()
            .map(|q| q.clone().meaning(&model.read(&[&q.text])[0]))
            .collect();
        Self {
            goal: goal.clone(),
            words,
            both,
        }
    }
}

fn recall(report: &mut Report, index: &mut Index, asked: &[Asked], what: &str) {
    let ways = [
        ("words", Fusion::default(), true),
        ("meaning", Fusion::Sum(0.0), false),
        ("ranks, 10", Fusion::Ranks(10.0), false),
        ("ranks, 60", Fusion::Ranks(60.0), false),
        ("sum, 0.25", Fusion::Sum(0.25), false),
        ("sum, 0.5", Fusion::Sum(0.5), false),
        ("sum, 1", Fusion::Sum(1.0), false),
    ];
    for (way, fusion, words) in ways {
        index.fuse(fusion);
        let places: Vec<Option<usize>> = asked
            .iter()
            .map(|asked| {
                let queries = if words { &asked.words } else { &asked.both };
                let found = index.search(queries, SHORTLIST, |_| true);
                found
                    .iter()
                    .position(|c| asked.goal.answers(&c.component.name))
            })
            .collect();
        let share = |most: usize| {
            let hits = places.iter().flatten().filter(|place| **place < most);
            hits.count() as f64 / asked.len() as f64
        };
        report.note(&format!(
            "{what}, {way:<10} recall@1 {:.2}  @5 {:.2}  @{SHORTLIST} {:.2}",
            share(1),
            share(5),
            share(SHORTLIST)
        ));
    }
    index.fuse(Fusion::default());
}

fn latency(report: &mut Report, index: &Index, asked: &[Asked], size: usize) {
    let mut times: Vec<f64> = asked
        .iter()
        .map(|asked| cpu_millis(3, || drop(index.search(&asked.both, SHORTLIST, |_| true))))
        .collect();
    times.sort_by(f64::total_cmp);
    let worst = times.last().copied().unwrap_or(0.0);
    let usual = times.get(times.len() / 2).copied().unwrap_or(0.0);
    let parts = queries("Read the badge, look the user up, and mail the user a report");
    let text: Vec<Query> = parts
        .into_iter()
        .map(|q| {
            asked
                .first()
                .and_then(|a| a.both[0].vector.clone())
                .map_or(q.clone(), |v| q.with(v))
        })
        .collect();
    let four = cpu_millis(5, || drop(index.search(&text, SHORTLIST, |_| true)));
    for (what, measured) in [
        ("shortlist, median goal".to_owned(), usual),
        ("shortlist, slowest goal".to_owned(), worst),
        (
            format!("shortlist, a goal of {} questions", text.len()),
            four,
        ),
    ] {
        report.add(&Row {
            what: format!("{size} components: {what}"),
            unit: "ms",
            measured,
            floor: None,
            target: Target::AtMost(10.0),
        });
    }
}

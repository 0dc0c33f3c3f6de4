//! What was measured, as a table for people or a line of JSON each for programs.

use serde_json::{Value, json};

/// How much is allowed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    /// The measured value is at most this.
    AtMost(f64),
    /// The measured value is at most this many floors.
    Floors(f64),
    /// Shown for comparison only.
    None,
}

/// One measurement.
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) unit: &'static str,
    pub(crate) measured: f64,
    /// What the same costs without the engine, or at the small size.
    pub(crate) floor: Option<f64>,
    pub(crate) target: Target,
}

impl Row {
    fn ratio(&self) -> Option<f64> {
        self.floor.map(|floor| self.measured / floor)
    }

    fn target(&self) -> String {
        match self.target {
            Target::AtMost(most) => format!("<= {most} {}", self.unit),
            Target::Floors(most) => format!("<= {most} x"),
            Target::None => String::new(),
        }
    }

    fn verdict(&self) -> &'static str {
        let (value, most) = match self.target {
            Target::AtMost(most) => (self.measured, most),
            Target::Floors(most) => (self.ratio().unwrap_or(f64::MAX), most),
            Target::None => return "",
        };
        if value <= most { "ok" } else { "over" }
    }
}

/// Prints each row as it comes.
pub(crate) struct Report {
    json: bool,
    scenario: &'static str,
    over: usize,
    targets: usize,
}

impl Report {
    pub(crate) fn new(json: bool) -> Self {
        let report = Self {
            json,
            scenario: "",
            over: 0,
            targets: 0,
        };
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split_whitespace().next().unwrap_or("unknown");
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        report.note(&format!("{cores} cores, load average {load}"));
        if !json {
            println!(
                "{:<12} {:<58} {:>13} {:>13} {:>9} {:>12}",
                "scenario", "what", "measured", "floor", "ratio", "target"
            );
        }
        report
    }

    pub(crate) fn begin(&mut self, scenario: &'static str) {
        self.scenario = scenario;
    }

    /// A remark between the rows, for people.
    pub(crate) fn note(&self, text: &str) {
        if !self.json {
            println!("# {text}");
        }
    }

    pub(crate) fn add(&mut self, row: &Row) {
        let verdict = row.verdict();
        self.targets += usize::from(!verdict.is_empty());
        self.over += usize::from(verdict == "over");
        if self.json {
            println!("{}", self.line(row, verdict));
            return;
        }
        let floor = row.floor.map(|f| amount(f, row.unit));
        let ratio = row.ratio().map(|r| format!("{r:.2} x"));
        println!(
            "{:<12} {:<58} {:>13} {:>13} {:>9} {:>12} {verdict}",
            self.scenario,
            row.what,
            amount(row.measured, row.unit),
            floor.unwrap_or_default(),
            ratio.unwrap_or_default(),
            row.target(),
        );
    }

    fn line(&self, row: &Row, verdict: &str) -> Value {
        let (most, of) = match row.target {
            Target::AtMost(most) => (Some(most), Some("measured")),
            Target::Floors(most) => (Some(most), Some("ratio")),
            Target::None => (None, None),
        };
        json!({
            "scenario": self.scenario,
            "what": row.what,
            "unit": row.unit,
            "measured": row.measured,
            "floor": row.floor,
            "ratio": row.ratio(),
            "target": most,
            "target_of": of,
            "ok": (!verdict.is_empty()).then_some(verdict == "ok"),
        })
    }

    pub(crate) fn end(&self) {
        let (held, targets) = (self.targets - self.over, self.targets);
        self.note(&format!("{held} of {targets} targets held"));
    }
}

fn amount(value: f64, unit: &str) -> String {
    let places = if value < 10.0 { 3 } else { 1 };
    format!("{value:.places$} {unit}")
}

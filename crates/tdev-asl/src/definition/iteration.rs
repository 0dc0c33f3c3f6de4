//! Parallel and Map states.

use serde_json::Value;

use super::fault::below;
use super::flow::Compiler;
use super::object::Object;
use super::shaping::shaping;
use super::state::{Batcher, Items, Kind, MapState, Parallel, Selection};
use crate::template::{Language, compile};

const PROCESSOR: [&str; 4] = ["StartAt", "States", "ProcessorConfig", "Comment"];
const CONFIG: [&str; 3] = ["Mode", "ExecutionType", "Comment"];

/// How the iterations of a Map are run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// In the execution itself.
    Inline,
    /// Each as an execution of its own, which a redrive continues.
    Standard,
    /// Each as an execution of its own, which a redrive starts anew.
    Express,
}
const BATCHER: [&str; 6] = [
    "BatchInput",
    "MaxItemsPerBatch",
    "MaxItemsPerBatchPath",
    "MaxInputBytesPerBatch",
    "MaxInputBytesPerBatchPath",
    "Comment",
];
/// What a count may be.
pub(super) const COUNT: (f64, f64) = (0.0, 9_007_199_254_740_992.0);

impl Compiler<'_> {
    pub(super) fn parallel(
        &mut self,
        state: Object<'_>,
        language: Language,
        depth: usize,
    ) -> Option<Kind> {
        let shaping = shaping(&state, language, self.faults);
        let place = state.place("Branches");
        let items = match state.get("Branches") {
            Some(Value::Array(items)) if !items.is_empty() => items,
            Some(_) => {
                self.faults
                    .add(&place, "WRONG_TYPE", "`Branches` must be a non-empty array");
                return None;
            }
            None => {
                self.faults
                    .add(state.at, "MISSING_FIELD", "`Branches` is missing");
                return None;
            }
        };
        let mut branches = Vec::with_capacity(items.len());
        for (i, item) in items.iter().enumerate() {
            let here = below(&place, &i.to_string());
            let Some(branch) = Object::of(item, &here, self.faults) else {
                continue;
            };
            branch.only(&[&PROCESSOR], "a branch", self.faults);
            branches.extend(self.flow(branch, depth + 1));
        }
        (branches.len() == items.len())
            .then(|| Kind::Parallel(Box::new(Parallel { branches, shaping })))
    }

    pub(super) fn map(
        &mut self,
        state: Object<'_>,
        language: Language,
        depth: usize,
    ) -> Option<Kind> {
        let mut shaping = shaping(&state, language, self.faults);
        state.either("ItemProcessor", "Iterator", self.faults);
        state.either("ItemSelector", "Parameters", self.faults);
        let field = if state.get("ItemProcessor").is_some() {
            "ItemProcessor"
        } else {
            "Iterator"
        };
        let Some(value) = state.get(field) else {
            self.faults
                .add(state.at, "MISSING_FIELD", "`ItemProcessor` is missing");
            return None;
        };
        let place = state.place(field);
        let processor = Object::of(value, &place, self.faults)?;
        processor.only(&[&PROCESSOR], "an item processor", self.faults);
        let mode = self.mode(&processor);
        if mode == Mode::Inline {
            self.only_distributed(&state);
        }
        // The children of a distributed Map see nothing of the scopes around it.
        let around = (mode != Mode::Inline).then(|| std::mem::take(&mut self.outer));
        let start = self.flow(processor, depth + 1);
        if let Some(around) = around {
            self.outer = around;
        }
        let item_selector = match state.get("ItemSelector") {
            Some(_) => state.payload("ItemSelector", language, "ItemSelector", self.faults),
            // `Parameters` of a Map is what `ItemSelector` was once called.
            None => shaping.arguments.take(),
        };
        Some(Kind::Map(Box::new(MapState {
            start: start?,
            distributed: mode != Mode::Inline,
            express: mode == Mode::Express,
            items: self.items(&state, language),
            label: self.label(&state),
            reader: self.reader(&state, language),
            writer: self.writer(&state, language),
            item_selector,
            batcher: self.batcher(&state, language),
            max_concurrency: state.amount("MaxConcurrency", COUNT, language, self.faults),
            tolerated_count: state.amount("ToleratedFailureCount", COUNT, language, self.faults),
            tolerated_percentage: state.amount(
                "ToleratedFailurePercentage",
                (0.0, 100.0),
                language,
                self.faults,
            ),
            shaping,
        })))
    }

    fn mode(&mut self, processor: &Object<'_>) -> Mode {
        let place = processor.place("ProcessorConfig");
        let Some(config) = processor
            .get("ProcessorConfig")
            .and_then(|v| Object::of(v, &place, self.faults))
        else {
            return Mode::Inline;
        };
        config.only(&[&CONFIG], "a processor configuration", self.faults);
        match config.string("Mode", self.faults) {
            None | Some("INLINE") => Mode::Inline,
            Some("DISTRIBUTED") => match config.string("ExecutionType", self.faults) {
                Some("STANDARD") => Mode::Standard,
                Some("EXPRESS") => Mode::Express,
                _ => {
                    self.faults.add(
                        config.at,
                        "MISSING_FIELD",
                        "a distributed Map needs `ExecutionType`: STANDARD or EXPRESS",
                    );
                    Mode::Standard
                }
            },
            Some(other) => {
                self.faults.add(
                    &config.place("Mode"),
                    "BAD_VALUE",
                    format!("`Mode` is INLINE or DISTRIBUTED, not `{other}`"),
                );
                Mode::Inline
            }
        }
    }

    fn items(&mut self, state: &Object<'_>, language: Language) -> Items {
        match (language, state.get("Items")) {
            (Language::Jsonata, Some(value)) => {
                let at = state.place("Items");
                if !matches!(value, Value::Array(_) | Value::String(_)) {
                    state.wrong(
                        "Items",
                        "an array or a JSONata expression",
                        value,
                        self.faults,
                    );
                }
                Items::Template(compile(value, language, "Items", &at, self.faults))
            }
            (Language::Jsonata, None) => Items::Path(Selection::Whole),
            (Language::JsonPath, _) => Items::Path(state.selection("ItemsPath", self.faults)),
        }
    }

    /// Notes the fields that only a distributed Map has.
    fn only_distributed(&mut self, state: &Object<'_>) {
        for field in ["ItemReader", "ItemBatcher", "ResultWriter"] {
            if state.get(field).is_some() {
                self.faults.add(
                    &state.place(field),
                    "UNKNOWN_FIELD",
                    format!("`{field}` belongs to a Map of the mode DISTRIBUTED"),
                );
            }
        }
    }

    /// `Label`: part of the names of what the Map runs, so its letters are limited.
    fn label(&mut self, state: &Object<'_>) -> Option<String> {
        let label = state.string("Label", self.faults)?;
        let refused =
            |c: char| c.is_whitespace() || c.is_control() || "?*<>{}[]:;,\\|^~$#%&`\"".contains(c);
        if label.is_empty() || label.chars().count() > 40 || label.contains(refused) {
            self.faults.add(
                &state.place("Label"),
                "BAD_VALUE",
                "`Label` has 1 to 40 characters, no space, bracket, wildcard or mark such as `:`",
            );
        }
        let place = state.place("Label");
        if let Some(other) = self.labels.insert(label.to_owned(), place.clone()) {
            self.faults.add(
                &place,
                "DUPLICATE_LABEL",
                format!("the label `{label}` stands at {other} already"),
            );
        }
        Some(label.to_owned())
    }

    fn batcher(&mut self, state: &Object<'_>, language: Language) -> Option<Batcher> {
        let place = state.place("ItemBatcher");
        let batcher = Object::of(state.get("ItemBatcher")?, &place, self.faults)?;
        batcher.only(&[&BATCHER], "an item batcher", self.faults);
        let read = Batcher {
            input: batcher.payload(
                "BatchInput",
                language,
                "ItemBatcher/BatchInput",
                self.faults,
            ),
            max_items: batcher.amount("MaxItemsPerBatch", COUNT, language, self.faults),
            max_bytes: batcher.amount("MaxInputBytesPerBatch", COUNT, language, self.faults),
        };
        if read.max_items.is_none() && read.max_bytes.is_none() {
            self.faults.add(
                batcher.at,
                "MISSING_FIELD",
                "a batcher needs `MaxItemsPerBatch` or `MaxInputBytesPerBatch`",
            );
        }
        Some(read)
    }
}

//! The log of a function: a JSON object a line, with the fields of every span around it laid flat,
//! so that `filter run = "…"` finds what a run did.

use std::fmt;
use std::io::Write as _;
use std::sync::Arc;

use chrono::{SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use crate::secrets::mask;

/// Where lines go.
pub type Sink = Arc<dyn Fn(&str) + Send + Sync>;

/// Where Lambda reads a function's lines.
pub fn stdout() -> Sink {
    Arc::new(|line| {
        // A log that cannot be written cannot be complained about.
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    })
}

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level(LevelFilter);

impl Level {
    /// By its name at Lambda: `TRACE`, `DEBUG`, `INFO`, `WARN`, `ERROR` or `FATAL`.
    pub fn parse(name: &str) -> Option<Self> {
        let level = match name.to_ascii_uppercase().as_str() {
            "TRACE" => LevelFilter::TRACE,
            "DEBUG" => LevelFilter::DEBUG,
            "INFO" => LevelFilter::INFO,
            "WARN" => LevelFilter::WARN,
            "ERROR" | "FATAL" => LevelFilter::ERROR,
            _ => return None,
        };
        Some(Self(level))
    }
}

impl Default for Level {
    fn default() -> Self {
        Self(LevelFilter::INFO)
    }
}

/// From here on everything that is told in this process goes to `sink`, panics included.
pub(super) fn begin(level: Level, sink: &Sink) {
    let lines = Lines {
        level: level.0,
        sink: Arc::clone(sink),
    };
    let subscriber = tracing_subscriber::registry().with(lines);
    // A process has one log: what began first stays.
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        std::panic::set_hook(Box::new(|panic| {
            let said = panic.payload_as_str().unwrap_or_default();
            let place = panic.location().map(ToString::to_string);
            tracing::error!(
                panic.place = place.as_deref().unwrap_or_default(),
                "the function panicked: {said}"
            );
        }));
    }
}

/// Writes events.
struct Lines {
    level: LevelFilter,
    sink: Sink,
}

impl Lines {
    fn wants(&self, metadata: &Metadata) -> bool {
        let target = metadata.target();
        // The runtime says once more what the function said when it failed.
        if target.starts_with("lambda_runtime") {
            return false;
        }
        // The SDK's finer lines hold what it sends and is sent, secrets among it.
        let level = match target.starts_with("tdev") {
            true => self.level,
            false => self.level.min(LevelFilter::WARN),
        };
        *metadata.level() <= level
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        self.wants(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        let mut line = Fields::default();
        line.0.insert(
            "timestamp".to_owned(),
            json!(Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true)),
        );
        line.0
            .insert("level".to_owned(), json!(metadata.level().as_str()));
        line.0.insert("target".to_owned(), json!(metadata.target()));
        for span in context
            .event_scope(event)
            .into_iter()
            .flat_map(tracing_subscriber::registry::Scope::from_root)
        {
            if let Some(fields) = span.extensions().get::<Fields>() {
                line.0.extend(fields.0.clone());
            }
        }
        event.record(&mut line);
        (self.sink)(&Value::Object(line.0).to_string());
    }
}

/// Fields as JSON. Every text passes the mask, before its quotes are escaped.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        self.0.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, json!(mask(&format!("{value:?}"))));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, json!(mask(value)));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, json!(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, json!(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, json!(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, json!(value));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// The lines that `tell` leaves at a level.
    fn told(level: &str, tell: impl FnOnce()) -> Vec<Value> {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&lines);
        let sink: Sink = Arc::new(move |line| {
            kept.lock()
                .unwrap()
                .push(serde_json::from_str(line).unwrap());
        });
        let subscriber = tracing_subscriber::registry().with(Lines {
            level: Level::parse(level).unwrap().0,
            sink,
        });
        tracing::subscriber::with_default(subscriber, tell);
        lines.lock().unwrap().clone()
    }

    #[test]
    fn a_line_has_the_fields_of_the_spans_around_it_and_its_own_over_them() {
        let lines = told("info", || {
            let outer = tracing::info_span!("invocation", run = "r1", step = "a", cold = true);
            let _outer = outer.enter();
            let inner = tracing::info_span!("request", http.method = "GET");
            let _inner = inner.enter();
            outer.record("step", "b");
            tracing::warn!(error.code = "InvalidInput", count = 3, "it is \"wrong\"");
        });
        let [line] = &lines[..] else {
            panic!("{lines:?}")
        };
        for (name, value) in [
            ("level", json!("WARN")),
            ("message", json!("it is \"wrong\"")),
            ("run", json!("r1")),
            ("step", json!("b")),
            ("cold", json!(true)),
            ("http.method", json!("GET")),
            ("error.code", json!("InvalidInput")),
            ("count", json!(3)),
        ] {
            assert_eq!(line[name], value, "{line}");
        }
        chrono::DateTime::parse_from_rfc3339(line["timestamp"].as_str().unwrap()).unwrap();
    }

    #[test]
    fn others_say_only_what_is_wrong_and_the_runtime_nothing() {
        let lines = told("debug", || {
            tracing::debug!("ours");
            tracing::info!(target: "aws_smithy_runtime", "theirs");
            tracing::warn!(target: "aws_config", "wrong");
            tracing::error!(target: "lambda_runtime::layers::panic", "twice");
            tracing::trace!("too fine");
        });
        let said: Vec<&str> = lines
            .iter()
            .map(|line| line["message"].as_str().unwrap())
            .collect();
        assert_eq!(said, ["ours", "wrong"]);
    }

    #[test]
    fn a_level_has_lambdas_names() {
        assert_eq!(Level::parse("fatal"), Level::parse("ERROR"));
        assert_eq!(Level::parse("Info"), Some(Level::default()));
        assert_eq!(Level::parse("loud"), None);
    }
}

//! The starter library: tools that are compiled in, one file each, with their metadata beside them.
//!
//! A tool is called with JSON and a [`ToolContext`]; everything outside of the process that it can
//! reach, it reaches through that context. `all` is the explicit list.

mod context;
mod runner;

mod encoding;
pub(crate) mod prose;
mod sqlite;
mod table;
mod template;

mod csv_reader;
mod csv_writer;
mod date_arithmetic;
mod directory_lister;
mod email_sender;
mod extractive_summary;
mod file_loader;
mod file_reader;
mod file_text;
mod file_writer;
mod hash;
mod html_to_text;
mod http_fetch;
mod json_query;
mod keyword_extractor;
mod language_detector;
mod markdown_render;
mod qr_code_reader;
mod qr_code_writer;
mod regex_extract;
mod slack_notifier;
mod sqlite_query;
mod table_filter;
mod table_group;
mod table_sort;
mod template_render;
mod text_diff;
mod text_statistics;
mod unit_converter;
mod user_lookup;
mod webhook;

use std::sync::OnceLock;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tdev_core::component::Component;
use tdev_core::{Code, Error, Result};

pub use context::ToolContext;
pub use runner::Builtins;

/// One tool that is compiled in.
pub trait BuiltinTool: Send + Sync {
    /// Its name in the registry.
    fn name(&self) -> &'static str;

    /// Its metadata record, as JSON.
    fn metadata(&self) -> &'static str;

    /// Does the work; may block. The input fits the schema of the metadata.
    ///
    /// # Errors
    /// Whatever went wrong, naming the input field at fault.
    fn call(&self, context: &ToolContext, input: Value) -> Result<Value>;
}

/// Every tool of the library, by name.
pub fn all() -> &'static [&'static dyn BuiltinTool] {
    &[
        &csv_reader::CsvReader,
        &csv_writer::CsvWriter,
        &date_arithmetic::DateArithmetic,
        &directory_lister::DirectoryLister,
        &email_sender::EmailSender,
        &extractive_summary::ExtractiveSummary,
        &file_loader::FileLoader,
        &file_reader::FileReader,
        &file_text::FileText,
        &file_writer::FileWriter,
        &hash::Hash,
        &html_to_text::HtmlToText,
        &http_fetch::HttpFetch,
        &json_query::JsonQuery,
        &keyword_extractor::KeywordExtractor,
        &language_detector::LanguageDetector,
        &markdown_render::MarkdownRender,
        &qr_code_reader::QrCodeReader,
        &qr_code_writer::QrCodeWriter,
        &regex_extract::RegexExtract,
        &slack_notifier::SlackNotifier,
        &sqlite_query::SqliteQuery,
        &table_filter::TableFilter,
        &table_group::TableGroup,
        &table_sort::TableSort,
        &template_render::TemplateRender,
        &text_diff::TextDiff,
        &text_statistics::TextStatistics,
        &unit_converter::UnitConverter,
        &user_lookup::UserLookup,
        &webhook::Webhook,
    ]
}

/// The tool of that name.
///
/// # Errors
/// `ComponentNotFound`.
pub fn find(name: &str) -> Result<&'static dyn BuiltinTool> {
    all()
        .iter()
        .copied()
        .find(|tool| tool.name() == name)
        .ok_or_else(|| {
            Error::new(
                Code::ComponentNotFound,
                format!("there is no builtin `{name}`"),
            )
            .hint_opt(tdev_core::nearest::did_you_mean(
                name,
                all().iter().map(|tool| tool.name()),
            ))
        })
}

/// The metadata of every tool, in the order of [`all`].
///
/// # Errors
/// `InvalidComponent` where a record that is compiled in cannot be read.
pub fn library() -> Result<&'static [Component]> {
    static LIBRARY: OnceLock<Result<Vec<Component>>> = OnceLock::new();
    LIBRARY
        .get_or_init(|| {
            all()
                .iter()
                .map(|tool| {
                    serde_json::from_str(tool.metadata()).map_err(|fault| {
                        Error::new(
                            Code::InvalidComponent,
                            format!("metadata of {}: {fault}", tool.name()),
                        )
                    })
                })
                .collect()
        })
        .as_deref()
        .map_err(Clone::clone)
}

/// The metadata of one tool.
///
/// # Errors
/// `ComponentNotFound`.
pub fn component(name: &str) -> Result<&'static Component> {
    find(name)?;
    library()?
        .iter()
        .find(|component| component.name == name)
        .ok_or_else(|| {
            Error::new(
                Code::Internal,
                format!("the metadata of `{name}` bears another name"),
            )
        })
}

/// A tool's input in its own terms.
fn typed<T: DeserializeOwned>(input: Value) -> Result<T> {
    serde_json::from_value(input).map_err(|fault| {
        Error::new(
            Code::InvalidInput,
            format!("the input does not fit: {fault}"),
        )
    })
}

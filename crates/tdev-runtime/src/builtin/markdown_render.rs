//! Renders Markdown as HTML that is safe to show: raw HTML is shown as text, script links go.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, html};
use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::Result;

use super::{BuiltinTool, ToolContext, typed};

pub(super) struct MarkdownRender;

#[derive(Deserialize)]
struct Input {
    markdown: String,
}

impl BuiltinTool for MarkdownRender {
    fn name(&self) -> &'static str {
        "MarkdownRenderTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("markdown_render.json")
    }

    fn call(&self, _context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_FOOTNOTES;
        let events = Parser::new_ext(&input.markdown, options).map(harmless);
        let mut rendered = String::new();
        html::push_html(&mut rendered, events);
        Ok(json!({"html": rendered}))
    }
}

fn harmless(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Link {
            link_type,
            dest_url: address(dest_url),
            title,
            id,
        }),
        Event::Start(Tag::Image {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Image {
            link_type,
            dest_url: address(dest_url),
            title,
            id,
        }),
        other => other,
    }
}

/// An address a browser only ever goes to: relative, or of a scheme that runs nothing.
fn address(url: CowStr<'_>) -> CowStr<'_> {
    // Browsers skip white space and control characters inside a scheme.
    let plain: String = url
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect();
    let scheme = plain
        .split_once(':')
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        None | Some("http" | "https" | "mailto" | "tel") => url,
        // A colon after a slash, query or fragment begins no scheme.
        Some(before) if before.contains(['/', '?', '#']) => url,
        Some(_) => "#".into(),
    }
}

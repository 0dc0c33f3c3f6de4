//! Turns an HTML page into readable text, with its title and links.

use html5gum::{Token, Tokenizer};
use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::Result;

use super::{BuiltinTool, ToolContext, typed};

/// Elements whose content is not for reading.
const UNREAD: &[&str] = &[
    "script", "style", "noscript", "template", "head", "svg", "iframe",
];
/// Elements that stand on lines of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
];

/// How deep such elements are followed into one another.
const DEEPEST: usize = 64;

pub(super) struct HtmlToText;

#[derive(Deserialize)]
struct Input {
    html: String,
}

impl BuiltinTool for HtmlToText {
    fn name(&self) -> &'static str {
        "HtmlToTextTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("html_to_text.json")
    }

    fn call(&self, _context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let page = read(&input.html);
        let links: Vec<_> = page
            .links
            .iter()
            .map(|(text, url)| json!({"text": text.trim(), "url": url}))
            .collect();
        Ok(json!({"text": page.text.finish(), "title": page.title.trim(), "links": links}))
    }
}

#[derive(Default)]
struct Page {
    text: Flow,
    title: String,
    links: Vec<(String, String)>,
}

fn read(html: &str) -> Page {
    let mut page = Page::default();
    let mut unread: Vec<String> = Vec::new();
    let (mut in_title, mut in_link) = (false, false);
    for token in Tokenizer::new(html) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                if UNREAD.contains(&name.as_str()) && !tag.self_closing {
                    if unread.len() < DEEPEST {
                        unread.push(name);
                    }
                    continue;
                }
                match name.as_str() {
                    "title" => in_title = page.title.is_empty(),
                    "a" if unread.is_empty() => {
                        if let Some(href) = tag.attributes.get(b"href".as_slice()) {
                            page.links
                                .push((String::new(), String::from_utf8_lossy(href).into_owned()));
                            in_link = true;
                        }
                    }
                    "br" => page.text.line(),
                    "td" | "th" => page.text.cell(),
                    "li" if unread.is_empty() => {
                        page.text.line();
                        page.text.write("- ");
                    }
                    // A page that forgets to end its head shows its body all the same.
                    "body" => unread.retain(|open| open != "head"),
                    _ if BLOCKS.contains(&name.as_str()) => page.text.block(&name),
                    _ => {}
                }
            }
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                if let Some(at) = unread.iter().rposition(|open| *open == name) {
                    unread.truncate(at);
                }
                match name.as_str() {
                    "title" => in_title = false,
                    "a" => in_link = false,
                    "li" => page.text.line(),
                    _ if BLOCKS.contains(&name.as_str()) => page.text.block(&name),
                    _ => {}
                }
            }
            Token::String(string) => {
                let string = String::from_utf8_lossy(&string).into_owned();
                if in_title {
                    page.title.push_str(&string);
                } else if unread.is_empty() {
                    page.text.write(&string);
                    if in_link && let Some((text, _)) = page.links.last_mut() {
                        text.push_str(&string);
                    }
                }
            }
            _ => {}
        }
    }
    page
}

/// Text as it flows: white space folds, blocks part.
#[derive(Default)]
struct Flow {
    done: String,
    line: String,
}

impl Flow {
    fn write(&mut self, text: &str) {
        for c in text.chars() {
            if !c.is_whitespace() {
                self.line.push(c);
            } else if !self.line.is_empty() && !self.line.ends_with(' ') {
                self.line.push(' ');
            }
        }
    }

    fn line(&mut self) {
        let line = self.line.trim();
        if !line.is_empty() && line != "-" {
            self.done.push_str(line);
            self.done.push('\n');
        }
        self.line.clear();
    }

    fn block(&mut self, name: &str) {
        self.line();
        // Rows and items stand close together.
        if !matches!(name, "tr" | "li" | "dt" | "dd")
            && !self.done.is_empty()
            && !self.done.ends_with("\n\n")
        {
            self.done.push('\n');
        }
    }

    fn cell(&mut self) {
        self.line.truncate(self.line.trim_end().len());
        if !self.line.is_empty() {
            self.line.push_str(" | ");
        }
    }

    fn finish(mut self) -> String {
        self.line();
        self.done.trim().to_owned()
    }
}

//! Inputs made to exhaust: pictures, patterns and templates that claim more than there is.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tdev_core::{Code, Error};

use super::project::{Setup, project, repository};

fn run(tool: &str, input: Value) -> Result<Value, Error> {
    let begun = Instant::now();
    let output = project(&repository(), json!({})).run(tool, input);
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "{tool} took {:?}",
        begun.elapsed()
    );
    output
}

fn scan(bytes: &[u8]) -> Result<Value, Error> {
    let home = project(&repository(), json!({}));
    home.run(
        "QrCodeReaderTool",
        json!({"image": home.file(bytes, "image/png")}),
    )
}

#[test]
fn a_small_picture_that_claims_to_be_huge_is_refused() {
    let badge = std::fs::read(repository().join("examples/badge.png")).unwrap();
    assert_eq!(scan(&badge).unwrap()["text"], "u-1042");
    for side in [10_001_u32, 60_000, u32::MAX / 2] {
        let mut bomb = badge.clone();
        // Width and height stand right after the header's name; its checksum is made right again.
        bomb[16..20].copy_from_slice(&side.to_be_bytes());
        bomb[20..24].copy_from_slice(&side.to_be_bytes());
        let sum = crc32(&bomb[12..29]).to_be_bytes();
        bomb[29..33].copy_from_slice(&sum);
        assert_eq!(scan(&bomb).unwrap_err().code, Code::InvalidInput, "{side}");
    }
}

#[test]
fn what_is_no_picture_is_refused_and_no_code_is_said() {
    let badge = std::fs::read(repository().join("examples/badge.png")).unwrap();
    for bytes in [
        &b""[..],
        b"GIF89a",
        b"<svg/>",
        &badge[..200],
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0junk",
    ] {
        assert_eq!(scan(bytes).unwrap_err().code, Code::InvalidInput);
    }
    let mut blank = std::io::Cursor::new(Vec::new());
    image::GrayImage::from_pixel(64, 64, image::Luma([255]))
        .write_to(&mut blank, image::ImageFormat::Png)
        .unwrap();
    let unread = scan(&blank.into_inner()).unwrap_err();
    assert_eq!(
        (unread.code, unread.field.as_deref()),
        (Code::InvalidInput, Some("image"))
    );
}

#[test]
fn every_text_survives_drawing_and_scanning() {
    let home = project(&repository(), json!({}));
    for text in [
        "u-1042",
        "https://example.com/?a=b&c=d",
        "日本語のテキスト",
        "0123456789",
        &"long ".repeat(100),
    ] {
        let drawn = home
            .run("QrCodeWriterTool", json!({"text": text, "scale": 4}))
            .unwrap();
        assert_eq!(home.run("QrCodeReaderTool", drawn).unwrap()["text"], *text);
    }
    assert_eq!(
        run("QrCodeWriterTool", json!({"text": "x".repeat(5000)}))
            .unwrap_err()
            .code,
        Code::PayloadTooLarge
    );
}

#[test]
fn a_catastrophic_pattern_stays_linear() {
    let text = "a".repeat(100_000);
    let found = run(
        "RegexExtractTool",
        json!({"text": text, "pattern": "(a+)+$"}),
    )
    .unwrap();
    assert_eq!(found["count"], 1);
    assert_eq!(
        run(
            "RegexExtractTool",
            json!({"text": text, "pattern": "(a|aa)+b"})
        )
        .unwrap()["count"],
        0
    );
    for pattern in [
        "(((a{1000}){1000}){1000})",
        "(?:a{0,1000}){0,1000}",
        &"(".repeat(1000),
        "[",
        "a{2,1}",
    ] {
        assert_eq!(
            run("RegexExtractTool", json!({"text": "a", "pattern": pattern}))
                .unwrap_err()
                .code,
            Code::InvalidInput
        );
    }
    assert_eq!(
        run("RegexExtractTool", json!({"text": text, "pattern": "a"}))
            .unwrap_err()
            .code,
        Code::OutputLimit
    );
    let rows = json!([{"name": "x"}]);
    let filter = json!({"rows": rows, "column": "name", "operator": "matches", "value": "((x{1000}){1000}){1000}"});
    assert_eq!(
        run("TableFilterTool", filter).unwrap_err().code,
        Code::InvalidInput
    );
}

#[test]
fn a_template_without_end_is_ended() {
    let items: Vec<u32> = (0..1000).collect();
    let endless =
        "{% for a in n %}{% for b in n %}{% for c in n %}{% endfor %}{% endfor %}{% endfor %}";
    let error = run(
        "TemplateRenderTool",
        json!({"template": endless, "values": {"n": items}}),
    )
    .unwrap_err();
    assert_eq!(error.code, Code::ComponentTimeout);
    let wordy = "{% for a in n %}{% for b in n %}{{ text }}{% endfor %}{% endfor %}";
    let values = json!({"n": items, "text": "x".repeat(10_000)});
    assert_eq!(
        run(
            "TemplateRenderTool",
            json!({"template": wordy, "values": values})
        )
        .unwrap_err()
        .code,
        Code::OutputLimit
    );
}

#[test]
fn a_template_cannot_grow_a_text_by_doubling_it() {
    let mut doubled = "text".to_owned();
    for _ in 0..12 {
        doubled = format!("{doubled} | replace('x', 'xxxxxxxxxx')");
    }
    for template in [
        format!("{{{{ {doubled} }}}}"),
        "{{ [text, text] | join }}".into(),
        "{{ (text ~ text ~ text) | replace('x', text) | replace('x', text) }}".into(),
        "{% set a = text ~ text %}{{ a }}".into(),
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}".into(),
        "{% include '/etc/passwd' %}".into(),
        "{{ text.__class__.__mro__ }}".into(),
        "{{ range(1000000000) | list }}".into(),
        format!("{{{{ {}1{} }}}}", "(".repeat(5000), ")".repeat(5000)),
        "{% if a %}".repeat(5000),
        format!("{{{{ {} }}}}", "1 + ".repeat(5000) + "1"),
        format!("{{{{ {} text }}}}", "not ".repeat(5000)),
    ] {
        let values = json!({"text": "x".repeat(100)});
        let refused = run(
            "TemplateRenderTool",
            json!({"template": template, "values": values}),
        )
        .unwrap_err();
        assert!(
            matches!(refused.code, Code::OutputLimit | Code::InvalidInput),
            "{template:.60}: {refused}"
        );
    }
    // Values are data: what looks like a template in them stays as it is.
    let inert = run(
        "TemplateRenderTool",
        json!({"template": "{{ text }}", "values": {"text": "{{ 7 * 7 }}"}}),
    )
    .unwrap();
    assert_eq!(inert["text"], "{{ 7 * 7 }}");
}

#[test]
fn deep_and_wide_documents_come_to_an_end() {
    let deep = "<div>".repeat(200_000) + "end";
    assert_eq!(
        run("HtmlToTextTool", json!({"html": deep})).unwrap()["text"],
        "end"
    );
    assert!(
        run(
            "MarkdownRenderTool",
            json!({"markdown": "> ".repeat(20_000) + "x"})
        )
        .is_ok()
    );
    assert!(
        run(
            "MarkdownRenderTool",
            json!({"markdown": "[a](".repeat(20_000)})
        )
        .is_ok()
    );
    assert!(run("HtmlToTextTool", json!({"html": "<td>x".repeat(100_000)})).is_ok());
    assert!(
        run(
            "HtmlToTextTool",
            json!({"html": "<svg>".repeat(100_000) + &"</style>".repeat(100_000)})
        )
        .is_ok()
    );
    assert_eq!(
        run("CsvReaderTool", json!({"text": "a,".repeat(1_000_000)}))
            .unwrap_err()
            .code,
        Code::PayloadTooLarge
    );
    let nested: Value = serde_json::from_str(&("[".repeat(60) + &"]".repeat(60))).unwrap();
    assert!(run("JsonQueryTool", json!({"data": nested, "query": "$..*"})).is_ok());
    for query in [
        "$..*..*..*..*..*..*..*..*",
        "$..[?$..*..*..*..*]",
        &format!("$..{}", "[*,*,*,*]".repeat(9)),
    ] {
        assert_eq!(
            run("JsonQueryTool", json!({"data": nested, "query": query}))
                .unwrap_err()
                .code,
            Code::InvalidInput,
            "{query}"
        );
    }
    let (a, b): (String, String) = (
        (0..20_000).map(|i| format!("{i}\n")).collect(),
        (0..20_000)
            .map(|i| format!("{}\n", i * 7 % 20_011))
            .collect(),
    );
    assert_eq!(
        run("TextDiffTool", json!({"before": a, "after": b})).unwrap()["changed"],
        true
    );
    let long = "Word after word. ".repeat(20_000);
    assert!(
        run(
            "ExtractiveSummaryTool",
            json!({"text": long, "max_sentences": 5})
        )
        .is_ok()
    );
    assert!(run("KeywordExtractorTool", json!({"text": long})).is_ok());
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 {
                (sum >> 1) ^ 0xedb8_8320
            } else {
                sum >> 1
            }
        })
    })
}

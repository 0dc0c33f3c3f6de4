//! What tools do at the edges of their inputs.

use serde_json::{Value, json};
use tdev_core::Code;

use super::project::{Setup, project, repository};

fn run(tool: &str, input: Value) -> Value {
    project(&repository(), json!({"read": ["examples"]}))
        .run(tool, input)
        .unwrap()
}

fn fault(tool: &str, input: Value) -> String {
    project(&repository(), json!({"read": ["examples"]}))
        .run(tool, input)
        .unwrap_err()
        .to_string()
}

fn text_of(path: &str) -> String {
    run("FileReaderTool", json!({"path": path}))["text"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn the_articles_are_understood_in_their_languages() {
    for (article, language, keyword) in [
        ("solar-roofs", "en", "panels"),
        ("night-trains", "en", "night train"),
        ("jardin-partage", "fr", "jardin"),
        ("fahrradwerkstatt", "de", "werkstatt"),
        ("biblioteca-movil", "es", "libros"),
        ("sento", "ja", "銭湯"),
    ] {
        let text = text_of(&format!("examples/articles/{article}.md"));
        assert_eq!(
            run("LanguageDetectorTool", json!({"text": text}))["language"],
            language,
            "{article}"
        );
        let keywords =
            run("KeywordExtractorTool", json!({"text": text, "limit": 5}))["keywords"].clone();
        let found = keywords
            .as_array()
            .unwrap()
            .iter()
            .any(|found| found.as_str().unwrap().contains(keyword));
        assert!(found, "{article}: {keywords}");
        let summary = run(
            "ExtractiveSummaryTool",
            json!({"text": text, "max_sentences": 2}),
        );
        assert_eq!(
            summary["sentences"].as_array().unwrap().len(),
            2,
            "{article}"
        );
        assert!(
            summary["summary"].as_str().unwrap().len() < text.len() / 2,
            "{article}: {}",
            summary["summary"]
        );
    }
}

#[test]
fn sales_become_a_ranking_in_three_steps() {
    let table = run(
        "CsvReaderTool",
        json!({"text": text_of("examples/sales.csv")}),
    );
    assert_eq!(table["row_count"], 200);
    let groups = run(
        "TableGroupTool",
        json!({"rows": table["rows"], "group_by": "region", "aggregate": "sum", "column": "revenue"}),
    );
    let ranked = run(
        "TableSortTool",
        json!({"rows": groups["rows"], "column": "sum_revenue", "descending": true}),
    );
    let rows = ranked["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 4);
    let sums: Vec<f64> = rows
        .iter()
        .map(|row| row["sum_revenue"].as_f64().unwrap())
        .collect();
    assert!(sums.windows(2).all(|pair| pair[0] >= pair[1]), "{sums:?}");
    let back = run("CsvWriterTool", json!({"rows": rows}));
    assert_eq!(
        run("CsvReaderTool", json!({"text": back["text"]}))["rows"],
        ranked["rows"]
    );
}

#[test]
fn the_site_is_read_as_a_person_would() {
    let page = run(
        "HtmlToTextTool",
        json!({"html": text_of("examples/site.html")}),
    );
    insta::assert_snapshot!("site", page["text"].as_str().unwrap());
    assert_eq!(
        page["title"],
        "Harbour Workshop – opening hours and courses"
    );
}

#[test]
fn csv_in_odd_shapes() {
    let rows = |text: &str| run("CsvReaderTool", json!({"text": text}))["rows"].clone();
    assert_eq!(rows(""), json!([]));
    assert_eq!(
        rows("\u{feff}a\tb\n1\t\"x\ny\"\n"),
        json!([{"a": 1, "b": "x\ny"}])
    );
    assert_eq!(
        rows("a,,a\n1,2,3\n"),
        json!([{"a": 1, "column_2": 2, "a_3": 3}])
    );
    assert_eq!(
        rows("n\n1e5\n-0.5\n.5\n1.2.3\n12345678901234567890\n+4\n00\n0\n-\n"),
        json!([{"n": "1e5"}, {"n": -0.5}, {"n": ".5"}, {"n": "1.2.3"}, {"n": "12345678901234567890"}, {"n": "+4"}, {"n": "00"}, {"n": 0}, {"n": "-"}])
    );
    assert!(fault("CsvReaderTool", json!({"text": "a,b\n1\n"})).starts_with("InvalidInput"));
}

#[test]
fn tables_say_what_is_missing() {
    let rows = json!([{"name": "Mira", "age": 34}]);
    insta::assert_snapshot!(fault("TableSortTool", json!({"rows": rows, "column": "agee"})), @"InvalidInput: no row has a column `agee` (at `column`); did you mean `age`?");
    insta::assert_snapshot!(fault("TableGroupTool", json!({"rows": rows, "group_by": "name", "aggregate": "sum"})), @"InvalidInput: `sum` needs the column to aggregate (at `column`)");
    assert_eq!(
        run(
            "TableFilterTool",
            json!({"rows": [], "column": "x", "operator": "equals", "value": 1})
        )["row_count"],
        0
    );
    let gaps = json!([{"v": 2}, {"v": null}, {"v": "10"}, {"v": "a"}, {}]);
    let sorted = run("TableSortTool", json!({"rows": gaps, "column": "v"}));
    assert_eq!(
        sorted["rows"],
        json!([{"v": null}, {}, {"v": 2}, {"v": "10"}, {"v": "a"}])
    );
    let less = run(
        "TableFilterTool",
        json!({"rows": gaps, "column": "v", "operator": "less_than", "value": 5}),
    );
    assert_eq!(less["rows"], json!([{"v": 2}]));
}

#[test]
fn templates_branch_loop_and_explain_themselves() {
    let render = |template: &str| {
        run("TemplateRenderTool", json!({"template": template, "values": {"n": 3, "list": ["b", "a"], "user": {"name": "Mira"}, "none": null}}))["text"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        render("{% if n > 2 and user.name == 'Mira' %}yes{% elif n %}some{% else %}no{% endif %}"),
        "yes"
    );
    assert_eq!(
        render("{% for key, value in user %}{{ key }}={{ value }};{% endfor %}"),
        "name=Mira;"
    );
    assert_eq!(
        render(
            "{{ list | sort | join(', ') }} {{ list[0] }} {{ list[-1] }} {{ list | length * 2 }}"
        ),
        "a, b b a 4"
    );
    assert_eq!(
        render(
            "{{ missing | default('–') }}{{ user.email | default('none') }} {{ 'a' in list }} {{ 'z' not in list }}"
        ),
        "–none true true"
    );
    assert_eq!(
        render("{# note #}a {%- if true -%} b {%- endif %} c {{ '}}' }} {{ 1 + 2 * 3 - 4 / 2 }}"),
        "ab c }} 5"
    );
    assert_eq!(
        render("{% if missing %}x{% endif %}{{ none }}{{ -1 }}"),
        "-1"
    );
    let told = |template: &str| {
        fault(
            "TemplateRenderTool",
            json!({"template": template, "values": {"username": "mira"}}),
        )
    };
    insta::assert_snapshot!(told("Hello\n{{ usernam }}"), @"InvalidInput: line 2 of the template: no value `usernam` is given (at `template`); did you mean `username`?");
    insta::assert_snapshot!(told("{% for a in username %}{% endfor %}"), @"InvalidInput: line 1 of the template: `mira` is neither a list nor an object (at `template`)");
    insta::assert_snapshot!(told("{{ username | uper }}"), @"InvalidInput: line 1 of the template: there is no filter `uper` (at `template`); did you mean `upper`?");
    insta::assert_snapshot!(told("{% if username %}x"), @"InvalidInput: line 1 of the template: `if` is not closed by `endif` (at `template`)");
    insta::assert_snapshot!(told("{{ username"), @"InvalidInput: line 1 of the template: `{{` is not closed by `}}` (at `template`)");
}

#[test]
fn dates_and_units_refuse_what_is_unclear() {
    assert_eq!(run("DateArithmeticTool", json!({}))["date"], "2026-03-10");
    assert_eq!(
        run(
            "DateArithmeticTool",
            json!({"date": "tomorrow", "add_weeks": -1})
        )["date"],
        "2026-03-04"
    );
    assert_eq!(
        run(
            "DateArithmeticTool",
            json!({"date": "2024-02-29", "add_years": 1})
        )["date"],
        "2025-02-28"
    );
    assert_eq!(
        run(
            "DateArithmeticTool",
            json!({"date": "2026-03-10T23:00:00Z"})
        )["weekday"],
        "Tuesday"
    );
    assert!(fault("DateArithmeticTool", json!({"date": "03/04/2026"})).contains("is not a date"));
    assert!(
        fault(
            "DateArithmeticTool",
            json!({"date": "2026-01-01", "add_years": i64::MAX})
        )
        .contains("calendar")
    );
    insta::assert_snapshot!(fault("UnitConverterTool", json!({"value": 1, "from_unit": "km", "to_unit": "kg"})), @"InvalidInput: `km` is a length, `kg` a mass (at `to_unit`)");
    insta::assert_snapshot!(fault("UnitConverterTool", json!({"value": 1, "from_unit": "kilometrs", "to_unit": "m"})), @"InvalidInput: `kilometrs` is not a known unit (at `from_unit`); did you mean `kilometer`?");
}

#[test]
fn text_files_in_other_encodings_are_read_and_binary_ones_refused() {
    let home = project(&repository(), json!({}));
    let text = |bytes: &[u8]| {
        home.run(
            "FileTextTool",
            json!({"file": home.file(bytes, "text/plain")}),
        )
    };
    assert_eq!(text(b"\xef\xbb\xbfcaf\xc3\xa9").unwrap()["text"], "café");
    assert_eq!(text(b"\xff\xfec\0\xe9\0").unwrap()["text"], "cé");
    for bytes in [&b"caf\xe9"[..], b"\x89PNG\r\n\x1a\n\0\0", b"a\0b"] {
        assert_eq!(text(bytes).unwrap_err().code, Code::InvalidInput);
    }
    let unknown = home.run(
        "FileTextTool",
        json!({"file": {"artifact": "0".repeat(64)}}),
    );
    assert_eq!(unknown.unwrap_err().code, Code::ArtifactNotFound);
}

#[test]
fn an_input_that_does_not_fit_names_its_field() {
    assert!(fault("UserLookupTool", json!({"user_id": 7})).starts_with("SchemaMismatch"));
    assert!(fault("QrCodeReaderTool", json!({"image": "badge.png"})).contains("`image`"));
    assert!(fault("NoSuchTool", json!({})).starts_with("ComponentNotFound"));
}

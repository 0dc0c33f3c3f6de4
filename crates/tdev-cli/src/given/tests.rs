//! Every spelling of a value, and what becomes of it.

use async_trait::async_trait;

use super::*;

struct Nowhere;

#[async_trait]
impl ArtifactStore for Nowhere {
    async fn put(&self, bytes: &[u8]) -> Result<String> {
        Ok(format!("{} bytes", bytes.len()))
    }

    async fn get(&self, hash: &str) -> Result<Vec<u8>> {
        Err(Error::new(Code::ArtifactNotFound, hash))
    }
}

fn schema(written: Value) -> Schema {
    Schema::new(written).unwrap()
}

async fn resolved(arguments: &[&str], schema: Option<&Schema>, here: &Path) -> Result<Value> {
    let given: Vec<Given> = arguments.iter().map(|text| parse(text).unwrap()).collect();
    resolve(&given, schema, here, &Nowhere)
        .await
        .map(Value::Object)
}

#[test]
fn each_spelling_is_told_apart() {
    let value = |text| parse(text).unwrap().value;
    assert_eq!(value("k=a=b"), Spelling::Text("a=b".into()));
    assert_eq!(value("k="), Spelling::Text(String::new()));
    assert_eq!(value("k:=[1,2]"), Spelling::Json(json!([1, 2])));
    assert_eq!(value("k=@a/b.png"), Spelling::File("a/b.png".into()));
    assert_eq!(value("k=@@home"), Spelling::Text("@home".into()));
    for wrong in ["k", "=v", "k:=nope", "k=@"] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn text_becomes_what_the_schema_wants() {
    let schema =
        schema(json!({"count": "integer", "on": "boolean", "text": "string", "list": "array?"}));
    let here = Path::new(".");
    let got = resolved(&["count=3", "on=true", "text=3"], Some(&schema), here)
        .await
        .unwrap();
    assert_eq!(got, json!({"count": 3, "on": true, "text": "3"}));
    let error = resolved(&["count=many"], Some(&schema), here)
        .await
        .unwrap_err();
    assert_eq!(
        (error.code, error.field.as_deref()),
        (Code::InvalidInput, Some("count"))
    );
    let error = resolved(&["conut=3"], Some(&schema), here)
        .await
        .unwrap_err();
    assert_eq!(error.hint.as_deref(), Some("did you mean `count`?"));
    assert_eq!(
        resolved(&["n=3"], None, here).await.unwrap(),
        json!({"n": "3"})
    );
}

#[tokio::test]
async fn pictures_travel_by_reference_and_notes_by_value() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("badge.png"), [137, 80, 0]).unwrap();
    std::fs::write(dir.path().join("note.txt"), "hello").unwrap();
    std::fs::write(dir.path().join("rows.json"), "[1, 2]\n").unwrap();
    let schema =
        schema(json!({"image": "image", "note": "string", "rows": "array", "where": "path"}));
    let given = [
        "image=@badge.png",
        "note=@note.txt",
        "rows=@rows.json",
        "where=@note.txt",
    ];
    let got = resolved(&given, Some(&schema), dir.path()).await.unwrap();
    let badge =
        json!({"artifact": "3 bytes", "media_type": "image/png", "name": "badge.png", "size": 3});
    assert_eq!(
        got,
        json!({"image": badge, "note": "hello", "rows": [1, 2], "where": "note.txt"})
    );
    let loose = resolved(&["a=@badge.png", "b=@note.txt"], None, dir.path())
        .await
        .unwrap();
    assert_eq!(loose, json!({"a": badge, "b": "hello"}));
    let error = resolved(&["image=@no.png"], Some(&schema), dir.path())
        .await
        .unwrap_err();
    assert_eq!(
        (error.code, error.field.as_deref()),
        (Code::FileNotFound, Some("image"))
    );
}

#[test]
fn one_text_stands_for_the_one_field_that_must_be_given() {
    let one = schema(json!({"text": "string", "lang": "string?"}));
    assert_eq!(
        Value::Object(single("hi", &one).unwrap()),
        json!({"text": "hi"})
    );
    assert_eq!(
        Value::Object(single("{\"text\": \"x\"}", &one).unwrap()),
        json!({"text": "x"})
    );
    let two = schema(json!({"a": "string", "b": "string"}));
    assert_eq!(single("hi", &two).unwrap_err().code, Code::InvalidInput);
}

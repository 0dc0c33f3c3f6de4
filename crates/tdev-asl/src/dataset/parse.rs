//! Bytes to items. Complaints are worded as AWS words them where its wording is known.

use serde_json::{Map, Value};

use super::{Format, Header};

/// The items in `bytes`, `most` at the most.
pub(super) fn parse(bytes: &[u8], format: &Format, most: usize) -> Result<Vec<Value>, String> {
    match format {
        Format::Csv { header, delimiter } => csv(bytes, header, *delimiter, most),
        Format::Json { pointer } => json(bytes, pointer.as_deref(), most),
        Format::JsonLines => lines(bytes, most),
    }
}

fn csv(bytes: &[u8], header: &Header, delimiter: u8, most: usize) -> Result<Vec<Value>, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(bytes);
    let mut rows = reader.records();
    let mut row = || {
        rows.next()
            .transpose()
            .map_err(|e| format!("The CSV data cannot be read: {e}"))
    };
    let names: Vec<String> = match header {
        Header::Given(names) => names.clone(),
        Header::FirstRow => match row()? {
            Some(first) => first.iter().map(str::to_owned).collect(),
            None => return Ok(Vec::new()),
        },
    };
    for (i, name) in names.iter().enumerate() {
        if names[..i].contains(name) {
            return Err("CSV headers cannot contain duplicates.".to_owned());
        }
    }
    let mut items = Vec::new();
    while items.len() < most {
        let Some(row) = row()? else { break };
        // A short row is filled up, and what a long one has beyond the header has no name.
        let fields = names
            .iter()
            .enumerate()
            .map(|(i, name)| (name.clone(), row.get(i).unwrap_or_default().into()));
        items.push(Value::Object(fields.collect::<Map<_, _>>()));
    }
    Ok(items)
}

fn json(bytes: &[u8], pointer: Option<&str>, most: usize) -> Result<Vec<Value>, String> {
    let mut document: Value =
        serde_json::from_slice(bytes).map_err(|e| format!("The JSON data cannot be read: {e}"))?;
    let found = match pointer {
        Some(pointer) => document
            .pointer_mut(pointer)
            .map(Value::take)
            .ok_or_else(|| format!("The ItemsPointer '{pointer}' points to nothing."))?,
        None => document,
    };
    match found {
        Value::Array(mut items) => {
            items.truncate(most);
            Ok(items)
        }
        _ => Err("Attempting to map over non-iterable node.".to_owned()),
    }
}

fn lines(bytes: &[u8], most: usize) -> Result<Vec<Value>, String> {
    serde_json::Deserializer::from_slice(bytes)
        .into_iter()
        .take(most)
        .collect::<Result<_, _>>()
        .map_err(|e| format!("The JSON Lines data cannot be read: {e}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn csv_of(header: Header) -> Format {
        Format::Csv {
            header,
            delimiter: b',',
        }
    }

    #[test]
    fn rows_of_every_length_get_every_name() {
        let text = b"id,name\n1,Ada\n2\n3,\"Bo,b\",extra\n";
        assert_eq!(
            parse(text, &csv_of(Header::FirstRow), usize::MAX),
            Ok(vec![
                json!({"id": "1", "name": "Ada"}),
                json!({"id": "2", "name": ""}),
                json!({"id": "3", "name": "Bo,b"}),
            ])
        );
        let given = Header::Given(vec!["x".to_owned()]);
        assert_eq!(
            parse(b"1\n2\n", &csv_of(given), 1),
            Ok(vec![json!({"x": "1"})])
        );
    }

    #[test]
    fn two_columns_of_one_name_are_refused() {
        let refused = parse(b"a,a\n1,2\n", &csv_of(Header::FirstRow), 9);
        assert_eq!(
            refused,
            Err("CSV headers cannot contain duplicates.".to_owned())
        );
    }

    #[test]
    fn json_is_an_array_here_or_where_the_pointer_says() {
        let format = |pointer: Option<&str>| Format::Json {
            pointer: pointer.map(str::to_owned),
        };
        assert_eq!(
            parse(b"[1,2,3]", &format(None), 2),
            Ok(vec![json!(1), json!(2)])
        );
        let nested = br#"{"a": {"b": [1]}}"#;
        assert_eq!(parse(nested, &format(Some("/a/b")), 9), Ok(vec![json!(1)]));
        assert!(parse(nested, &format(Some("/a/c")), 9).is_err());
        assert_eq!(
            parse(nested, &format(None), 9),
            Err("Attempting to map over non-iterable node.".to_owned())
        );
        assert!(parse(b"[1", &format(None), 9).is_err());
    }

    #[test]
    fn json_lines_are_one_item_a_line() {
        let text = b"{\"a\":1}\n\n{\"a\":2}\n";
        assert_eq!(
            parse(text, &Format::JsonLines, 9),
            Ok(vec![json!({"a": 1}), json!({"a": 2})])
        );
        assert!(parse(b"{\"a\":1}\nnot json\n", &Format::JsonLines, 9).is_err());
    }
}

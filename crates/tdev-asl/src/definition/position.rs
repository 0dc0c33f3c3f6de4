//! Finds where in a text the value of a JSON pointer stands.

use std::collections::HashMap;

use super::fault::{Fault, below};

/// Fills in line and column of each fault.
pub(super) fn locate(text: &str, faults: &mut [Fault]) {
    let places = scan(text);
    for fault in faults {
        let mut pointer = fault.pointer.as_str();
        // A field that is missing is reported on its parent.
        let found = loop {
            if let Some(at) = places.get(pointer) {
                break Some(*at);
            }
            match pointer.rfind('/') {
                Some(slash) => pointer = &pointer[..slash],
                None => break None,
            }
        };
        if let Some(offset) = found {
            let (line, column) = line_and_column(text, offset);
            fault.line = Some(line);
            fault.column = Some(column);
        }
    }
}

pub(super) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset.min(text.len())];
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    (line, before[start..].chars().count() + 1)
}

enum Open {
    Object { at: String, key: Option<String> },
    Array { at: String, index: usize },
}

/// Offsets by pointer: of the key for members, of the value for elements. The text is valid JSON.
fn scan(text: &str) -> HashMap<String, usize> {
    let bytes = text.as_bytes();
    let mut places = HashMap::new();
    let mut open: Vec<Open> = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        let start = i;
        i += 1;
        match bytes[start] {
            b'{' | b'[' => {
                let at = value_pointer(&open);
                places.entry(at.clone()).or_insert(start);
                open.push(if bytes[start] == b'{' {
                    Open::Object { at, key: None }
                } else {
                    Open::Array { at, index: 0 }
                });
            }
            b'}' | b']' => {
                open.pop();
            }
            b',' => match open.last_mut() {
                Some(Open::Object { key, .. }) => *key = None,
                Some(Open::Array { index, .. }) => *index += 1,
                None => {}
            },
            b'"' => {
                while i < bytes.len() && bytes[i] != b'"' {
                    i += if bytes[i] == b'\\' { 2 } else { 1 };
                }
                i += 1;
                let token = text.get(start..i).unwrap_or_default();
                match open.last_mut() {
                    Some(Open::Object { at, key }) if key.is_none() => {
                        let name = serde_json::from_str::<String>(token).unwrap_or_default();
                        places.insert(below(at, &name), start);
                        *key = Some(name);
                    }
                    _ => {
                        places.entry(value_pointer(&open)).or_insert(start);
                    }
                }
            }
            b' ' | b'\t' | b'\n' | b'\r' | b':' => {}
            _ => {
                while i < bytes.len() && !b",]} \t\r\n".contains(&bytes[i]) {
                    i += 1;
                }
                places.entry(value_pointer(&open)).or_insert(start);
            }
        }
    }
    places
}

fn value_pointer(open: &[Open]) -> String {
    match open.last() {
        None => String::new(),
        Some(Open::Object { at, key }) => below(at, key.as_deref().unwrap_or_default()),
        Some(Open::Array { at, index }) => below(at, &index.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stand_where_their_key_stands() {
        let text = "{\n  \"a\": [1, {\"b/c\": \"x\\\"]\"}],\n  \"d\": null\n}";
        let places = scan(text);
        let place = |pointer: &str| line_and_column(text, places[pointer]);
        assert_eq!(place(""), (1, 1));
        assert_eq!(place("/a"), (2, 3));
        assert_eq!(place("/a/0"), (2, 9));
        assert_eq!(place("/a/1/b~1c"), (2, 13));
        assert_eq!(place("/d"), (3, 3));
    }
}

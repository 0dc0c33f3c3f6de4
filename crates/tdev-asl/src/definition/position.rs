//! Finds where in a text the value of a JSON pointer stands.

use std::collections::HashMap;

use super::fault::{Fault, below};

/// Fills in line and column of each fault.
pub(super) fn locate(text: &str, faults: &mut [Fault]) {
    let places = scan(text);
    let mut found: Vec<(usize, &mut Fault)> = faults
        .iter_mut()
        .filter_map(|fault| Some((offset(&places, &fault.pointer)?, fault)))
        .collect();
    found.sort_by_key(|(offset, _)| *offset);
    let mut cursor = Cursor::new(text);
    for (offset, fault) in found {
        cursor.advance(offset);
        fault.line = Some(cursor.line);
        fault.column = Some(cursor.column);
    }
}

/// A field that is missing is reported on its parent.
fn offset(places: &HashMap<String, usize>, pointer: &str) -> Option<usize> {
    let mut pointer = pointer;
    loop {
        if let Some(at) = places.get(pointer) {
            return Some(*at);
        }
        pointer = &pointer[..pointer.rfind('/')?];
    }
}

/// A place in the text, moved forward only, so that the text is read once for all faults.
struct Cursor<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    column: usize,
}

impl<'t> Cursor<'t> {
    const fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            column: 1,
        }
    }

    fn advance(&mut self, offset: usize) {
        let passed = &self.text[self.at..offset];
        match passed.rfind('\n') {
            Some(last) => {
                self.line += passed.matches('\n').count();
                self.column = passed[last + 1..].chars().count() + 1;
            }
            None => self.column += passed.chars().count(),
        }
        self.at = offset;
    }
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
        let place = |pointer: &str| {
            let mut cursor = Cursor::new(text);
            cursor.advance(places[pointer]);
            (cursor.line, cursor.column)
        };
        assert_eq!(place(""), (1, 1));
        assert_eq!(place("/a"), (2, 3));
        assert_eq!(place("/a/0"), (2, 9));
        assert_eq!(place("/a/1/b~1c"), (2, 13));
        assert_eq!(place("/d"), (3, 3));
    }

    #[test]
    fn faults_in_any_order_are_found_in_one_pass() {
        let text = "{\"ä\": 1, \"b\": 2,\n \"c\": 3}";
        let mut faults = crate::definition::Faults::default();
        for at in ["/c", "/b", "/ä/gone", "/b"] {
            faults.add(at, "X", "x");
        }
        locate(text, &mut faults.list);
        let places: Vec<_> = faults.list.iter().map(|f| (f.line, f.column)).collect();
        let at = |line, column| (Some(line), Some(column));
        assert_eq!(places, [at(2, 2), at(1, 10), at(1, 2), at(1, 10)]);
    }
}

//! A Python file's bytes as text, the way Python itself reads them (PEP 263): UTF-8, unless a
//! byte order mark or a comment in the first two lines says otherwise.

use tdev_core::{Code, Error, Result};

/// What Windows' western code page has where Latin-1 has controls; 0 where it has nothing.
const WESTERN: [u16; 32] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC,
    0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
];

/// The text of a Python file.
///
/// # Errors
/// `InvalidComponent` for a notebook, for compiled code, for bytes that are not what the file says
/// it is written in, and for encodings other than UTF-8, ASCII, Latin-1 and Windows-1252.
pub fn decode(bytes: &[u8]) -> Result<String> {
    let fault = |message: String, hint: &str| {
        Err(Error::new(Code::InvalidComponent, message)
            .field("code")
            .hint(hint.to_owned()))
    };
    let (rest, marked) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    if rest.starts_with(b"\xFF\xFE") || rest.starts_with(b"\xFE\xFF") {
        return fault(
            "the source is written in UTF-16, which Python does not read".into(),
            "save it as UTF-8",
        );
    }
    if rest.contains(&0) {
        return fault(
            "the file holds zero bytes, so it is no source".into(),
            "name the `.py` file it was made from",
        );
    }
    if is_notebook(rest) {
        return fault(
            "the file is a notebook, and not a module".into(),
            "put the cells it needs into a `.py` file, as `jupyter nbconvert --to script` does",
        );
    }
    let declared = declared(rest);
    let name = declared.as_deref().unwrap_or("utf-8");
    match name {
        "utf-8" | "utf8" | "u8" | "utf" | "utf-8-sig" => utf8(rest, declared.is_some()),
        "ascii" | "us-ascii" | "646" => match rest.iter().position(|b| !b.is_ascii()) {
            None => utf8(rest, true),
            Some(at) => fault(
                format!(
                    "line {}: the file says it is `{name}`, but holds the byte {:#04x}",
                    line_of(rest, at),
                    rest.get(at).copied().unwrap_or_default()
                ),
                "write `# -*- coding: utf-8 -*-`, or save it as it says",
            ),
        },
        other if marked => fault(
            format!("the file begins as UTF-8 does, but says it is `{other}`"),
            "take out the line that names the encoding",
        ),
        "latin-1" | "iso-8859-1" | "latin1" | "l1" | "iso8859-1" | "iso-latin-1" => {
            Ok(rest.iter().map(|byte| char::from(*byte)).collect())
        }
        "cp1252" | "windows-1252" | "1252" => {
            let western = |(at, byte): (usize, &u8)| match byte {
                0x80..=0x9F => WESTERN
                    .get(usize::from(byte - 0x80))
                    .and_then(|point| char::from_u32(u32::from(*point)))
                    .filter(|c| *c != '\0')
                    .ok_or(at),
                byte => Ok(char::from(*byte)),
            };
            let text: std::result::Result<String, usize> =
                rest.iter().enumerate().map(western).collect();
            text.or_else(|at| {
                fault(
                    format!(
                        "line {}: the file says it is `{name}`, but holds the byte {:#04x}",
                        line_of(rest, at),
                        rest.get(at).copied().unwrap_or_default()
                    ),
                    "save it as UTF-8",
                )
            })
        }
        other => fault(
            format!("the source is written in `{other}`, which is not read here"),
            "save it as UTF-8",
        ),
    }
}

fn utf8(bytes: &[u8], declared: bool) -> Result<String> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let at = error.valid_up_to();
        let line = line_of(bytes, at);
        let byte = bytes.get(at).copied().unwrap_or_default();
        let hint = if declared {
            "save it as it says, or name the encoding it is in"
        } else {
            "save it as UTF-8, or name its encoding in the first line: `# -*- coding: latin-1 -*-`"
        };
        Error::new(
            Code::InvalidComponent,
            format!("line {line}: the byte {byte:#04x} is no text in UTF-8"),
        )
        .field("code")
        .hint(hint)
    })
}

fn line_of(bytes: &[u8], at: usize) -> usize {
    1 + bytes.iter().take(at).filter(|b| **b == b'\n').count()
}

/// The encoding a comment in the first two lines names, as Python finds it.
fn declared(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|b| *b == b'\n').take(2) {
        let line = String::from_utf8_lossy(line);
        let said = line.trim();
        let Some(comment) = said.strip_prefix('#') else {
            // Only a comment or an empty line may stand above it.
            if said.is_empty() {
                continue;
            }
            return None;
        };
        let named = comment
            .split_once("coding")
            .and_then(|(_, rest)| rest.strip_prefix([':', '=']));
        if let Some(rest) = named {
            let name: String = rest
                .trim_start()
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
                .collect();
            if !name.is_empty() {
                return Some(name.to_ascii_lowercase().replace('_', "-"));
            }
        }
    }
    None
}

fn is_notebook(bytes: &[u8]) -> bool {
    let start = bytes.iter().position(|b| !b.is_ascii_whitespace());
    let opens = start.is_some_and(|at| bytes.get(at) == Some(&b'{'));
    let has = |word: &[u8]| bytes.windows(word.len()).any(|part| part == word);
    opens && has(b"\"cells\"") && has(b"\"nbformat\"")
}

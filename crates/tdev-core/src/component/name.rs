//! Spellings of names: components are CamelCase, ids kebab-case, files snake_case.

/// The words of an identifier or a phrase: split at case changes, digits' edges and punctuation.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = text.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            continue;
        }
        let before = i
            .checked_sub(1)
            .and_then(|j| chars.get(j))
            .copied()
            .unwrap_or(' ');
        let after = chars.get(i + 1).copied().unwrap_or(' ');
        let starts = c.is_uppercase()
            && (before.is_lowercase()
                || before.is_numeric()
                || (before.is_uppercase() && after.is_lowercase()));
        if starts && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.extend(c.to_lowercase());
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// `scan the QR image` → `ScanTheQrImage`.
pub fn camel_case(text: &str) -> String {
    words(text)
        .iter()
        .map(|word| {
            let mut chars = word.chars();
            chars.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(chars).collect()
            })
        })
        .collect()
}

/// `QrCodeReaderTool` → `qr-code-reader-tool`.
pub fn kebab_case(text: &str) -> String {
    words(text).join("-")
}

/// `QrCodeReaderTool` → `qr_code_reader_tool`.
pub fn snake_case(text: &str) -> String {
    words(text).join("_")
}

/// What a component is called without its kind: `QrCodeReaderTool` → `QrCodeReader`.
pub fn bare_name(name: &str) -> &str {
    ["Tool", "Agent", "Team"]
        .iter()
        .find_map(|kind| name.strip_suffix(kind))
        .filter(|bare| !bare.is_empty())
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acronyms_and_phrases_split_where_a_reader_would() {
        assert_eq!(kebab_case("QrCodeReaderTool"), "qr-code-reader-tool");
        assert_eq!(snake_case("QRCodeReader"), "qr_code_reader");
        assert_eq!(camel_case("scan the QR image"), "ScanTheQrImage");
    }
}

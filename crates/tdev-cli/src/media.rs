//! What kind of file a path names.

use std::path::Path;

const KINDS: &[(&str, &str)] = &[
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("bmp", "image/bmp"),
    ("svg", "image/svg+xml"),
    ("pdf", "application/pdf"),
    ("zip", "application/zip"),
    ("sqlite", "application/vnd.sqlite3"),
    ("db", "application/vnd.sqlite3"),
    ("mp3", "audio/mpeg"),
    ("wav", "audio/wav"),
    ("mp4", "video/mp4"),
    ("json", "application/json"),
    ("csv", "text/csv"),
    ("html", "text/html"),
    ("md", "text/markdown"),
    ("txt", "text/plain"),
    ("xml", "application/xml"),
    ("yaml", "application/yaml"),
    ("yml", "application/yaml"),
    ("toml", "application/toml"),
    ("py", "text/x-python"),
];

/// The IANA media type of a file, by its name.
pub(crate) fn media_type(path: &Path) -> Option<&'static str> {
    let extension = path.extension()?.to_str()?.to_lowercase();
    KINDS
        .iter()
        .find(|(known, _)| *known == extension)
        .map(|(_, kind)| *kind)
}

/// Whether a file is text: by what it holds, unless its name says that it is a picture.
pub(crate) fn is_text(path: &Path, bytes: &[u8]) -> bool {
    let drawn = media_type(path).is_some_and(|kind| kind.starts_with("image/"));
    !drawn && !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_never_text_and_text_needs_no_extension() {
        assert_eq!(media_type(Path::new("a/Badge.PNG")), Some("image/png"));
        assert!(!is_text(Path::new("drawing.svg"), b"<svg/>"));
        assert!(is_text(Path::new("notes"), "grüße".as_bytes()));
        assert!(!is_text(Path::new("data"), &[0, 159, 146, 150]));
    }
}

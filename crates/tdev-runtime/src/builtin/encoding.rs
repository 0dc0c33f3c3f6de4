//! From bytes to text: UTF-8, UTF-16 where a mark says so, or the charset a server names.

use encoding_rs::{Encoding, UTF_8};
use tdev_core::{Code, Error, Result};

/// The text of a file.
pub(super) fn text_of(bytes: &[u8], field: &str) -> Result<String> {
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((UTF_8, 0));
    let content = bytes.get(mark..).unwrap_or_default();
    encoding
        .decode_without_bom_handling_and_without_replacement(content)
        .filter(|text| !text.contains('\0'))
        .map(std::borrow::Cow::into_owned)
        .ok_or_else(|| {
            Error::new(
                Code::InvalidInput,
                "the file is not text in UTF-8 or marked UTF-16",
            )
            .field(field)
        })
}

/// The text of an answer whose `content-type` may name a charset; what does not decode is marked.
pub(super) fn text_of_answer(bytes: &[u8], content_type: Option<&str>) -> String {
    let label = content_type
        .and_then(|value| {
            value
                .split(';')
                .skip(1)
                .find_map(|part| part.trim().strip_prefix("charset="))
        })
        .map(|label| label.trim_matches('"'));
    let encoding = label
        .and_then(|label| Encoding::for_label(label.as_bytes()))
        .unwrap_or(UTF_8);
    encoding.decode(bytes).0.into_owned()
}

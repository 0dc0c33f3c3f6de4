//! Dates written in words, as ISO 8601.

/// `July 15th 2023` as `2023-07-15`; none where it is written in figures or names no year.
pub(super) fn iso(text: &str) -> Option<String> {
    let mut month = None;
    let mut day = None;
    let mut year = None;
    for word in text.split(|c: char| c.is_whitespace() || c == ',') {
        let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
        if digits.len() == 4 {
            year = digits.parse::<u32>().ok();
        } else if !digits.is_empty() {
            day = digits.parse::<u32>().ok();
        } else if let Some(at) = month_of(word) {
            month = Some(at);
        }
    }
    Some(format!("{:04}-{:02}-{:02}", year?, month?, day?))
}

fn month_of(word: &str) -> Option<usize> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let word = word.to_lowercase();
    MONTHS
        .iter()
        .position(|m| word.starts_with(m))
        .map(|at| at + 1)
}

//! Tables that fit the width: the last column takes what is left.

use super::line::shortened;
use super::{Line, Look};
use unicode_width::UnicodeWidthStr;

/// A cell: text and how it looks.
pub(crate) type Cell = (Look, String);

/// Rows under a heading. Columns are as wide as they need, up to `most` each; the last one is cut.
pub(crate) fn lines(heading: &[&str], rows: &[Vec<Cell>], width: usize) -> Vec<Line> {
    let most = width / 2;
    let widths: Vec<usize> = heading
        .iter()
        .enumerate()
        .map(|(column, title)| {
            let cells = rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|(_, text)| text.width());
            cells.chain([title.width()]).max().unwrap_or(0).min(most)
        })
        .collect();
    let title = heading
        .iter()
        .map(|title| (Look::Faint, (*title).to_owned()))
        .collect();
    std::iter::once(&title)
        .chain(rows)
        .map(|row| line(row, &widths).cut(width))
        .collect()
}

fn line(row: &[Cell], widths: &[usize]) -> Line {
    let last = row.len().saturating_sub(1);
    row.iter()
        .zip(widths)
        .enumerate()
        .fold(Line::new(), |line, (column, ((look, text), width))| {
            if column == last {
                line.with(*look, text.as_str())
            } else {
                line.column(*look, &shortened(text, *width), *width)
                    .and("  ")
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_and_the_last_is_cut() {
        let cell = |text: &str| (Look::Plain, text.to_owned());
        let rows = vec![
            vec![
                cell("QrCodeReaderTool"),
                cell("v1"),
                cell("Scans a QR code in an image and returns the text"),
            ],
            vec![cell("日本語"), cell("v12"), cell("short")],
        ];
        let text: Vec<String> = lines(&["name", "version", "what"], &rows, 48)
            .iter()
            .map(Line::bare)
            .collect();
        insta::assert_snapshot!(text.join("\n"));
    }
}

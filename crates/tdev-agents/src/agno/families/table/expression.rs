//! Arithmetic over columns, from words and signs to Python.

use serde_json::json;

use super::super::super::literal::literal;

/// Words for signs, the longest first.
const WORDS: &[(&str, &str)] = &[
    (" multiplied by ", " * "),
    (" divided by ", " / "),
    (" times ", " * "),
    (" plus ", " + "),
    (" minus ", " - "),
    (" x ", " * "),
    ("×", "*"),
    ("÷", "/"),
];

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(String),
    Column(String),
    Sign(char),
}

/// An expression as Python over `row`, and what of the text it is; none where the text is no
/// arithmetic over these columns. A single column or number is none.
pub(super) fn read(text: &str, columns: &[String]) -> Option<(String, String)> {
    let mut plain = format!(" {text} ");
    for (word, sign) in WORDS {
        plain = plain.replace(word, sign);
    }
    let tokens = tokens(plain.trim(), columns);
    // The longest beginning that is an expression.
    (3..=tokens.len()).rev().find_map(|end| {
        let part = tokens.get(..end)?;
        let (python, rest) = sum(part)?;
        let told: Vec<String> = part.iter().map(said).collect();
        (rest.is_empty() && part.iter().any(|t| matches!(t, Token::Column(_))))
            .then(|| (python, told.join(" ")))
    })
}

fn said(token: &Token) -> String {
    match token {
        Token::Number(text) | Token::Column(text) => text.clone(),
        Token::Sign(sign) => sign.to_string(),
    }
}

fn tokens(text: &str, columns: &[String]) -> Vec<Token> {
    let mut known: Vec<&String> = columns.iter().collect();
    known.sort_by_key(|c| std::cmp::Reverse(c.len()));
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() || first == '`' {
            rest = rest.get(first.len_utf8()..).unwrap_or("");
        } else if "+-*/()".contains(first) {
            found.push(Token::Sign(first));
            rest = rest.get(1..).unwrap_or("");
        } else if first.is_ascii_digit() {
            let end = rest
                .find(|c: char| !c.is_ascii_digit() && c != '.')
                .unwrap_or(rest.len());
            let (digits, tail) = rest.split_at(end);
            found.push(Token::Number(digits.trim_end_matches('.').to_owned()));
            rest = tail;
        } else if let Some((column, length)) = known.iter().find_map(|c| begins_with(rest, c)) {
            found.push(Token::Column(column));
            rest = rest.get(length..).unwrap_or("");
        } else {
            break;
        }
    }
    found
}

/// Whether a text begins with a column's name, however its words are joined.
fn begins_with(text: &str, column: &str) -> Option<(String, usize)> {
    let spaced = column.replace('_', " ");
    [column, spaced.as_str()].into_iter().find_map(|name| {
        let head = text.get(..name.len())?;
        let next = text.get(name.len()..)?.chars().next();
        let ends = next.is_none_or(|c| !c.is_alphanumeric() && c != '_');
        (head.eq_ignore_ascii_case(name) && ends).then(|| (column.to_owned(), name.len()))
    })
}

fn sum(tokens: &[Token]) -> Option<(String, &[Token])> {
    let (mut left, mut rest) = product(tokens)?;
    while let [Token::Sign(sign @ ('+' | '-')), tail @ ..] = rest {
        let (right, after) = product(tail)?;
        left = format!("{left} {sign} {right}");
        rest = after;
    }
    Some((left, rest))
}

fn product(tokens: &[Token]) -> Option<(String, &[Token])> {
    let (mut left, mut rest) = atom(tokens)?;
    while let [Token::Sign(sign @ ('*' | '/')), tail @ ..] = rest {
        let (right, after) = atom(tail)?;
        left = format!("{left} {sign} {right}");
        rest = after;
    }
    Some((left, rest))
}

fn atom(tokens: &[Token]) -> Option<(String, &[Token])> {
    match tokens {
        [Token::Number(number), rest @ ..] => Some((number.clone(), rest)),
        [Token::Column(column), rest @ ..] => Some((
            format!("_number(row.get({}))", literal(&json!(column))),
            rest,
        )),
        [Token::Sign('('), rest @ ..] => {
            let (inner, rest) = sum(rest)?;
            match rest {
                [Token::Sign(')'), rest @ ..] => Some((format!("({inner})"), rest)),
                _ => None,
            }
        }
        _ => None,
    }
}

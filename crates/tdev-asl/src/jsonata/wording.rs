//! The reference's wording of an error, which AWS passes on, where the evaluator's own differs.

/// `message` as the reference implementation words it. `functions` are the functions the
/// expression calls: where it calls one, that is the one a complaint about arguments is about.
pub(super) fn reword(message: &str, functions: &[String]) -> String {
    let Some((code, text)) = message.split_once(": ") else {
        return message.to_owned();
    };
    match in_reference(code, text, functions) {
        Some(text) => format!("{code}: {text}"),
        None => message.to_owned(),
    }
}

fn in_reference(code: &str, text: &str, functions: &[String]) -> Option<String> {
    let fixed = match code {
        "T1006" => "Attempted to invoke a non-function",
        "T2003" => "The left side of the range operator (..) must evaluate to an integer",
        "T2004" => "The right side of the range operator (..) must evaluate to an integer",
        "D3001" => "Attempting to invoke string function on Infinity or NaN",
        "D3010" => "Second argument of replace function cannot be an empty string",
        "D3020" => "Third argument of split function must evaluate to a positive number",
        "D3138" => {
            "The $single() function expected exactly 1 matching result.  Instead it matched more than 1."
        }
        _ => return computed(code, text, functions),
    };
    Some(fixed.to_owned())
}

fn computed(code: &str, text: &str, functions: &[String]) -> Option<String> {
    match code {
        "T2001" | "T2002" => {
            let (before, rest) = text.split_once(" of the ")?;
            let (token, after) = rest.split_once(" operator ")?;
            Some(format!("{before} of the \"{token}\" operator {after}"))
        }
        "T0410" | "T0411" | "T0412" => arguments(code, text, functions),
        "D3030" => {
            let value = text.strip_prefix("Cannot convert '")?;
            let value = value.strip_suffix("' to number")?;
            Some(format!("Unable to cast value to a number: \"{value}\""))
        }
        "D3100" => {
            let given = text.rsplit(' ').next()?;
            Some(format!(
                "The radix of the formatBase function must be between 2 and 36.  It was given {given}"
            ))
        }
        _ => None,
    }
}

fn arguments(code: &str, text: &str, functions: &[String]) -> Option<String> {
    let [function] = functions else { return None };
    let index = match text.strip_prefix("Argument count mismatch: expected ") {
        Some(counts) => {
            let (expected, got) = counts.split_once(", got ")?;
            let expected: usize = expected.parse().ok()?;
            expected.min(got.parse().ok()?) + 1
        }
        None => text
            .split_whitespace()
            .find_map(|word| word.parse::<usize>().ok())?,
    };
    Some(match code {
        "T0410" => {
            format!("Argument {index} of function \"{function}\" does not match function signature")
        }
        "T0411" => format!(
            "Context value is not a compatible type with argument {index} of function \"{function}\""
        ),
        _ => {
            let kind = match text.rsplit(' ').next()? {
                "Number" => "numbers",
                "String" => "strings",
                "Object" => "objects",
                _ => return None,
            };
            format!("Argument {index} of function \"{function}\" must be an array of \"{kind}\"")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &str, function: &str, expected: &str) {
        assert_eq!(reword(message, &[function.to_owned()]), expected);
    }

    #[test]
    fn complaints_read_as_the_reference_writes_them() {
        check(
            "T2001: The left side of the + operator must evaluate to a number",
            "",
            "T2001: The left side of the \"+\" operator must evaluate to a number",
        );
        check(
            "T0410: Argument 1 must be Number",
            "abs",
            "T0410: Argument 1 of function \"abs\" does not match function signature",
        );
        check(
            "T0412: Argument 1 must be an array of Number",
            "sum",
            "T0412: Argument 1 of function \"sum\" must be an array of \"numbers\"",
        );
        check(
            "T0410: Argument count mismatch: expected 2, got 1",
            "map",
            "T0410: Argument 2 of function \"map\" does not match function signature",
        );
        check(
            "D3030: Cannot convert 'x' to number",
            "number",
            "D3030: Unable to cast value to a number: \"x\"",
        );
        check(
            "T1006: Attempted to invoke a non-function: $nope",
            "nope",
            "T1006: Attempted to invoke a non-function",
        );
    }

    #[test]
    fn what_is_not_known_stays_as_it_is() {
        let two = ["sum".to_owned(), "abs".to_owned()];
        let message = "T0410: Argument 1 must be Number";
        assert_eq!(reword(message, &two), message);
        assert_eq!(reword("no code", &two), "no code");
    }
}

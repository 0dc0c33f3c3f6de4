//! Components that cases register: each with a name of its own.

/// `{text} → {text}` by these lines.
pub(super) fn of_text(name: &str, body: &[&str]) -> String {
    component(
        name,
        "\"text\": \"string\"",
        "\"text\": \"string\"",
        "text: str",
        body,
    )
}

/// A component of these fields and parameters.
pub(super) fn component(
    name: &str,
    input: &str,
    output: &str,
    parameters: &str,
    body: &[&str],
) -> String {
    let body: String = body
        .iter()
        .map(|line| format!("        {line}\n"))
        .collect();
    format!(
        "from tdev import tool\n\n\n@tool(name=\"{name}\", description=\"serves the case {name}\", input={{{input}}}, output={{{output}}})\nclass {name}:\n    def run(self, {parameters}) -> dict:\n{body}"
    )
}

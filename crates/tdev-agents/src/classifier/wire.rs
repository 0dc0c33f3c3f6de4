//! Models asked without a library for it: over HTTP, over a socket, by a program on this machine.
//! What gives it away is the shape of the question and the address, wherever they were put together.

use ruff_python_ast::{Expr, ExprDict, ExprFString};

use super::calls::Argument;
use super::module::Module;
use super::vocabulary::is_model_name;

/// Parts of addresses that only endpoints of language models have.
const ADDRESSES: &[&str] = &[
    "/chat/completions",
    ":generatecontent",
    ":streamgeneratecontent",
    "/v1/realtime?model",
    "api.anthropic.com/v1/messages",
    "api.anthropic.com/v1/complete",
    "api.openai.com/v1/responses",
    "api.openai.com/v1/completions",
    "api.openai.com/v1/realtime",
    "api.cohere.com/v2/chat",
    "api.cohere.ai/v1/chat",
    "api.cohere.ai/v1/generate",
    ":11434/api/generate",
    ":11434/api/chat",
];

/// Whether a text is an address where a language model answers.
pub(super) fn is_address(text: &str) -> bool {
    let said = text.to_ascii_lowercase();
    text.len() < 400 && ADDRESSES.iter().any(|address| said.contains(address))
}

/// What is written out in a formatted string, without what is filled in.
pub(super) fn literal_parts(text: &ExprFString) -> String {
    text.value
        .elements()
        .filter_map(|piece| piece.as_literal().map(|literal| &*literal.value))
        .collect()
}

/// Whether a mapping has the shape in which models are asked: a model and what to answer, or
/// turns of a conversation and how to go on with them.
pub(super) fn is_question(dict: &ExprDict, module: &Module<'_>) -> bool {
    let entry = |names: &[&str]| {
        dict.items.iter().find_map(|item| {
            let Some(Expr::StringLiteral(key)) = &item.key else {
                return None;
            };
            names.contains(&key.value.to_str()).then_some(&item.value)
        })
    };
    let model = entry(&["model", "modelId", "model_id", "model_name", "deployment"]);
    // An embedding, a picture or a recording is asked of a model too, and named as one.
    let named = model.map(|model| module.text(model));
    let transforms =
        matches!(named, Some(Some(name)) if !is_model_name(name) && is_transformer(name));
    if transforms {
        return false;
    }
    let turns = entry(&["messages", "contents"]).is_some();
    let limits = [
        "max_tokens",
        "max_new_tokens",
        "temperature",
        "top_p",
        "stream",
        "system",
        "tools",
        "anthropic_version",
        "generationConfig",
        "stop",
        "options",
        "format",
    ];
    let limited = entry(&limits).is_some();
    match named {
        Some(_) if turns => true,
        Some(name) => {
            entry(&["prompt", "input"]).is_some() && (limited || name.is_some_and(is_model_name))
        }
        None => turns && limited,
    }
}

fn is_transformer(name: &str) -> bool {
    let said = name.to_ascii_lowercase();
    [
        "embed",
        "whisper",
        "tts",
        "dall",
        "rerank",
        "image",
        "moderation",
        "diffusion",
        "flux",
    ]
    .iter()
    .any(|word| said.contains(word))
}

/// Whether a call by this name sends what it is given.
pub(super) fn sends(name: &str) -> bool {
    let name = name.trim_start_matches('_');
    matches!(
        name,
        "post"
            | "request"
            | "urlopen"
            | "send"
            | "send_json"
            | "send_str"
            | "fetch"
            | "stream"
            | "connect"
            | "ws_connect"
            | "create_connection"
            | "put"
            | "getresponse"
    ) || name.starts_with("post_")
        || name.starts_with("request_")
}

/// Programs that answer by a language model.
const PROGRAMS: &[&str] = &[
    "ollama",
    "llm",
    "claude",
    "gemini",
    "codex",
    "aichat",
    "sgpt",
    "mods",
    "llama-cli",
    "llamafile",
    "goose",
    "mlx_lm.generate",
];

/// What those programs do beside answering.
const CHORES: &[&str] = &[
    "pull",
    "push",
    "list",
    "ls",
    "ps",
    "serve",
    "show",
    "create",
    "rm",
    "stop",
    "cp",
    "install",
    "login",
    "models",
    "keys",
    "logs",
    "mcp",
    "update",
    "--version",
    "--help",
    "embed",
];

/// Whether a process is started that answers by a language model.
pub(super) fn starts_a_model(
    dotted: &str,
    arguments: &[Argument<'_>],
    module: &Module<'_>,
) -> bool {
    let starts = matches!(
        dotted,
        "subprocess.run"
            | "subprocess.Popen"
            | "subprocess.call"
            | "subprocess.check_call"
            | "subprocess.check_output"
            | "subprocess.getoutput"
            | "os.system"
            | "os.popen"
            | "asyncio.create_subprocess_exec"
            | "asyncio.create_subprocess_shell"
    );
    let words = || -> Vec<&str> {
        match arguments {
            [one, ..] => match one.expr {
                Expr::List(list) => list.elts.iter().filter_map(|e| module.text(e)).collect(),
                Expr::Tuple(tuple) => tuple.elts.iter().filter_map(|e| module.text(e)).collect(),
                _ if dotted.ends_with("_exec") => arguments
                    .iter()
                    .filter(|a| a.keyword.is_none())
                    .filter_map(|a| module.text(a.expr))
                    .collect(),
                other => module
                    .text(other)
                    .map(|line| line.split_whitespace().collect())
                    .unwrap_or_default(),
            },
            [] => Vec::new(),
        }
    };
    if !starts {
        return false;
    }
    match words().as_slice() {
        [program, rest @ ..] => {
            let program = program.rsplit('/').next().unwrap_or(program);
            PROGRAMS.contains(&program) && rest.first().is_none_or(|first| !CHORES.contains(first))
        }
        [] => false,
    }
}

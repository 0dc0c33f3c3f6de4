//! Which calls ask a model to answer, by the way they are spelled and what they are given.
//! Embeddings, images and speech are transformations and decide nothing.

use ruff_python_ast::{Expr, ExprCall};

use super::frameworks::Role;
use super::module::Module;
use super::objects::{Object, Origin};
use super::reading::Reader;
use super::vocabulary as says;

/// Ends of the way a model's client is spelled.
const ASKS: &[&str] = &[
    "chat.completions.create",
    "chat.completions.parse",
    "completions.create",
    "responses.create",
    "responses.parse",
    "messages.create",
    "messages.stream",
    "models.generate_content",
    "threads.runs.create",
    "runs.create_and_poll",
    "runs.create_and_process",
    "runs.stream",
];

const BY_METHOD: &[&str] = &[
    "converse",
    "converse_stream",
    "invoke_model",
    "invoke_model_with_response_stream",
    "generate_content",
    "generate_content_async",
    "_aask",
    "acompletion",
    "achat_with_tools",
    "chat_with_tools",
    "create_chat_completion",
    "chat_completion",
    "invoke_inline_agent",
    "retrieve_and_generate",
    "retrieve_and_generate_stream",
];

/// Words in a call's spelling that say it transforms.
const TRANSFORMS: &[&str] = &[
    "embed",
    "image",
    "audio",
    "speech",
    "moderation",
    "transcri",
    "translat",
    "rerank",
    "token",
    "batch",
    "file",
    "fine_tun",
];

/// Whether a spelling says that it transforms.
pub(super) fn transforms(spelled: &str) -> bool {
    let lower = spelled.to_ascii_lowercase();
    TRANSFORMS.iter().any(|word| lower.contains(word))
}

/// Whether a call is spelled as one that asks a model.
pub(super) fn spelled_as_asking(call: &ExprCall, module: &Module<'_>) -> bool {
    let mut spelled: Vec<&str> = Vec::new();
    let mut at = &*call.func;
    loop {
        match at {
            Expr::Attribute(attribute) => {
                spelled.push(attribute.attr.as_str());
                at = &attribute.value;
            }
            Expr::Name(name) => {
                spelled.push(name.id.as_str());
                break;
            }
            _ => break,
        }
    }
    spelled.reverse();
    let chain = spelled.join(".");
    let last = spelled.last().copied().unwrap_or_default();
    if ASKS
        .iter()
        .any(|ask| chain == *ask || chain.ends_with(&format!(".{ask}")))
        || BY_METHOD.contains(&last)
    {
        return true;
    }
    // `completion(model=…, messages=…)`, whoever offers it.
    let given = |names: &[&str]| {
        call.arguments.keywords.iter().any(|keyword| {
            keyword
                .arg
                .as_ref()
                .is_some_and(|arg| names.contains(&arg.as_str()))
        })
    };
    let lower = chain.to_ascii_lowercase();
    let function = last.starts_with(|c: char| c.is_ascii_lowercase());
    // `runtime.invoke_agent(agentId=…)`: an agent that is kept elsewhere.
    if last == "invoke_agent" && given(&["agentId", "agentAliasId"]) {
        return true;
    }
    function
        && !transforms(&lower)
        && given(&["model", "modelId", "model_id", "model_name"])
        && given(&["messages", "contents"])
        && module.dotted(&call.func).is_some()
}

/// Whether a call says how long the answer may be, which is said to models alone.
pub(super) fn limits_its_answer(call: &ExprCall) -> bool {
    let limits = [
        "max_tokens",
        "max_new_tokens",
        "max_output_tokens",
        "max_completion_tokens",
    ];
    let name = last_name(&call.func).unwrap_or_default();
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && says::runs(name)
        // `trim_messages(…, max_tokens=…)` shortens what is asked.
        && !name.ends_with("messages")
        && !transforms(name)
        && call.arguments.keywords.iter().any(|keyword| {
            keyword
                .arg
                .as_ref()
                .is_some_and(|arg| limits.contains(&arg.as_str()))
        })
}

/// Whether running an object asks a model that decides nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// It is a model, and answers.
    Model,
    /// It is something else.
    Other,
}

/// What running an object would ask.
pub(super) fn answers(object: &Object) -> Asked {
    if object.origin != Origin::Foreign {
        return Asked::Other;
    }
    let given = object.given;
    let only_named =
        given.model_name && !given.instructed && !given.tools && object.members.is_empty();
    let model = match object.prior {
        Some(Role::Model) => true,
        Some(_) => false,
        None => object.is_model || only_named || is_model_class(&object.what),
    };
    if model { Asked::Model } else { Asked::Other }
}

fn is_model_class(name: &str) -> bool {
    (name.starts_with("Chat")
        && name.len() > 4
        && !name.ends_with("Message")
        && !name.ends_with("History"))
        || name == "init_chat_model"
        || name.ends_with("LLM")
        || name.ends_with("ChatModel")
        || name.ends_with("ForCausalLM")
        || name.ends_with("ChatGenerator")
        || name.ends_with("ChatCompletionClient")
}

/// The last name of an expression: `model` of `self.model`.
pub(super) fn last_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}

impl<'a> Reader<'_, 'a> {
    /// Whether a name, or the parameter an attribute of `self` was given, is annotated as a model.
    pub(super) fn is_annotated_as_model(&self, owner: &'a Expr) -> bool {
        let Some(name) = last_name(owner) else {
            return false;
        };
        let name = name.trim_start_matches('_');
        self.module.annotated(name).is_some_and(|annotation| {
            self.module.dotted(annotation).is_some_and(|dotted| {
                let class = dotted.rsplit('.').next().unwrap_or_default();
                self.is_foreign(&dotted)
                    && (is_model_class(class)
                        || class.contains("LanguageModel")
                        || class.contains("ChatCompletion"))
            })
        })
    }
}

//! The words people give a mind by: for models, instructions, tools, other agents, and for
//! running one. They are the same words in every framework, and hold in those nobody listed.

/// Keywords that give a model.
pub(super) fn names_model(keyword: &str) -> bool {
    matches!(
        keyword,
        "model"
            | "llm"
            | "llm_config"
            | "model_client"
            | "chat_client"
            | "chat_generator"
            | "generator"
            | "model_id"
            | "model_name"
            | "modelId"
            | "language_model"
            | "chat_model"
            | "lm"
            | "brain"
            | "engine"
            | "llm_client"
            | "client"
            | "service"
            | "model_provider"
            | "inference"
    )
}

/// Keywords that tell how to behave.
pub(super) fn instructs(keyword: &str) -> bool {
    matches!(
        keyword,
        "instructions"
            | "instruction"
            | "system_prompt"
            | "system_message"
            | "system_instruction"
            | "system_instructions"
            | "sys_prompt"
            | "system"
            | "prompt"
            | "backstory"
            | "persona"
            | "global_instruction"
            | "output_type"
            | "result_type"
            | "deps_type"
            | "output_schema"
    )
}

/// Keywords that say what something is for; a printer has a role too.
pub(super) fn describes(keyword: &str) -> bool {
    matches!(
        keyword,
        "role" | "goal" | "description" | "objective" | "name"
    )
}

/// Keywords that give things to use.
pub(super) fn gives_tools(keyword: &str) -> bool {
    matches!(
        keyword,
        "tools" | "functions" | "plugins" | "toolkits" | "toolsets" | "tool_list" | "mcp_servers"
    )
}

/// Keywords by which agents are given.
pub(super) fn gives_agents(keyword: &str) -> bool {
    matches!(
        keyword,
        "handoffs"
            | "sub_agents"
            | "subagents"
            | "members"
            | "agents"
            | "managed_agents"
            | "participants"
            | "team"
            | "workers"
            | "children"
            | "nodes"
    )
}

/// Whether a method runs what it belongs to.
pub(super) fn runs(method: &str) -> bool {
    let mut words = method.trim_start_matches('_').split('_').peekable();
    if words.peek().is_some_and(|first| {
        matches!(
            *first,
            "add" | "set" | "get" | "register" | "with" | "on" | "create" | "bind" | "as" | "to"
        )
    }) && !matches!(
        method,
        "get_response" | "on_messages" | "on_messages_stream" | "create"
    ) {
        return false;
    }
    words.any(|word| {
        matches!(
            word,
            "run"
                | "arun"
                | "invoke"
                | "ainvoke"
                | "stream"
                | "astream"
                | "batch"
                | "abatch"
                | "kickoff"
                | "ask"
                | "aask"
                | "chat"
                | "achat"
                | "query"
                | "aquery"
                | "execute"
                | "aexecute"
                | "respond"
                | "response"
                | "reply"
                | "generate"
                | "agenerate"
                | "predict"
                | "apredict"
                | "complete"
                | "acomplete"
                | "completion"
                | "step"
                | "astep"
                | "act"
                | "start"
                | "launch"
                | "answer"
                | "solve"
                | "call"
                | "acall"
                | "process"
                | "say"
                | "prompt"
                | "initiate"
                | "think"
                | "create"
                | "messages"
                | "forward"
                | "converse"
        )
    })
}

/// Whether a method puts what it belongs to on the network and does no more with it.
pub(super) fn serves(method: &str) -> bool {
    matches!(
        method,
        "serve" | "get_app" | "serve_forever" | "mount" | "deploy" | "to_a2a"
    )
}

/// Keywords that say how something is put on the network.
pub(super) fn says_how_to_serve(keyword: &str) -> bool {
    matches!(
        keyword,
        "transport" | "host" | "port" | "path" | "log_level" | "reload" | "debug" | "show_banner"
    )
}

/// Whether a method gives what it belongs to something to work with.
pub(super) fn equips(method: &str) -> bool {
    method.split('_').next().is_some_and(|first| {
        matches!(
            first,
            "add" | "set" | "use" | "with" | "register" | "attach" | "bind"
        )
    })
}

/// Whether a function settles how a whole package behaves.
pub(super) fn settles(function: &str) -> bool {
    function.split('_').next().is_some_and(|first| {
        matches!(
            first,
            "configure" | "config" | "setup" | "init" | "set" | "use" | "settings"
        )
    })
}

/// Classes by which one part of a program hands things to another.
pub(super) fn is_queue(class: &str) -> bool {
    matches!(
        class,
        "Queue"
            | "SimpleQueue"
            | "LifoQueue"
            | "PriorityQueue"
            | "JoinableQueue"
            | "Pipe"
            | "deque"
    )
}

/// Whether a variable is named for a policy that was learnt.
pub(super) fn is_called_a_policy(name: &str) -> bool {
    name.trim_matches('_')
        .split('_')
        .any(|word| matches!(word, "policy" | "actor" | "agent"))
}

/// Methods by which a policy says what to do.
pub(super) fn acts_by(method: &str) -> bool {
    matches!(
        method,
        "predict"
            | "act"
            | "select_action"
            | "choose_action"
            | "get_action"
            | "sample_action"
            | "compute_action"
            | "compute_single_action"
    )
}

/// Whether a variable is named for a language model.
pub(super) fn is_called_a_model(name: &str) -> bool {
    name.trim_start_matches('_')
        .split('_')
        .any(|word| matches!(word, "llm" | "lm" | "chatmodel"))
        || name.contains("model_client")
        || name.contains("chat_client")
        || name.contains("language_model")
        || name.contains("chat_model")
}

/// Whether an imported name says that it decides.
pub(super) fn is_called_an_agent(name: &str) -> bool {
    let said = name.to_ascii_lowercase();
    said.split('_').any(|word| {
        matches!(
            word,
            "agent" | "crew" | "team" | "assistant" | "supervisor" | "swarm" | "agents"
        )
    }) && !said.split('_').any(|word| {
        matches!(
            word,
            "get"
                | "create"
                | "build"
                | "make"
                | "use"
                | "run"
                | "tool"
                | "tools"
                | "config"
                | "list"
                | "load"
                | "to"
        )
    })
}

/// Families of language models, by which their names are known.
const FAMILIES: &[&str] = &[
    "gpt",
    "claude",
    "gemini",
    "gemma",
    "llama",
    "mistral",
    "mixtral",
    "codestral",
    "qwen",
    "qwq",
    "deepseek",
    "sonnet",
    "haiku",
    "opus",
    "nova",
    "grok",
    "phi",
    "command",
    "jamba",
    "granite",
    "kimi",
    "glm",
    "o1",
    "o3",
    "o4",
    "palm",
    "titan",
    "nemotron",
    "llama2",
    "llama3",
    "gpt4",
    "phi3",
];

/// Whether a text names a language model: `gpt-4o`, `anthropic:claude-…`, `openai/gpt-4o-mini`.
pub(super) fn is_model_name(text: &str) -> bool {
    let said = text.to_ascii_lowercase();
    if said.len() > 120 || said.contains(char::is_whitespace) {
        return false;
    }
    let mut words = said.split(|c: char| !c.is_ascii_alphanumeric());
    let other = [
        "embed",
        "embedding",
        "whisper",
        "tts",
        "dall",
        "rerank",
        "moderation",
        "image",
        "transcribe",
    ];
    if words.clone().any(|word| other.contains(&word)) {
        return false;
    }
    words.any(|word| {
        FAMILIES.iter().any(|family| {
            word.strip_prefix(family)
                .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()))
        })
    })
}

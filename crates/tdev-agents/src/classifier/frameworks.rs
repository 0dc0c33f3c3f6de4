//! What people build agents with: which of a package's objects decides, and which puts deciders
//! together.

use ruff_python_ast::{Expr, ExprCall};

use super::module::Module;

/// What an object does in a system of agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A model decides inside it.
    Brain,
    /// It leads several: a team by itself.
    Leader,
    /// It puts others together in a fixed way; it is a team where two or more of them decide.
    Composition,
}

/// Root packages of frameworks.
pub(super) const PACKAGES: &[&str] = &[
    "agno",
    "phi",
    "strands",
    "agents",
    "crewai",
    "langgraph",
    "langchain",
    "langgraph_supervisor",
    "langgraph_swarm",
    "autogen",
    "autogen_agentchat",
    "autogen_core",
    "autogen_ext",
    "ag2",
    "google",
    "smolagents",
    "pydantic_ai",
    "llama_index",
    "semantic_kernel",
    "haystack",
    "dspy",
    "deepagents",
    "agent_framework",
    "multi_agent_orchestrator",
    "agent_squad",
    "camel",
    "metagpt",
    "swarm",
    "beeai_framework",
    "praisonaiagents",
    "livekit",
    "upsonic",
];

/// Functions that return an agent.
const BUILDERS: &[&str] = &[
    "create_react_agent",
    "create_agent",
    "create_deep_agent",
    "create_tool_calling_agent",
    "create_openai_functions_agent",
    "create_openai_tools_agent",
    "create_structured_chat_agent",
    "create_json_agent",
    "create_sql_agent",
    "create_csv_agent",
    "create_pandas_dataframe_agent",
    "create_xml_agent",
    "initialize_agent",
    "create_json_chat_agent",
    "create_self_ask_with_search_agent",
];

const LEADERS: &[&str] = &[
    "Team",
    "Crew",
    "Swarm",
    "GroupChat",
    "GroupChatManager",
    "RoundRobinGroupChat",
    "SelectorGroupChat",
    "MagenticOneGroupChat",
    "AgentGroupChat",
    "SocietyOfMindAgent",
    "create_supervisor",
    "create_swarm",
    "SupervisorAgent",
    "MultiAgentOrchestrator",
    "AgentSquad",
];

/// Leaders that only pass the turn on: nothing decides in them beside their members.
const TURN_TAKERS: &[&str] = &[
    "Crew",
    "Swarm",
    "GroupChat",
    "RoundRobinGroupChat",
    "create_swarm",
];

/// Whether a leader decides itself.
pub(super) fn leads_by_deciding(name: &str) -> bool {
    !TURN_TAKERS.contains(&name)
}

const COMPOSITIONS: &[&str] = &[
    "SequentialAgent",
    "ParallelAgent",
    "LoopAgent",
    "Workflow",
    "Parallel",
    "Router",
    "Loop",
    "Steps",
    "Step",
    "StateGraph",
    "MessageGraph",
    "Graph",
    "GraphBuilder",
    "GraphFlow",
    "DiGraphBuilder",
    "AgentWorkflow",
    "Flow",
    "SequentialOrchestration",
    "ConcurrentOrchestration",
    "HandoffOrchestration",
    "SequentialBuilder",
    "ConcurrentBuilder",
    "Handoff",
    "handoff",
    "realtime_handoff",
];

/// Ends in `Agent` and yet no model decides in it: people, and the bare base.
const NOT_BRAINS: &[&str] = &["UserProxyAgent", "HumanAgent", "BaseAgent"];

/// The framework a dotted name comes from.
pub(super) fn package_of(dotted: &str) -> Option<&str> {
    let root = dotted.split('.').next().unwrap_or_default();
    PACKAGES
        .iter()
        .find(|package| **package == root && (root != "google" || dotted.starts_with("google.adk")))
        .copied()
}

/// The part an object plays, judged by where it comes from and what it is built with.
pub(super) fn role_of(dotted: &str, call: &ExprCall, module: &Module<'_>) -> Option<Role> {
    // `Agent.from_config(…)` and `Agent[Context](…)` build one too, but only the plain form and
    // the subscript are calls of the class itself.
    let name = dotted.rsplit('.').next().unwrap_or_default();
    if package_of(dotted).is_some() {
        return by_name(name);
    }
    // From a package nobody listed: what it is given shows what it is.
    let foreign =
        dotted.contains('.') && !module.is_unbound(dotted.split('.').next().unwrap_or_default());
    let given = |names: &[&str]| {
        call.arguments.keywords.iter().any(|keyword| {
            keyword
                .arg
                .as_ref()
                .is_some_and(|arg| names.contains(&arg.as_str()))
        })
    };
    let minded = given(&[
        "instructions",
        "system_prompt",
        "system_message",
        "prompt",
        "goal",
        "backstory",
        "role",
    ]) && given(&[
        "model",
        "llm",
        "llm_config",
        "model_client",
        "tools",
        "chat_client",
    ]);
    ((foreign || dotted.contains('.')) && name.ends_with("Agent") && minded).then_some(Role::Brain)
}

/// The part a subclass plays by its base.
pub(super) fn role_of_base(dotted: &str) -> Option<Role> {
    package_of(dotted)?;
    match by_name(dotted.rsplit('.').next().unwrap_or_default())? {
        Role::Composition => None,
        role => Some(role),
    }
}

fn by_name(name: &str) -> Option<Role> {
    if LEADERS.contains(&name) {
        Some(Role::Leader)
    } else if COMPOSITIONS.contains(&name) {
        Some(Role::Composition)
    } else if (name.ends_with("Agent")
        && name.starts_with(char::is_uppercase)
        && !NOT_BRAINS.contains(&name))
        || BUILDERS.contains(&name)
    {
        Some(Role::Brain)
    } else {
        None
    }
}

/// Calls that ask a model to answer, by the way their client is spelled. Embeddings, images and
/// speech are transformations and decide nothing.
const ASKS: &[&str] = &[
    "chat.completions.create",
    "chat.completions.parse",
    "beta.chat.completions.parse",
    "responses.create",
    "responses.parse",
    "messages.create",
    "messages.stream",
    "models.generate_content",
];

const ASKS_BY_METHOD: &[&str] = &[
    "converse",
    "converse_stream",
    "invoke_model",
    "invoke_model_with_response_stream",
    "generate_content",
];

/// Whether a call asks a model.
pub(super) fn is_model_call(call: &ExprCall, module: &Module<'_>) -> bool {
    let mut spelled: Vec<&str> = Vec::new();
    let mut at = &*call.func;
    while let Expr::Attribute(attribute) = at {
        spelled.push(attribute.attr.as_str());
        at = &attribute.value;
    }
    spelled.reverse();
    let chain = spelled.join(".");
    if ASKS
        .iter()
        .any(|ask| chain == *ask || chain.ends_with(&format!(".{ask}")))
    {
        return true;
    }
    if spelled
        .last()
        .is_some_and(|last| ASKS_BY_METHOD.contains(last))
    {
        return true;
    }
    if module.dotted(&call.func).is_some_and(|name| {
        matches!(
            name.as_str(),
            "litellm.completion" | "litellm.acompletion" | "ollama.chat" | "ollama.generate"
        )
    }) {
        return true;
    }
    // A chat model of langchain: `llm = ChatOpenAI(…)`, then `llm.invoke(…)`.
    let asked = spelled.last().is_some_and(|last| {
        matches!(
            *last,
            "invoke" | "ainvoke" | "stream" | "astream" | "predict"
        )
    });
    asked
        && match at {
            Expr::Name(name) => module
                .constant(name.id.as_str())
                .is_some_and(|value| is_chat_model(value, module)),
            built => is_chat_model(built, module),
        }
}

fn is_chat_model(expr: &Expr, module: &Module<'_>) -> bool {
    let Expr::Call(call) = expr else { return false };
    module.dotted(&call.func).is_some_and(|dotted| {
        let name = dotted.rsplit('.').next().unwrap_or_default();
        dotted.starts_with("langchain") && (name.starts_with("Chat") || name == "init_chat_model")
    })
}

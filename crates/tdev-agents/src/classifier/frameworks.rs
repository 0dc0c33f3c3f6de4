//! What is known of well-known frameworks: which of a package's objects decides, and which puts
//! deciders together. What is known of none is judged by structure alone (`settle`).

/// What an object does in a system of agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A model decides inside it.
    Brain,
    /// It leads several: a team by itself.
    Leader,
    /// It puts others together in a fixed way; it is a team where two or more of them decide.
    Composition,
    /// It answers what it is asked, and decides nothing by itself.
    Model,
    /// A person, a server, a bare base: no model decides in it.
    Bystander,
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
    "pyautogen",
    "langgraph_sdk",
    "dynamiq",
    "controlflow",
    "marvin",
    "atomic_agents",
    "taskweaver",
    "swarms",
    "agency_swarm",
    "superagi",
    "griptape",
    "claude_agent_sdk",
    "mcp",
    "fastmcp",
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
    "ReAct",
    "CodeAct",
    "Assistant",
    "OpenAIAssistant",
];

/// Other classes a model decides in, where the word alone would be too common.
const MINDS_OF: &[(&str, &str)] = &[
    ("metagpt", "Role"),
    ("marvin", "Task"),
    ("camel", "CriticAgent"),
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
    "RolePlaying",
    "Workforce",
    "BabyAGI",
    "Agency",
    "MagenticOne",
    "HierarchicalSwarm",
    "SequentialWorkflow",
    "PraisonAIAgents",
];

/// Leaders that only pass the turn on: nothing decides in them beside their members.
const TURN_TAKERS: &[&str] = &[
    "Crew",
    "Swarm",
    "GroupChat",
    "RoundRobinGroupChat",
    "create_swarm",
    "AgentGroupChat",
    "SequentialWorkflow",
    "PraisonAIAgents",
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
    "WorkflowBuilder",
    "Pipeline",
    "Handoff",
    "handoff",
    "realtime_handoff",
];

/// Ends in `Agent` and yet no model decides in it, and what only makes agents reachable.
const BYSTANDERS: &[&str] = &[
    "UserProxyAgent",
    "HumanAgent",
    "BaseAgent",
    "BaseChatAgent",
    "AgentOS",
    "Playground",
    "Task",
    "RemoteAgentConnection",
    "FastMCP",
];

/// Programs of one question and one answer.
const MODELS: &[&str] = &[
    "Predict",
    "ChainOfThought",
    "ProgramOfThought",
    "TypedPredictor",
    "LM",
    "LLMChain",
    "ChatPromptTemplate",
];

/// The framework a dotted name comes from.
pub(super) fn package_of(dotted: &str) -> Option<&str> {
    let root = dotted.split('.').next().unwrap_or_default();
    PACKAGES
        .iter()
        .find(|package| **package == root && (root != "google" || dotted.starts_with("google.adk")))
        .copied()
}

/// The part an object plays by what is known of its package; `None` where nothing is.
pub(super) fn role_of(dotted: &str) -> Option<Role> {
    let package = package_of(dotted)?;
    let name = dotted.rsplit('.').next().unwrap_or_default();
    if MINDS_OF.contains(&(package, name)) {
        return Some(Role::Brain);
    }
    by_name(name)
}

/// The part a subclass plays by its base.
pub(super) fn role_of_base(dotted: &str) -> Option<Role> {
    match role_of(dotted)? {
        Role::Composition | Role::Model => None,
        role => Some(role),
    }
}

fn by_name(name: &str) -> Option<Role> {
    if BYSTANDERS.contains(&name) {
        Some(Role::Bystander)
    } else if LEADERS.contains(&name) {
        Some(Role::Leader)
    } else if COMPOSITIONS.contains(&name) {
        Some(Role::Composition)
    } else if MODELS.contains(&name) {
        Some(Role::Model)
    } else if (name.ends_with("Agent") && name.starts_with(char::is_uppercase))
        || BUILDERS.contains(&name)
    {
        Some(Role::Brain)
    } else {
        None
    }
}

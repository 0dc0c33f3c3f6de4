from typing import Annotated, TypedDict

from langchain_core.messages import AnyMessage, trim_messages
from langgraph.graph.message import add_messages


class AgentState(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]
    next_agent: str


def shorten(state: AgentState) -> dict:
    """Keeps what the agent's window holds."""
    return {"messages": trim_messages(state["messages"], max_tokens=100, token_counter=len)}

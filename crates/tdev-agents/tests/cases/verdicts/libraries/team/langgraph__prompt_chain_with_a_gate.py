from typing import TypedDict

from langchain.chat_models import init_chat_model
from langgraph.graph import END, START, StateGraph

writer = init_chat_model("openai:gpt-4o-mini")
editor = init_chat_model("anthropic:claude-3-5-sonnet-latest")


class State(TypedDict):
    topic: str
    joke: str


def write(state: State):
    return {"joke": writer.invoke(f"A joke about {state['topic']}").content}


def improve(state: State):
    return {"joke": editor.invoke(f"Make it funnier: {state['joke']}").content}


def gate(state: State) -> str:
    return "fail" if "?" not in state["joke"] else "pass"


graph = StateGraph(State)
graph.add_node("write", write)
graph.add_node("improve", improve)
graph.add_edge(START, "write")
graph.add_conditional_edges("write", gate, {"fail": "improve", "pass": END})
graph.add_edge("improve", END)
app = graph.compile()

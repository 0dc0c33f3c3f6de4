from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict


class State(TypedDict):
    text: str
    words: int


def strip(state: State) -> State:
    return {"text": state["text"].strip()}


def count(state: State) -> State:
    return {"words": len(state["text"].split())}


builder = StateGraph(State)
builder.add_node("strip", strip)
builder.add_node("count", count)
builder.add_edge(START, "strip")
builder.add_edge("strip", "count")
builder.add_edge("count", END)
graph = builder.compile()


def run(text: str) -> dict:
    return graph.invoke({"text": text})

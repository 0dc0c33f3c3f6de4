from langgraph.graph import END, START, StateGraph

from agents.researcher import research_agent
from agents.writer import writer_agent
from state import State

builder = StateGraph(State)
builder.add_node("research", research_agent)
builder.add_node("write", writer_agent)
builder.add_edge(START, "research")
builder.add_edge("research", "write")
builder.add_edge("write", END)
graph = builder.compile()

from langchain_openai import ChatOpenAI
from langgraph.graph import END, START, StateGraph

llm = ChatOpenAI(model="gpt")


def decide(state):
    return {"messages": [llm.invoke(state["messages"])]}


def tidy(state):
    return {"messages": state["messages"][-1:]}


graph = StateGraph(dict)
graph.add_node("decide", decide)
graph.add_node("tidy", tidy)
graph.add_edge(START, "decide")
graph.add_edge("decide", "tidy")
graph.add_edge("tidy", END)

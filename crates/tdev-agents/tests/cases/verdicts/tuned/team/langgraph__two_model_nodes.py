from langchain_anthropic import ChatAnthropic
from langgraph.graph import StateGraph, START, END
from typing import TypedDict


class State(TypedDict):
    topic: str
    draft: str
    review: str


writer_model = ChatAnthropic(model="claude-3-5-sonnet-latest")
critic_model = ChatAnthropic(model="claude-3-5-haiku-latest")


def write(state: State) -> State:
    return {"draft": writer_model.invoke(f"Write about {state['topic']}").content}


def criticise(state: State) -> State:
    return {"review": critic_model.invoke(f"Criticise: {state['draft']}").content}


def again(state: State):
    return "write" if "bad" in state["review"] else END


g = StateGraph(State)
g.add_node("write", write)
g.add_node("criticise", criticise)
g.add_edge(START, "write")
g.add_edge("write", "criticise")
g.add_conditional_edges("criticise", again)
app = g.compile()

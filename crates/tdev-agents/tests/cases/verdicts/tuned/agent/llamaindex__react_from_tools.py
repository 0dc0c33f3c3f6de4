from llama_index.core.agent import ReActAgent
from llama_index.core.tools import FunctionTool
from llama_index.llms.openai import OpenAI


def add(a: int, b: int) -> int:
    """Adds."""
    return a + b


llm = OpenAI(model="gpt-4o-mini")
agent = ReActAgent.from_tools([FunctionTool.from_defaults(fn=add)], llm=llm, verbose=True)


def ask(question: str) -> str:
    return str(agent.chat(question))

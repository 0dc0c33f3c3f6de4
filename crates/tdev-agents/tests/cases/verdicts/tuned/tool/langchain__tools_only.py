from langchain_core.tools import StructuredTool, tool


@tool
def weather(city: str) -> str:
    """The weather, for the agent."""
    return "sunny"


def divide(a: float, b: float) -> float:
    """Divides."""
    return a / b


calculator = StructuredTool.from_function(func=divide, name="divide")
tools = [weather, calculator]

"""What a component imports: marks for what it is, and the few effects it may ask for.

    from tdev import agent, call_tool

    @agent(description="Finds the user behind a QR image", tools=["QrReaderTool", "UserLookupTool"])
    class FindUserAgent:
        def run(self, image: str) -> dict:
            code = call_tool("QrReaderTool", image=image)
            return call_tool("UserLookupTool", id=code["text"])

A component is a class with `run`, or a function. Its parameters are the fields of its input; what
it returns must have a JSON form.
"""

from tdev.effects import ToolError, call_agent, call_tool, llm, log, secret
from tdev.marks import Agent, Team, Tool, agent, team, tool

__all__ = [
    "Agent",
    "Team",
    "Tool",
    "ToolError",
    "agent",
    "call_agent",
    "call_tool",
    "llm",
    "log",
    "secret",
    "team",
    "tool",
]

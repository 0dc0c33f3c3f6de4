"""MyTool: say here what it does."""

from tdev import tool


@tool(
    name="MyTool",
    description="Counts the words of a text",
    input={"text": "string"},
    output={"words": "integer"},
)
class MyTool:
    """No decision: the same input always gives the same output."""

    def run(self, text: str) -> dict:
        return {"words": len(text.split())}

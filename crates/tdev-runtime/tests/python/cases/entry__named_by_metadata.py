# entry: AddTool
# input: {"a": 1, "b": 2}
# result: 3
from tdev import tool


@tool(name="AddTool", description="Adds")
def add(a: int, b: int) -> int:
    return a + b

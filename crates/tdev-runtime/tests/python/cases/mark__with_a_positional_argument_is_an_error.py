# code: ComponentFailed
# message: @tool takes keywords only
from tdev import tool


@tool("AddTool")
def add(a, b):
    return a + b

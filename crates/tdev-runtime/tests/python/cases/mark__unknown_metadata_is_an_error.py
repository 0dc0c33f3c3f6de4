# code: ComponentFailed
# message: @tool does not take desciption
# line: 7
from tdev import tool


@tool(desciption="typo")
def add(a, b):
    return a + b

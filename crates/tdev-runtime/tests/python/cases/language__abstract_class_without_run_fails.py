# code: ComponentFailed
# message: NotImplementedError: Half has no run
from tdev import Tool, tool


@tool
class Half(Tool):
    pass

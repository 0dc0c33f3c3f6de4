# code: ComponentFailed
# message: missing 1 required positional argument: 'x'
from tdev import tool


@tool
class Needs:
    def __init__(self, x):
        self.x = x

    def run(self):
        return 1

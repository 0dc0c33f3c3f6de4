# entry: Second
# result: 2
from tdev import tool


@tool
class First:
    def run(self):
        return 1


@tool
class Second:
    def run(self):
        return 2

# input: {"x": 1, "y": 2}
# result: {"sum": 3}
from tdev import tool


@tool
class Sum:
    def run(self, fields: dict[str, int]) -> dict:
        return {"sum": sum(fields.values())}

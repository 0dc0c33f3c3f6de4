# input: {"topic": "tea"}
# result: {"topic": "tea"}
from tdev import Team, call_tool, team


@team(members=["EchoTool"], permissions=["call"], version="1.0.0")
class Pair(Team):
    members = ["EchoTool"]

    def run(self, topic: str) -> dict:
        return call_tool(self.members[0], topic=topic)

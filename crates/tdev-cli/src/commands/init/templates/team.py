"""MyTeam: say here what its members achieve together."""

from tdev import Team, call_agent, team


@team(
    description="Has two agents look at a text, one after the other",
    input={"text": "string"},
    output={"first": "any", "second": "any"},
    members=["FirstAgent", "SecondAgent"],
)
class MyTeam(Team):
    """Coordinates its members; register them first."""

    def run(self, text: str) -> dict:
        first = call_agent("FirstAgent", text=text)
        second = call_agent("SecondAgent", text=text)
        return {"first": first, "second": second}

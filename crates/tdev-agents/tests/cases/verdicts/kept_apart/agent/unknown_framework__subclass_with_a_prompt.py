from hivelib import Minded


class Gardener(Minded):
    model = "claude-3-5-sonnet-latest"
    system_prompt = "You look after a garden."
    tools = ["water", "prune"]


def tend(state: str) -> str:
    return Gardener().run(state)

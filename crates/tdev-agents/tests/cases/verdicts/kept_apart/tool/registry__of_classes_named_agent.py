class AgentRegistry:
    def __init__(self):
        self._agents = {}

    def register(self, agent):
        self._agents[agent.name] = agent
        return agent

    def get(self, name):
        return self._agents[name]


def route(registry: AgentRegistry, text: str):
    """Chooses by keyword alone."""
    return registry.get("billing" if "invoice" in text else "support")

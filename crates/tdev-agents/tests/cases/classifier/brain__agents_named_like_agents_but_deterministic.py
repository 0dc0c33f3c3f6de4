class GreetingAgent:
    """Called an agent, but it only formats."""

    def run(self, name: str):
        return {"greeting": f"Hello {name}"}

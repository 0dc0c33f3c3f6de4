class TravelAgent:
    """An agent that decides by price alone."""

    def __init__(self, model="cheap", tools=None):
        self.model = model
        self.tools = tools or []

    def run(self, offers: list[dict]) -> dict:
        if not offers:
            return {}
        return min(offers, key=lambda offer: offer["price"])


agent = TravelAgent(model="cheap", tools=["compare"])

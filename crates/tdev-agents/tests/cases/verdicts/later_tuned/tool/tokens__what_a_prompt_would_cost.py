import tiktoken

PRICES = {"gpt-4o": (2.5, 10.0), "gpt-4o-mini": (0.15, 0.6), "claude-sonnet-4": (3.0, 15.0)}


class CostAgent:
    def __init__(self, model: str = "gpt-4o"):
        self.model = model
        self.encoding = tiktoken.encoding_for_model(model)

    def run(self, prompt: str, expected_answer_tokens: int = 300) -> dict:
        tokens = len(self.encoding.encode(prompt))
        price_in, price_out = PRICES[self.model]
        usd = (tokens * price_in + expected_answer_tokens * price_out) / 1_000_000
        return {"tokens": tokens, "usd": round(usd, 6)}


def cheapest(prompt: str) -> str:
    return min(PRICES, key=lambda name: CostAgent("gpt-4o").run(prompt)["usd"] * PRICES[name][0])

"""Decides what to answer from a matched text."""

from tdev import agent

LEAST = 0.25


@agent(
    name="PolicyResponderAgent",
    description="Decides whether a matched policy answers a question, and answers with its passage.",
    input={"question": "string", "title": "string", "passage": "string", "score": "number"},
    output={"answer": "string", "found": "boolean"},
    tags=["policy", "answer"],
)
class PolicyResponderAgent:
    """The policy: under a quarter of shared words the honest answer is that no text says it."""

    def run(self, question: str, title: str, passage: str, score: float) -> dict:
        if score < LEAST:
            return {"answer": "None of the texts speaks of this.", "found": False}
        return {"answer": f"{title}: {passage}", "found": True}

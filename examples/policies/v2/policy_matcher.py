"""Decides which of several texts a question is about: rare words count more, and endings less."""

import math
import re

from tdev import ToolError, agent

SHORT = 3
STEM = 5


@agent(
    name="PolicyMatcherAgent",
    description="Decides which policy text of several a question is about, by the words they share.",
    input={"question": "string", "texts": "string[]"},
    output={"title": "string", "passage": "string", "score": "number", "considered": "integer"},
    tags=["policy", "match", "search"],
)
class PolicyMatcherAgent:
    """The policy: words count by how few texts hold them, and by their first five letters."""

    def run(self, question: str, texts: list) -> dict:
        wanted = stems(question)
        if not wanted:
            raise ToolError("InvalidInput", "the question has no words to look for")
        held = [stems(text) for text in texts]
        weights = {word: math.log(1 + len(texts) / (1 + sum(word in h for h in held))) for word in wanted}
        best = max(texts, key=lambda text: share(weights, text))
        title, *paragraphs = [part.strip() for part in best.split("\n\n") if part.strip()]
        passage = max(paragraphs, key=lambda part: share(weights, part)) if paragraphs else title
        return {
            "title": title.lstrip("# "),
            "passage": passage,
            "score": round(share(weights, best), 2),
            "considered": len(texts),
        }


def stems(text: str) -> set:
    return {word[:STEM] for word in re.findall(r"[^\W\d_]+", text.lower()) if len(word) > SHORT}


def share(weights: dict, text: str) -> float:
    there = stems(text)
    return sum(weight for word, weight in weights.items() if word in there) / sum(weights.values())

"""Decides which of several texts a question is about."""

import re

from tdev import ToolError, agent

SHORT = 3


@agent(
    name="PolicyMatcherAgent",
    description="Decides which policy text of several a question is about, by the words they share.",
    input={"question": "string", "texts": "string[]"},
    output={"title": "string", "passage": "string", "score": "number", "considered": "integer"},
    tags=["policy", "match", "search"],
)
class PolicyMatcherAgent:
    """The policy: the text that shares most of the question's words wins; its best paragraph is shown."""

    def run(self, question: str, texts: list) -> dict:
        wanted = words(question)
        if not wanted:
            raise ToolError("InvalidInput", "the question has no words to look for")
        best = max(texts, key=lambda text: share(wanted, text))
        title, *paragraphs = [part.strip() for part in best.split("\n\n") if part.strip()]
        passage = max(paragraphs, key=lambda part: share(wanted, part)) if paragraphs else title
        return {
            "title": title.lstrip("# "),
            "passage": passage,
            "score": round(share(wanted, best), 2),
            "considered": len(texts),
        }


def words(text: str) -> set:
    return {word for word in re.findall(r"[^\W\d_]+", text.lower()) if len(word) > SHORT}


def share(wanted: set, text: str) -> float:
    return len(wanted & words(text)) / len(wanted)

"""Summarises a text to a length that suits it."""

from typing import Literal

from tdev import ToolError, agent, call_tool

FACTOR = {"brief": 0.5, "balanced": 1.0, "detailed": 2.0}


@agent(
    name="SummarizerAgent",
    description="Summarizes a text or article, deciding from its size and shape how much of it to keep.",
    input={"text": "string", "detail?": {"type": "string", "enum": ["brief", "balanced", "detailed"]}},
    output={
        "summary": "string",
        "method": {"type": "string", "enum": ["whole", "sentences", "keywords"]},
        "sentence_count": "integer",
        "reason": "string",
    },
    tools=["TextStatisticsTool", "ExtractiveSummaryTool", "KeywordExtractorTool"],
    tags=["summary", "summarize", "digest", "text", "article"],
)
class SummarizerAgent:
    """Decides how to shorten a text: not at all, to its telling sentences, or to its keywords.

    The policy: a text that is read in a few seconds stays whole. Of a longer one, the square root
    of its sentences is kept, halved or doubled as `detail` asks. A text without full sentences,
    such as a list, has no sentences to pick, so its keywords stand for it, and `method` says so.
    """

    def run(self, text: str, detail: Literal["brief", "balanced", "detailed"] = "balanced") -> dict:
        if detail not in FACTOR:
            raise ToolError("InvalidInput", f"`detail` is brief, balanced or detailed, not `{detail}`")
        size = call_tool("TextStatisticsTool", text=text)
        sentences, length = size["sentences"], size["characters"]
        if not size["words"]:
            raise ToolError("InvalidInput", "the text has no words")
        if length <= 240 or (sentences <= 2 and length <= 600):
            return answer(text.strip(), "whole", sentences, "it is short enough to be read as it is")
        wanted = max(1, min(50, round(FACTOR[detail] * sentences**0.5)))
        picked = call_tool("ExtractiveSummaryTool", text=text, max_sentences=wanted)
        kept = picked["sentences"]
        if not kept:
            keywords = call_tool("KeywordExtractorTool", text=text, limit=8)["keywords"]
            if not keywords:
                raise ToolError("InvalidInput", "the text has neither sentences nor telling words")
            return answer(", ".join(keywords), "keywords", 0, "it has no full sentences, so these are its keywords")
        reason = f"kept the most telling of its sentences: {len(kept)} of {sentences}"
        return answer(picked["summary"], "sentences", len(kept), reason)


def answer(summary: str, method: str, count: int, reason: str) -> dict:
    return {"summary": summary, "method": method, "sentence_count": count, "reason": reason}

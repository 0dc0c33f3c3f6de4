import json
import re

from pydantic import BaseModel, ValidationError


class ToolCall(BaseModel):
    name: str
    arguments: dict = {}


class LLMOutputParser:
    """Finds the call in what a model wrote, fenced or not."""

    FENCE = re.compile(r"```(?:json)?\s*(.*?)```", re.S)

    def parse(self, completion: str) -> ToolCall | None:
        for text in [*self.FENCE.findall(completion), completion]:
            start, end = text.find("{"), text.rfind("}")
            if start == -1 or end < start:
                continue
            try:
                return ToolCall(**json.loads(text[start : end + 1]))
            except (ValidationError, json.JSONDecodeError):
                continue
        return None

    def run(self, messages: list[dict]) -> dict:
        call = self.parse(messages[-1]["content"])
        return {"call": call.model_dump() if call else None}

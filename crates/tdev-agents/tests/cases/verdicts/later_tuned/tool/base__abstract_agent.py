from __future__ import annotations

import abc
import logging
from typing import Any, Protocol


class ChatModel(Protocol):
    def complete(self, messages: list[dict]) -> str: ...


class Agent(abc.ABC):
    """What every agent of the house has in common. Subclasses think."""

    name: str = "agent"
    system_prompt: str = ""

    def __init__(self, tools: list | None = None):
        self.tools = {tool.__name__: tool for tool in tools or []}
        self.log = logging.getLogger(self.name)

    @abc.abstractmethod
    def think(self, observation: str) -> str:
        """Decides what to do next."""

    @abc.abstractmethod
    def is_done(self, thought: str) -> bool: ...

    def describe(self) -> dict[str, Any]:
        return {"name": self.name, "tools": sorted(self.tools)}

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, Field


class AgentConfig(BaseModel):
    name: str
    model: str = "gpt-4o"
    system_prompt: str
    tools: list[str] = Field(default_factory=list)


class TeamConfig(BaseModel):
    mode: Literal["sequential", "router"] = "sequential"
    agents: list[AgentConfig]


def load_team(path: str) -> TeamConfig:
    return TeamConfig(**yaml.safe_load(Path(path).read_text()))


def run(path: str) -> dict:
    team = load_team(path)
    unknown = [t for a in team.agents for t in a.tools if not t.islower()]
    return {"agents": [a.name for a in team.agents], "unknown_tools": unknown}

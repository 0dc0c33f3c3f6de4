from agno.agent import Agent
from agno.models.openai import OpenAIChat
from agno.team import Team

ROLES = ["economist", "lawyer", "engineer"]


def expert(role: str) -> Agent:
    return Agent(name=role, model=OpenAIChat(id="gpt-4o"), instructions=f"You are an {role}.")


panel = Team(members=[expert(role) for role in ROLES], model=OpenAIChat(id="gpt-4o"))

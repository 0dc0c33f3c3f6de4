from crewai import Agent, LLM
from crewai_tools import SerperDevTool
from pydantic import BaseModel


class Findings(BaseModel):
    points: list[str]


researcher = Agent(
    role="Researcher", goal="Find what is new", backstory="Ten years in a library.",
    tools=[SerperDevTool()], llm=LLM(model="openai/gpt-4o"), verbose=True)


def run(topic: str) -> list[str]:
    return researcher.kickoff(f"What is new in {topic}?", response_format=Findings).pydantic.points

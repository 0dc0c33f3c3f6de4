import asyncio

from browser_use import Agent, Browser
from langchain_anthropic import ChatAnthropic


async def main(task: str):
    agent = Agent(task=task, llm=ChatAnthropic(model_name="claude-3-7-sonnet-latest"), browser=Browser())
    history = await agent.run(max_steps=20)
    return history.final_result()


asyncio.run(main("Find the cheapest train to Lyon"))

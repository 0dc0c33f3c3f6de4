from haystack.components.agents import Agent
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.tools import tool


@tool
def weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


agent = Agent(chat_generator=OpenAIChatGenerator(model="gpt-4o-mini"), tools=[weather], system_prompt="Help with weather.")
agent.warm_up()


def ask(messages: list) -> dict:
    return agent.run(messages=messages)

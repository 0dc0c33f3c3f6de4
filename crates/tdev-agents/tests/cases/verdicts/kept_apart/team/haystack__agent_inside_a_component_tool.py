from haystack.components.agents import Agent
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.components.websearch import SerperDevWebSearch
from haystack.tools import ComponentTool

research = Agent(
    chat_generator=OpenAIChatGenerator(model="gpt-4o-mini"),
    system_prompt="You research.",
    tools=[ComponentTool(component=SerperDevWebSearch())],
)
research_tool = ComponentTool(component=research, name="research", description="Researches a topic")
main = Agent(chat_generator=OpenAIChatGenerator(model="gpt-4o"), system_prompt="You coordinate.", tools=[research_tool])

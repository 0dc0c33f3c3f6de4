import asyncio

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.conditions import TextMentionTermination
from autogen_agentchat.teams import RoundRobinGroupChat
from autogen_ext.models.openai import OpenAIChatCompletionClient


async def main() -> None:
    client = OpenAIChatCompletionClient(model="gpt-4o")
    primary = AssistantAgent("primary", model_client=client)
    critic = AssistantAgent("critic", model_client=client, system_message="Say APPROVE when it is good.")
    team = RoundRobinGroupChat([primary, critic], termination_condition=TextMentionTermination("APPROVE"))
    async for message in team.run_stream(task="A short poem about autumn"):
        print(message)


asyncio.run(main())

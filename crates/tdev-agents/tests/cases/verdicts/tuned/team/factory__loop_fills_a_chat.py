from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.teams import SelectorGroupChat


def build(client, roles):
    people = []
    for name, what in roles.items():
        people.append(AssistantAgent(name, model_client=client, system_message=what))
    return SelectorGroupChat(people, model_client=client)

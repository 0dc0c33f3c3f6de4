from agent_framework import WorkflowBuilder
from agent_framework.azure import AzureOpenAIChatClient
from azure.identity import AzureCliCredential

client = AzureOpenAIChatClient(credential=AzureCliCredential())
writer = client.create_agent(name="writer", instructions="You write content.")
reviewer = client.create_agent(name="reviewer", instructions="You review content.")
workflow = WorkflowBuilder().set_start_executor(writer).add_edge(writer, reviewer).build()

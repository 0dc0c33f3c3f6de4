import os

from azure.ai.projects import AIProjectClient
from azure.identity import DefaultAzureCredential

project = AIProjectClient(endpoint=os.environ["PROJECT_ENDPOINT"], credential=DefaultAzureCredential())

with project:
    agent = project.agents.create_agent(model="gpt-4o", name="helper", instructions="You are a helpful agent")
    thread = project.agents.threads.create()
    project.agents.messages.create(thread_id=thread.id, role="user", content="Tell me a joke")
    run = project.agents.runs.create_and_process(thread_id=thread.id, agent_id=agent.id)
    print(run.status)

import yaml
from foreman import Agent, Office

CONFIG = yaml.safe_load("""
agents:
  - name: researcher
    prompt: Find sources.
    tools: [search]
  - name: writer
    prompt: Write from the sources.
    tools: []
""")


def search(query: str) -> list[str]:
    return []


TOOLS = {"search": search}


def build() -> Office:
    staff = [
        Agent(name=c["name"], system_prompt=c["prompt"], model="gpt-4o", tools=[TOOLS[t] for t in c["tools"]])
        for c in CONFIG["agents"]
    ]
    return Office(staff=staff)


def run(task: str) -> str:
    return build().work(task)

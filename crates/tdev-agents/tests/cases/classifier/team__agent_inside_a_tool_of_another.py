from strands import Agent, tool


@tool
def ask_lawyer(question: str) -> str:
    """Asks a specialist."""
    lawyer = Agent(system_prompt="You are a lawyer")
    return str(lawyer(question))


clerk = Agent(system_prompt="You answer letters", tools=[ask_lawyer])

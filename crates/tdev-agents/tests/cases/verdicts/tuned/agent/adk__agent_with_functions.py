import datetime

from google.adk.agents import Agent


def get_time(city: str) -> dict:
    """Tells the time in a city."""
    return {"status": "success", "time": datetime.datetime.now().isoformat()}


root_agent = Agent(
    name="time_agent",
    model="gemini-2.0-flash",
    description="Answers questions about time.",
    instruction="You answer what time it is in a city.",
    tools=[get_time],
)

from google.adk.agents import LlmAgent

from .booking import booking_agent
from .info import info_agent

root_agent = LlmAgent(
    name="coordinator",
    model="gemini-2.5-pro",
    instruction="Route to booking or info.",
    sub_agents=[booking_agent, info_agent],
)

from google.adk.agents import Agent
from google.adk.tools import agent_tool, google_search

searcher = Agent(model="gemini-2.0-flash", name="searcher", instruction="You search.", tools=[google_search])
root_agent = Agent(model="gemini-2.0-flash", name="root", tools=[agent_tool.AgentTool(agent=searcher)])

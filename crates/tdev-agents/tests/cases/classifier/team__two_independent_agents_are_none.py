from agno.agent import Agent
from agno.models.openai import OpenAIChat

fast = Agent(model=OpenAIChat(id="small"))
careful = Agent(model=OpenAIChat(id="large"))

fast.print_response("Why is the sky blue?")
careful.print_response("Why is the sky blue?")

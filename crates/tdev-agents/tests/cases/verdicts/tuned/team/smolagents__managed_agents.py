from smolagents import CodeAgent, LiteLLMModel, ToolCallingAgent, WebSearchTool

model = LiteLLMModel(model_id="anthropic/claude-3-5-sonnet-latest")
web = ToolCallingAgent(tools=[WebSearchTool()], model=model, name="web_search", description="Searches the web")
manager = CodeAgent(tools=[], model=model, managed_agents=[web])
manager.run("Which year will GPT training use more power than Norway?")

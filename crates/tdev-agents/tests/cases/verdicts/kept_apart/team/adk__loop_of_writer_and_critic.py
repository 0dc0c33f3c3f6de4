from google.adk.agents import LlmAgent, LoopAgent, SequentialAgent

MODEL = "gemini-2.0-flash"
first = LlmAgent(name="first", model=MODEL, instruction="Write.", output_key="draft")
critic = LlmAgent(name="critic", model=MODEL, instruction="Criticise {draft}.", output_key="criticism")
refiner = LlmAgent(name="refiner", model=MODEL, instruction="Refine {draft} by {criticism}.", output_key="draft")
root_agent = SequentialAgent(name="all", sub_agents=[first, LoopAgent(name="loop", sub_agents=[critic, refiner], max_iterations=5)])

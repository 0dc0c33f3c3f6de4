from llama_index.core.agent.workflow import AgentWorkflow, FunctionAgent
from llama_index.llms.openai import OpenAI

llm = OpenAI(model="gpt-4o")
research = FunctionAgent(name="Research", description="Searches", system_prompt="You research.", llm=llm, tools=[], can_handoff_to=["Write"])
write = FunctionAgent(name="Write", description="Writes", system_prompt="You write.", llm=llm, tools=[])
workflow = AgentWorkflow(agents=[research, write], root_agent="Research", initial_state={})

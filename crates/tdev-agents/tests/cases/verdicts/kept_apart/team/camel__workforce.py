from camel.agents import ChatAgent
from camel.models import ModelFactory
from camel.societies.workforce import Workforce

model = ModelFactory.create(model_platform="openai", model_type="gpt-4o")
search = ChatAgent("You search the web.", model=model)
plan = ChatAgent("You plan travels.", model=model)
force = Workforce("A travel group")
force.add_single_agent_worker("searches", worker=search).add_single_agent_worker("plans", worker=plan)

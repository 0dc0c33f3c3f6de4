from camel.agents import ChatAgent
from camel.models import ModelFactory
from camel.toolkits import SearchToolkit
from camel.types import ModelPlatformType, ModelType

model = ModelFactory.create(model_platform=ModelPlatformType.OPENAI, model_type=ModelType.GPT_4O)
agent = ChatAgent(system_message="You are a curious stone.", model=model, tools=SearchToolkit().get_tools())
print(agent.step("What is CAMEL?").msgs[0].content)

import agentscope
from agentscope.agents import DialogAgent, UserAgent
from agentscope.msghub import msghub
from agentscope.pipelines import sequentialpipeline

agentscope.init(model_configs="./models.json")
alice = DialogAgent(name="Alice", sys_prompt="You are Alice.", model_config_name="gpt-4")
bob = DialogAgent(name="Bob", sys_prompt="You are Bob.", model_config_name="gpt-4")

with msghub(participants=[alice, bob]) as hub:
    sequentialpipeline([alice, bob])

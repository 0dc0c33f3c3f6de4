from strands import Agent
from strands.models import BedrockModel
from strands_tools import calculator, http_request

agent = Agent(model=BedrockModel(model_id="us.amazon.nova-pro-v1:0"), system_prompt="You help with sums.", tools=[calculator, http_request])


def handler(event, context):
    return str(agent(event["prompt"]))

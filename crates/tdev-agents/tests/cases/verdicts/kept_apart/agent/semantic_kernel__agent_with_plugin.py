from semantic_kernel.agents import ChatCompletionAgent
from semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion
from semantic_kernel.functions import kernel_function


class Lights:
    @kernel_function
    def switch(self, on: bool) -> str:
        """Switches the light."""
        return "on" if on else "off"


async def ask(text: str) -> str:
    agent = ChatCompletionAgent(service=OpenAIChatCompletion(), name="House", instructions="You run a house.", plugins=[Lights()])
    return str(await agent.get_response(messages=text))

from typing import AsyncGenerator, Sequence

from autogen_agentchat.agents import BaseChatAgent
from autogen_agentchat.base import Response
from autogen_agentchat.messages import BaseChatMessage, TextMessage
from autogen_core import CancellationToken


class CountDownAgent(BaseChatAgent):
    def __init__(self, name: str, count: int = 3):
        super().__init__(name, "A simple agent that counts down.")
        self._count = count

    @property
    def produced_message_types(self) -> Sequence[type[BaseChatMessage]]:
        return (TextMessage,)

    async def on_messages(self, messages, cancellation_token: CancellationToken) -> Response:
        steps = [TextMessage(content=f"{i}...", source=self.name) for i in range(self._count, 0, -1)]
        return Response(chat_message=TextMessage(content="Done!", source=self.name), inner_messages=steps)

    async def on_reset(self, cancellation_token: CancellationToken) -> None:
        pass

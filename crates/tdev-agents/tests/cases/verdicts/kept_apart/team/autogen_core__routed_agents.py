from autogen_core import AgentId, MessageContext, RoutedAgent, SingleThreadedAgentRuntime, message_handler
from autogen_core.models import ChatCompletionClient, SystemMessage, UserMessage


class Writer(RoutedAgent):
    def __init__(self, client: ChatCompletionClient):
        super().__init__("writes")
        self._client = client

    @message_handler
    async def on_task(self, message: str, ctx: MessageContext) -> str:
        draft = await self._client.create([SystemMessage(content="Write."), UserMessage(content=message, source="user")])
        return await self.send_message(draft.content, AgentId("reviewer", "default"))


class Reviewer(RoutedAgent):
    def __init__(self, client: ChatCompletionClient):
        super().__init__("reviews")
        self._client = client

    @message_handler
    async def on_draft(self, message: str, ctx: MessageContext) -> str:
        return (await self._client.create([UserMessage(content=f"Review {message}", source="writer")])).content


async def main(client):
    runtime = SingleThreadedAgentRuntime()
    await Writer.register(runtime, "writer", lambda: Writer(client))
    await Reviewer.register(runtime, "reviewer", lambda: Reviewer(client))
    runtime.start()

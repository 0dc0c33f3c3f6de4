from google.adk.agents import BaseAgent, LlmAgent


class StoryFlow(BaseAgent):
    writer: LlmAgent
    critic: LlmAgent

    def __init__(self, name, writer, critic):
        super().__init__(name=name, writer=writer, critic=critic, sub_agents=[writer, critic])

    async def _run_async_impl(self, ctx):
        async for event in self.writer.run_async(ctx):
            yield event
        async for event in self.critic.run_async(ctx):
            yield event
        if ctx.session.state.get("tone") == "negative":
            async for event in self.writer.run_async(ctx):
                yield event


flow = StoryFlow(
    "story",
    writer=LlmAgent(name="writer", model="gemini-2.0-flash", instruction="Write.", output_key="story"),
    critic=LlmAgent(name="critic", model="gemini-2.0-flash", instruction="Judge the tone.", output_key="tone"),
)

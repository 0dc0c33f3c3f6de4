from flowsteps import Event, Start, Stop, Workflow, step
from flowsteps.llms import Mistral


class Drafted(Event):
    text: str


class LetterFlow(Workflow):
    llm = Mistral("mistral-large-latest")

    @step
    async def draft(self, event: Start) -> Drafted:
        answer = await self.llm.acomplete(f"Write a letter about {event.topic}")
        return Drafted(text=str(answer))

    @step
    async def tidy(self, event: Drafted) -> Stop:
        answer = await self.llm.acomplete(f"Correct the spelling only:\n{event.text}")
        return Stop(result=str(answer))


async def run(topic: str) -> str:
    return await LetterFlow(timeout=60).run(topic=topic)

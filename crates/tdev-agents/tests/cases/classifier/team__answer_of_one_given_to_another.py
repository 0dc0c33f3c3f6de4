import asyncio

from agents import Agent, Runner

outliner = Agent(name="outliner", instructions="Outline a story")
writer = Agent(name="writer", instructions="Write the story")


async def main(topic: str):
    outline = await Runner.run(outliner, topic)
    plan = outline.final_output
    story = await Runner.run(writer, f"Write: {plan}")
    return story.final_output


if __name__ == "__main__":
    asyncio.run(main("tides"))

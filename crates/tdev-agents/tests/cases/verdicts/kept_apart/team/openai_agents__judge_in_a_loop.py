from agents import Agent, Runner

writer = Agent(name="writer", instructions="Write an outline. Use feedback.")
judge = Agent(name="judge", instructions="Judge the outline; never pass it on the first try.")


async def main(topic: str) -> str:
    items = [{"role": "user", "content": topic}]
    while True:
        outline = await Runner.run(writer, items)
        items = outline.to_input_list()
        verdict = await Runner.run(judge, items)
        if verdict.final_output == "pass":
            return str(outline.final_output)
        items.append({"role": "user", "content": f"Feedback: {verdict.final_output}"})

from agents import Agent, Runner, handoff

spanish = Agent(name="Spanish", instructions="You only speak Spanish.")
english = Agent(name="English", instructions="You only speak English.")
triage = Agent(name="Triage", instructions="Hand off by language.", handoffs=[spanish, handoff(english)])


async def answer(text: str) -> str:
    return (await Runner.run(triage, text)).final_output

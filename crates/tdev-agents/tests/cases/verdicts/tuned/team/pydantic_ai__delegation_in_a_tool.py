from pydantic_ai import Agent, RunContext

selection = Agent("openai:gpt-4o", system_prompt="Use joke_factory to get jokes, then choose the best.")
generation = Agent("google-gla:gemini-1.5-flash", output_type=list[str])


@selection.tool
async def joke_factory(ctx: RunContext[None], count: int) -> list[str]:
    r = await generation.run(f"Please generate {count} jokes.", usage=ctx.usage)
    return r.output


result = selection.run_sync("Tell me a joke.")

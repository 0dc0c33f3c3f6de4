from pydantic_ai import FunctionToolset, RunContext


def temperature(ctx: RunContext[dict], city: str) -> float:
    """Temperature of a city for whichever agent takes this toolset."""
    return ctx.deps[city]


weather_toolset = FunctionToolset(tools=[temperature])

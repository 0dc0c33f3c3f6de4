from pydantic_ai import Agent

flights = Agent("openai:gpt-4o", output_type=str, system_prompt="Find a flight.")
seats = Agent("openai:gpt-4o", output_type=str, system_prompt="Extract the seat.")


async def book(request: str) -> str:
    flight = await flights.run(request)
    seat = await seats.run(f"A seat on {flight.output}")
    return seat.output

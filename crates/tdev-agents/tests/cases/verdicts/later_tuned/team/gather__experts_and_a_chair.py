import asyncio

from lightmind import Mind

legal = Mind(model="gpt-4o", instructions="You read contracts as a lawyer.")
finance = Mind(model="gpt-4o", instructions="You read contracts as an accountant.")
risk = Mind(model="gpt-4o", instructions="You read contracts as an insurer.")
chair = Mind(model="o3", instructions="You weigh the opinions and decide.")


async def decide(contract: str) -> str:
    opinions = await asyncio.gather(*(m.respond(contract) for m in (legal, finance, risk)))
    return await chair.respond("\n\n".join(o.text for o in opinions))


def main(contract: str) -> str:
    return asyncio.run(decide(contract))

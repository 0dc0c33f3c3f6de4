# result: "timed out"
import asyncio


async def wait():
    try:
        async with asyncio.timeout(0.01):
            await asyncio.Event().wait()
    except TimeoutError:
        return "timed out"


def run():
    return asyncio.run(wait())

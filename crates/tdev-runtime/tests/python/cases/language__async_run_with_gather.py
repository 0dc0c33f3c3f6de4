# input: {"names": ["b", "a"]}
# result: {"done": ["B", "A"], "order": ["a", "b"]}
import asyncio

from tdev import agent


@agent
class Fetcher:
    async def run(self, names: list) -> dict:
        order = []

        async def one(name, delay):
            await asyncio.sleep(delay)
            order.append(name)
            return name.upper()

        jobs = [one(name, 0.02 if name == "b" else 0.001) for name in names]
        return {"done": await asyncio.gather(*jobs), "order": order}

import asyncio
from collections.abc import AsyncIterator

from openai import AsyncOpenAI


class Storyteller:
    def __init__(self, client: AsyncOpenAI | None = None):
        self._client = client or AsyncOpenAI()

    async def tell(self, theme: str) -> AsyncIterator[str]:
        stream = await self._client.chat.completions.create(
            model="gpt-4o",
            stream=True,
            messages=[{"role": "user", "content": f"Tell a bedtime story about {theme}."}],
        )
        async for chunk in stream:
            if chunk.choices and chunk.choices[0].delta.content:
                yield chunk.choices[0].delta.content


async def run(theme: str) -> str:
    teller = Storyteller()
    return "".join([word async for word in teller.tell(theme)])


if __name__ == "__main__":
    print(asyncio.run(run("a lighthouse")))

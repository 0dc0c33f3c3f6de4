# code: ComponentFailed
# message: RuntimeError: the component awaits something that can never happen here
import asyncio


async def run():
    await asyncio.Event().wait()

import asyncio
import functools
import random


class ModelBusy(Exception):
    pass


def patient(attempts: int = 4, base: float = 0.5):
    """Wraps a coroutine that asks a model; tries again when the model is busy."""
    def around(ask):
        @functools.wraps(ask)
        async def patiently(*args, **kwargs):
            for attempt in range(attempts):
                try:
                    return await ask(*args, **kwargs)
                except ModelBusy:
                    if attempt + 1 == attempts:
                        raise
                    await asyncio.sleep(base * 2 ** attempt * random.random())
        return patiently
    return around


def cached(ask):
    kept = {}

    @functools.wraps(ask)
    async def remembered(prompt, **kwargs):
        key = (prompt, tuple(sorted(kwargs.items())))
        if key not in kept:
            kept[key] = await ask(prompt, **kwargs)
        return kept[key]
    return remembered

"""An asyncio loop for `async def run`: timers and tasks, no sockets, signals or threads."""

import asyncio
import time
from typing import Any, Coroutine


class _NoEvents:
    """Stands where a selector would: there is nothing to wait for but time."""

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise RuntimeError("the component awaits something that can never happen here")
        if timeout > 0:
            time.sleep(timeout)
        return []


class _TimerLoop(asyncio.BaseEventLoop):
    def __init__(self) -> None:
        super().__init__()
        self._selector = _NoEvents()

    def _process_events(self, event_list: list[Any]) -> None:
        return None

    def _write_to_self(self) -> None:
        return None


class _Policy(asyncio.events._AbstractEventLoopPolicy):
    """Makes asyncio.run(), inside a component, use this loop too."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None

    def get_event_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            raise RuntimeError("there is no current event loop")
        return self._loop

    def set_event_loop(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self._loop = loop

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return _TimerLoop()


asyncio.events._set_event_loop_policy(_Policy())


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)

"""Captures stdout and stderr line by line. The host counts the bytes and stops the component."""

import io
import sys

import wit_world

_LONGEST_LINE = 8192


class LineWriter(io.TextIOBase):
    """Holds at most one line, so that endless printing cannot grow memory."""

    def __init__(self, level: str) -> None:
        self._level = level
        self._parts: list[str] = []
        self._held = 0

    @property
    def encoding(self) -> str:
        return "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        start = 0
        while (end := text.find("\n", start)) >= 0:
            self._hold(text, start, end)
            self._emit()
            start = end + 1
        self._hold(text, start, len(text))
        return len(text)

    def flush(self) -> None:
        if self._held:
            self._emit()

    def _hold(self, text: str, start: int, end: int) -> None:
        while start < end:
            part = text[start : min(end, start + _LONGEST_LINE - self._held)]
            self._parts.append(part)
            self._held += len(part)
            start += len(part)
            if self._held >= _LONGEST_LINE:
                self._emit()

    def _emit(self) -> None:
        line = "".join(self._parts)
        self._parts.clear()
        self._held = 0
        emit(self._level, line)


def emit(level: str, line: str) -> None:
    """Sends one line. Lone surrogates are escaped: they have no UTF-8 form."""
    wit_world.log(level, line.encode("utf-8", "backslashreplace").decode("utf-8"))


_OUT = LineWriter("stdout")
_ERR = LineWriter("stderr")


def capture() -> None:
    sys.stdout = sys.__stdout__ = _OUT
    sys.stderr = sys.__stderr__ = _ERR
    # End of input at once, rather than a read of the host's closed stream.
    sys.stdin = sys.__stdin__ = io.StringIO("")


def flush() -> None:
    _OUT.flush()
    _ERR.flush()

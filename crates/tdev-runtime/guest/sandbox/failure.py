"""Explains a failure as JSON, bounded in size, in the component's own file and line numbers.

`{"code", "type", "message", "traceback", "line", "column", "retryable"}`; the codes are those of
`PythonError` on the host.
"""

import json
import traceback
from types import TracebackType

_LONGEST_MESSAGE = 4096
_LONGEST_TRACEBACK = 16384
_MOST_FRAMES = 30
_NO_PACKAGES = (
    "the sandbox has Python's standard library and tdev; "
    "a component that needs other packages sets runtime to 'process'"
)


class Refusal(Exception):
    """Raised by the sandbox itself: the fault is at its edge, so no traceback helps."""

    code = "ComponentFailed"


class InputInvalid(Refusal):
    code = "InputInvalid"


class ResultInvalid(Refusal):
    code = "ResultInvalid"


class EntryMissing(Refusal):
    code = "EntryMissing"


class SourceInvalid(Refusal):
    code = "ComponentSyntax"
    line = 0
    column = 0

    @classmethod
    def of(cls, error: BaseException) -> "SourceInvalid":
        refusal = cls(getattr(error, "msg", None) or str(error))
        refusal.line = getattr(error, "lineno", None) or 0
        refusal.column = getattr(error, "offset", None) or 0
        return refusal


def describe(error: BaseException, file: str) -> str:
    try:
        return _describe(error, file)
    except BaseException:  # out of memory or of stack while explaining
        return '{"code":"ComponentFailed","type":"Unknown","message":"it failed, and so did explaining it"}'


def _describe(error: BaseException, file: str) -> str:
    from tdev import ToolError

    if isinstance(error, Refusal):
        return _pack(
            error.code,
            "",
            str(error),
            line=getattr(error, "line", 0),
            column=getattr(error, "column", 0),
        )
    code, retryable = "ComponentFailed", False
    if isinstance(error, MemoryError):
        code = "ComponentOutOfMemory"
    elif isinstance(error, ToolError):
        code, retryable = str(error.code), bool(error.retryable)
    text, line = _trace(error, file)
    return _pack(
        code, type(error).__name__, _message(error), traceback=text, line=line, retryable=retryable
    )


def _message(error: BaseException) -> str:
    try:
        message = str(error)
    except Exception as broken:
        message = f"<no message: str() raised {type(broken).__name__}>"
    if isinstance(error, ModuleNotFoundError):
        message = f"{message}: {_NO_PACKAGES}"
    return message


def _trace(error: BaseException, file: str) -> tuple[str, int]:
    """The traceback from the component's first frame on, and the last line that is its own."""
    own = _skip_to(error.__traceback__, file)
    line, step = 0, own
    while step is not None:
        if step.tb_frame.f_code.co_filename == file:
            line = step.tb_lineno
        step = step.tb_next
    try:
        # Locals are never shown: they may hold secrets.
        parts = traceback.TracebackException(
            type(error), error, own, limit=-_MOST_FRAMES, compact=True
        )
        text = "".join(parts.format(colorize=False))
    except Exception:
        text = ""
    return text, line


def _skip_to(step: TracebackType | None, file: str) -> TracebackType | None:
    while step is not None and step.tb_frame.f_code.co_filename != file:
        step = step.tb_next
    return step


def _pack(code: str, kind: str, message: str, **more: object) -> str:
    trace = str(more.pop("traceback", ""))
    if len(trace) > _LONGEST_TRACEBACK:
        half = _LONGEST_TRACEBACK // 2
        trace = f"{trace[:half]}\n  ...\n{trace[-half:]}"
    if len(message) > _LONGEST_MESSAGE:
        message = f"{message[:_LONGEST_MESSAGE]}..."
    described = {"code": code, "type": kind, "message": message, "traceback": trace, **more}
    # A message may hold lone surrogates, which have no UTF-8 form.
    return _printable(json.dumps(described, ensure_ascii=False))


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")

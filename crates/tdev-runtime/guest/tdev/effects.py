"""The effects a component may ask the host for. Each is granted by the component's metadata."""

from __future__ import annotations

import json
from typing import Any, Literal

try:
    import wit_world
    from componentize_py_types import Err
except ImportError:  # an editor, or a test outside the sandbox
    wit_world = None  # type: ignore[assignment]

    class Err(Exception):  # type: ignore[no-redef]
        value: str


Level = Literal["debug", "info", "warning", "error"]


class ToolError(Exception):
    """A call that failed or was denied. Raise it yourself to fail with a code of your own.

    `code` is CamelCase and is what a workflow's retry and catch rules match.
    """

    def __init__(self, code: str, message: str = "", *, retryable: bool = False) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code
        self.message = message
        self.retryable = retryable


def call_tool(name: str, /, **input: Any) -> Any:
    """Runs a tool of the project by name and returns its result."""
    return _ask("call_tool", {"name": name, "input": input})


def call_agent(name: str, /, **input: Any) -> Any:
    """Runs an agent or team of the project by name and returns its result."""
    return _ask("call_agent", {"name": name, "input": input})


def llm(prompt: str, /, **options: Any) -> Any:
    """Asks the project's language model. Options: system, schema, max_tokens, temperature."""
    return _ask("llm", {"prompt": prompt, **options})


def secret(name: str, /) -> str:
    """A secret's value, if the component's metadata lists it. Never log it."""
    return _ask("secret", {"name": name})


def log(message: object, /, level: Level = "info", **fields: Any) -> None:
    """Writes one line to the run's log, with fields as JSON after it."""
    line = str(message)
    if fields:
        line = f"{line} {json.dumps(fields, ensure_ascii=False, default=str)}"
    if wit_world is None:
        print(line)
        return
    wit_world.log(level, line.encode("utf-8", "backslashreplace").decode("utf-8"))


def _ask(effect: str, payload: dict[str, Any]) -> Any:
    if wit_world is None:
        raise ToolError("HostMissing", f"{effect} works only where the component is run by tdev")
    try:
        text = json.dumps(payload, ensure_ascii=False, allow_nan=False)
        text.encode("utf-8")
    except (TypeError, ValueError) as error:
        raise ToolError("InvalidInput", f"the input has no JSON form: {error}") from None
    try:
        answer = wit_world.host_call(effect, text)
    except Err as refused:
        failure = json.loads(refused.value)
        raise ToolError(
            failure["code"], failure["message"], retryable=failure["retryable"]
        ) from None
    return json.loads(answer)

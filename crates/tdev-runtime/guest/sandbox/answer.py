"""Turns a component's result into JSON, or says exactly which part of it has no JSON form.

Beyond JSON's own types: a tuple is an array, a dataclass an object, an Enum its value, a date or
datetime its ISO 8601 text. Whole numbers must fit in 64 bits, so that no reader rounds them.
"""

import dataclasses
import datetime
import enum
import json
import math
import re
from typing import Any

from sandbox.failure import ResultInvalid

_DEEPEST = 100
_LARGE_NUMBER = re.compile(r"\d{19}")
_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=lambda value: _plain(value)
).encode


def to_json(result: Any) -> str:
    try:
        text = _encode(result)
        text.encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:  # UnicodeEncodeError is a ValueError
        _explain(result, "result", 0)
        raise ResultInvalid(f"the result has no JSON form: {error}") from None
    if _LARGE_NUMBER.search(text):
        _explain(result, "result", 0)
    return text


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _explain(value: Any, path: str, depth: int) -> None:
    """Raises for the first part that has no JSON form. Only walked when there may be one."""
    if depth > _DEEPEST:
        raise ResultInvalid(f"{path[:200]} is nested more than {_DEEPEST} deep, or holds itself")
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        _explain_text(value, path)
    elif isinstance(value, int):
        if not -(2**63) <= value < 2**64:
            raise ResultInvalid(f"{path} does not fit in 64 bits: return it as text")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ResultInvalid(f"{path} is {value}, which JSON does not have")
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, (str, int, float, bool, type(None))):
                raise ResultInvalid(f"{path} has a key of type {type(key).__name__}: use text")
            _explain(key, f"a key of {path}", depth + 1)
            _explain(item, f"{path}.{key}", depth + 1)
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            _explain(item, f"{path}[{index}]", depth + 1)
    else:
        try:
            plain = _plain(value)
        except TypeError:
            raise ResultInvalid(f"{path} is a {type(value).__name__}, which JSON does not have") from None
        _explain(plain, path, depth + 1)


def _explain_text(value: str, path: str) -> None:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ResultInvalid(f"{path} has a lone surrogate at position {error.start}") from None

"""Calls an entry with a JSON value.

The rule for arguments:
- An object's fields are passed by name. A missing or an unknown field is an error, unless the
  parameter has a default or the callable takes `**fields`.
- A callable with one parameter gets the whole object instead when the object has no field of the
  parameter's name and the parameter is annotated as a dict or Mapping, or has no annotation and
  is called input, inputs, data, payload, event or request.
- A value that is not an object goes to the only parameter.
A class is instantiated once, without arguments, and kept while its instance is warm; then `run`.
A coroutine is run to its end.
"""

import collections.abc
import inspect
import json
import typing
from typing import Any, Callable

from sandbox import answer, event_loop, loader
from sandbox.failure import EntryMissing, InputInvalid

_WHOLE_NAMES = {"input", "inputs", "data", "payload", "event", "request"}
_MAPPINGS = {dict, collections.abc.Mapping, collections.abc.MutableMapping}
_ready: dict[str, "_Entry"] = {}


def call(name: str, text: str) -> str:
    value = json.loads(text)
    found = _ready.get(name)
    if found is None:
        found = _ready[name] = _Entry(loader.entry(name))
    result = found(value)
    if inspect.iscoroutine(result):
        result = event_loop.run(result)
    return answer.to_json(result)


class _Entry:
    """An entry with its signature read once."""

    def __init__(self, thing: Any) -> None:
        self._function = _function(thing)
        parameters = list(inspect.signature(self._function).parameters.values())
        named = [p for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
        self._positional = [p.name for p in named if p.kind is p.POSITIONAL_ONLY]
        self._names = [p.name for p in named]
        self._required = [p.name for p in named if p.default is p.empty]
        self._open = any(p.kind is p.VAR_KEYWORD for p in parameters)
        self._single = named[0] if len(named) == 1 and len(parameters) == 1 else None

    def __call__(self, value: Any) -> Any:
        if not isinstance(value, dict):
            if self._single is None:
                raise InputInvalid("the input is not an object, so it fits no single parameter")
            return self._give(value)
        if self._single is not None and self._single.name not in value and _whole(self._single):
            return self._give(value)
        missing = [name for name in self._required if name not in value]
        if missing:
            raise InputInvalid(f"the input lacks {_quoted(missing)}; it takes {self._takes()}")
        if not self._open:
            unknown = [name for name in value if name not in self._names]
            if unknown:
                raise InputInvalid(f"the input has {_quoted(unknown)}, but it takes {self._takes()}")
        if not self._positional:
            return self._function(**value)
        first = [value.pop(name) for name in self._positional if name in value]
        return self._function(*first, **value)

    def _give(self, value: Any) -> Any:
        if self._single.kind is inspect.Parameter.KEYWORD_ONLY:
            return self._function(**{self._single.name: value})
        return self._function(value)

    def _takes(self) -> str:
        return _quoted(self._names) if self._names else "no fields"


def _function(thing: Any) -> Callable[..., Any]:
    if not inspect.isclass(thing):
        return thing
    if not callable(getattr(thing, "run", None)):
        raise EntryMissing(f"the class {thing.__name__} has no method run")
    return thing().run


def _whole(parameter: inspect.Parameter) -> bool:
    annotation = parameter.annotation
    if annotation is inspect.Parameter.empty:
        return parameter.name in _WHOLE_NAMES
    if isinstance(annotation, str):  # from __future__ import annotations
        return annotation.split("[")[0].split(".")[-1] in ("dict", "Dict", "Mapping")
    origin = typing.get_origin(annotation) or annotation
    return origin in _MAPPINGS or typing.is_typeddict(origin)


def _quoted(names: list[str]) -> str:
    return ", ".join(repr(name) for name in names)

"""Runs a component's module body once and finds the entry to call.

The rule for an entry, in order:
1. A name is given: the module's attribute of that name, or the component marked with that `name`.
2. No name: the only thing marked `@agent`, `@tool` or `@team`; else the only class defined in the
   module that has `run`; else the function `run` or `main`.
Anything else is an error that lists what the module has. Nothing is guessed.
"""

import inspect
import json
import linecache
import sys
import types
from typing import Any

from sandbox.failure import EntryMissing, SourceInvalid

_module: types.ModuleType | None = None
_file = "component.py"


def file() -> str:
    return _file


def load(name: str, source: str) -> str:
    global _module, _file
    if _module is not None:
        raise SourceInvalid("this instance already holds a component")
    _file = name
    # With no modification time, checkcache() never looks for the file on a disk that is not there.
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    try:
        code = compile(source, name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise SourceInvalid.of(error) from None
    module = types.ModuleType(_module_name(name))
    module.__file__ = name
    sys.modules[module.__name__] = module  # dataclasses and typing look themselves up
    exec(code, module.__dict__)
    _module = module
    return json.dumps({"components": [_label(thing) for thing in _marked()]})


def entry(name: str) -> Any:
    if _module is None:
        raise EntryMissing("no component is loaded")
    found = _named(name) if name else _only()
    if not callable(found) and not inspect.isclass(found):
        raise EntryMissing(f"{name!r} is a {type(found).__name__}, not a class or function")
    return found


def _module_name(file: str) -> str:
    name = file.removesuffix(".py").replace("/", ".").strip(".") or "component"
    # A component called json.py must not replace the standard library's.
    return f"{name}_component" if name in sys.modules or name == "__main__" else name


def _named(name: str) -> Any:
    found = getattr(_module, name, None)
    if found is not None:
        return found
    for thing in _marked():
        if _label(thing)["name"] == name:
            return thing
    raise EntryMissing(f"no component is named {name!r} in {_file}; it has: {_contents()}")


def _only() -> Any:
    for candidates in (_marked(), _runnable_classes(), _plain_functions()):
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            names = ", ".join(thing.__name__ for thing in candidates)
            raise EntryMissing(f"{_file} has several components ({names}): name one")
    raise EntryMissing(
        f"{_file} has no component: mark a class or a function with @agent, @tool or @team"
    )


def _own() -> list[Any]:
    things = [t for t in vars(_module).values() if getattr(t, "__module__", "") == _module.__name__]
    unique = {id(thing): thing for thing in things}  # an alias is not a second component
    return list(unique.values())


def _marked() -> list[Any]:
    # `__tdev__` is read from the thing itself: a subclass does not inherit its base's mark.
    return [t for t in _own() if "__tdev__" in getattr(t, "__dict__", {})]


def _label(thing: Any) -> dict[str, Any]:
    return thing.__dict__["__tdev__"]


def _runnable_classes() -> list[Any]:
    return [t for t in _own() if inspect.isclass(t) and callable(getattr(t, "run", None))]


def _plain_functions() -> list[Any]:
    return [t for t in _own() if inspect.isfunction(t) and t.__name__ in ("run", "main")]


def _contents() -> str:
    names = [t.__name__ for t in _own() if hasattr(t, "__name__") and not t.__name__.startswith("_")]
    return ", ".join(names[:20]) or "nothing"

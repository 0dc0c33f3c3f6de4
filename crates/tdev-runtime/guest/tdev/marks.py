"""Decorators and base classes that say what a component is. They change nothing about it."""

from __future__ import annotations

from typing import Any, Callable, TypeVar, TypedDict, Unpack, overload

T = TypeVar("T", bound=Callable[..., Any])
Schema = dict[str, Any] | str
"""JSON Schema, or the shorthand: "string", or {"text": "string"}."""


class Metadata(TypedDict, total=False):
    """What may be said about a component. All of it is optional."""

    name: str
    description: str
    version: str
    input: Schema
    output: Schema
    tools: list[str]
    members: list[str]
    tags: list[str]
    permissions: list[str]
    secrets: list[str]
    owner: str
    runtime: str


_KNOWN = frozenset(Metadata.__annotations__)


class Tool:
    """Does one thing, with no decision by a model."""

    def run(self, *args: Any, **fields: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no run")


class Agent:
    """Makes one decision by a model or an equivalent policy, and may call tools."""

    def run(self, *args: Any, **fields: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no run")


class Team:
    """Coordinates two or more agents."""

    members: list[str] = []

    def run(self, *args: Any, **fields: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no run")


@overload
def tool(component: T, /) -> T: ...
@overload
def tool(**metadata: Unpack[Metadata]) -> Callable[[T], T]: ...
def tool(component: T | None = None, /, **metadata: Any) -> Any:
    """Marks a class or function as a tool."""
    return _mark("tool", component, metadata)


@overload
def agent(component: T, /) -> T: ...
@overload
def agent(**metadata: Unpack[Metadata]) -> Callable[[T], T]: ...
def agent(component: T | None = None, /, **metadata: Any) -> Any:
    """Marks a class or function as an agent."""
    return _mark("agent", component, metadata)


@overload
def team(component: T, /) -> T: ...
@overload
def team(**metadata: Unpack[Metadata]) -> Callable[[T], T]: ...
def team(component: T | None = None, /, **metadata: Any) -> Any:
    """Marks a class or function as a team."""
    return _mark("team", component, metadata)


def _mark(kind: str, component: Any, metadata: dict[str, Any]) -> Any:
    unknown = sorted(set(metadata) - _KNOWN)
    if unknown:
        raise TypeError(f"@{kind} does not take {', '.join(unknown)}; it takes {', '.join(sorted(_KNOWN))}")
    if component is not None and not callable(component):
        raise TypeError(f"@{kind} takes keywords only, as in @{kind}(name=...)")

    def apply(thing: Any) -> Any:
        if not callable(thing):
            raise TypeError(f"@{kind} marks a class or a function, not a {type(thing).__name__}")
        name = metadata.get("name") or getattr(thing, "__name__", "")
        thing.__tdev__ = {"type": kind, **metadata, "name": name}
        return thing

    return apply if component is None else apply(component)

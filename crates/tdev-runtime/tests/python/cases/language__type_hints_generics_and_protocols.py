# input: {"values": [3, 1, 2]}
# result: 1
from __future__ import annotations

from typing import Protocol, TypedDict


class Comparable(Protocol):
    def __lt__(self, other) -> bool: ...


class Input(TypedDict):
    values: list[int]


def least[T: Comparable](items: list[T]) -> T:
    return min(items)


def run(values: Input) -> int:
    return least(values)

# result: {"point": {"x": 1, "y": [2, 3]}, "moved": {"x": 5, "y": []}, "equal": true}
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, order=True)
class Point:
    x: int
    y: list = field(default_factory=list)


def run():
    p = Point(1, [2, 3])
    return {"point": p, "moved": replace(p, x=5, y=[]), "equal": p == Point(1, [2, 3])}

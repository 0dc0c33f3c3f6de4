# result: {"colour": "red", "level": 2, "text": "b", "names": ["RED", "BLUE"]}
from enum import Enum, IntEnum, StrEnum


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    HIGH = 2


class Text(StrEnum):
    B = "b"


def run():
    return {"colour": Colour.RED, "level": Level.HIGH, "text": Text.B, "names": [c.name for c in Colour]}

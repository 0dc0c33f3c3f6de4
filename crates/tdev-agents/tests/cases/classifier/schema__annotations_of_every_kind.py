from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, Literal, Optional, TypedDict, Union

from tdev import tool


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


@dataclass
class Address:
    street: str
    zip: Optional[str] = None


class Order(TypedDict):
    id: int
    lines: list[dict[str, Any]]
    ship_to: Address


@tool
def price_order(
    order: Order,
    size: Size,
    mode: Literal["fast", "cheap"],
    due: date,
    rates: list[float],
    addresses: "list[Address]",
    amount: Union[int, float],
    anything: Any,
    untyped,
    note: str = "",
    parent: Optional[Order] = None,
    retries=3,
) -> Order: ...

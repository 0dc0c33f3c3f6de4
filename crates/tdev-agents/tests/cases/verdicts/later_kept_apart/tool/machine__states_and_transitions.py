from enum import Enum, auto


class State(Enum):
    CREATED = auto()
    PAID = auto()
    SHIPPED = auto()
    CLOSED = auto()


class OrderAgent:
    TRANSITIONS = {
        (State.CREATED, "pay"): State.PAID,
        (State.PAID, "ship"): State.SHIPPED,
        (State.SHIPPED, "confirm"): State.CLOSED,
    }

    def __init__(self):
        self.state = State.CREATED
        self.listeners = []

    def step(self, event: str) -> State:
        try:
            self.state = self.TRANSITIONS[self.state, event]
        except KeyError:
            raise ValueError(f"{event} is not possible when {self.state.name.lower()}") from None
        for listener in self.listeners:
            listener(self.state)
        return self.state

    def run(self, events: list[str]) -> str:
        for event in events:
            self.step(event)
        return self.state.name

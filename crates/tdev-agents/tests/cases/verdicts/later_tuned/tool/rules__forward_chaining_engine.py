"""Forward chaining over facts until nothing new follows."""
from dataclasses import dataclass, field
from typing import Callable


@dataclass
class Rule:
    name: str
    when: Callable[[dict], bool]
    then: Callable[[dict], dict]
    priority: int = 0


@dataclass
class Engine:
    rules: list[Rule] = field(default_factory=list)

    def decide(self, facts: dict) -> dict:
        fired: set[str] = set()
        while True:
            ready = [r for r in self.rules if r.name not in fired and r.when(facts)]
            if not ready:
                return facts
            best = max(ready, key=lambda r: r.priority)
            facts = {**facts, **best.then(facts)}
            fired.add(best.name)


def underwrite(applicant: dict) -> dict:
    engine = Engine([
        Rule("minor", lambda f: f["age"] < 18, lambda f: {"decision": "reject"}, priority=9),
        Rule("rich", lambda f: f["income"] > 90_000, lambda f: {"decision": "accept"}),
        Rule("default", lambda f: "decision" not in f, lambda f: {"decision": "review"}, priority=-1),
    ])
    return engine.decide(applicant)

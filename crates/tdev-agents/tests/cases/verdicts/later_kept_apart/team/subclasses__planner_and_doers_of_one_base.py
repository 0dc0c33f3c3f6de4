import json
from abc import ABC, abstractmethod

from mistralai import Mistral


class Thinker(ABC):
    model = "mistral-large-latest"

    def __init__(self, client):
        self.client = client

    @property
    @abstractmethod
    def words(self) -> str: ...

    def think(self, text: str) -> str:
        answer = self.client.chat.complete(model=self.model, messages=[
            {"role": "system", "content": self.words}, {"role": "user", "content": text}])
        return answer.choices[0].message.content


class Planner(Thinker):
    words = "Answer with a JSON list of steps."


class Doer(Thinker):
    model = "mistral-small-latest"
    words = "Do this one step and say what came out."


def run(goal: str) -> list[str]:
    client = Mistral()
    planner, doer = Planner(client), Doer(client)
    return [doer.think(step) for step in json.loads(planner.think(goal))]

from abc import ABC, abstractmethod

from transformers import pipeline


class Decider(ABC):
    @abstractmethod
    def decide(self, question: str) -> str: ...


class LocalDecider(Decider):
    def __init__(self, name="Qwen/Qwen2.5-0.5B-Instruct"):
        self.generate = pipeline("text-generation", model=name, device_map="auto")

    def decide(self, question: str) -> str:
        out = self.generate([{"role": "user", "content": question}], max_new_tokens=40)
        return out[0]["generated_text"][-1]["content"]


def run(question: str) -> dict:
    return {"decision": LocalDecider().decide(question)}

import json
from concurrent.futures import ThreadPoolExecutor

from anthropic import Anthropic

client = Anthropic()


class Claude:
    def __init__(self, system: str, model: str = "claude-3-7-sonnet-latest"):
        self.system, self.model = system, model

    def __call__(self, text: str) -> str:
        message = client.messages.create(model=self.model, max_tokens=2000, system=self.system,
                                         messages=[{"role": "user", "content": text}])
        return message.content[0].text


class Orchestrator:
    def __init__(self):
        self.lead = Claude("Split the question into at most four. Answer with a JSON list.")
        self.worker = Claude("Answer the one question you are given.")

    def run(self, question: str) -> str:
        parts = json.loads(self.lead(question))
        with ThreadPoolExecutor() as pool:
            answers = list(pool.map(self.worker, parts))
        return self.lead("Put together: " + "\n".join(answers))

import logging

from anthropic import Anthropic, APIError
from openai import OpenAI

log = logging.getLogger(__name__)


class Explainer:
    def __init__(self):
        self.first = Anthropic()
        self.second = OpenAI()

    def run(self, error: str) -> str:
        question = f"Explain this error to a beginner: {error}"
        try:
            answer = self.first.messages.create(
                model="claude-3-5-haiku-latest", max_tokens=400,
                messages=[{"role": "user", "content": question}])
            return answer.content[0].text
        except APIError:
            log.warning("the first model is down")
            answer = self.second.responses.create(model="gpt-4o-mini", input=question)
            return answer.output_text

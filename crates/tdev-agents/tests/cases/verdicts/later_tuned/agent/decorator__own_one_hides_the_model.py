import functools
import inspect

from anthropic import Anthropic

client = Anthropic()


def by_model(function):
    """The body is never run: the docstring tells the model what the function would do."""
    @functools.wraps(function)
    def answered(*args, **kwargs):
        bound = inspect.signature(function).bind(*args, **kwargs)
        message = client.messages.create(
            model="claude-sonnet-4-20250514",
            max_tokens=300,
            system=inspect.getdoc(function),
            messages=[{"role": "user", "content": repr(dict(bound.arguments))}],
        )
        return message.content[0].text
    return answered


@by_model
def urgency(ticket: str) -> str:
    """Say how urgent the ticket is: low, normal or high. One word."""


def run(ticket: str) -> dict:
    return {"ticket": ticket, "urgency": urgency(ticket)}

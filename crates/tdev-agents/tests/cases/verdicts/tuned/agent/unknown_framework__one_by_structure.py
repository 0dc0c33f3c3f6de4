from mindkit.core import Operative
from mindkit.providers import RemoteBrain

helper = Operative(
    brain=RemoteBrain("claude-sonnet-4-20250514"),
    instructions="You help people find books.",
    tools=[],
)


def ask(question: str) -> str:
    return helper.execute(question).text

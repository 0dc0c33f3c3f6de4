from unittest.mock import AsyncMock, MagicMock

import pytest


class FakeAgent:
    def __init__(self, answers):
        self.answers = list(answers)

    async def run(self, question):
        return self.answers.pop(0)


@pytest.fixture
def agent():
    return FakeAgent(["yes"])


async def test_agent_answers(agent):
    model = MagicMock()
    runner = AsyncMock(return_value="no")
    assert await agent.run("?") == "yes"
    assert await runner("?") == "no"

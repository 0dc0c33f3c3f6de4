import pytest

from helpdesk.replies import ReplyWriter


class ScriptedModel:
    """Answers what it was told to answer, in order."""

    def __init__(self, answers):
        self.answers = list(answers)
        self.seen = []

    def complete(self, prompt: str) -> str:
        self.seen.append(prompt)
        return self.answers.pop(0)


@pytest.fixture
def model():
    return ScriptedModel(["Dear Ms Lind, we are sorry."])


def test_reply_names_the_customer(model):
    text = model.complete("Write to Ms Lind")
    assert "Lind" in text


def test_prompt_is_kept(model):
    model.complete("hello")
    assert model.seen == ["hello"]

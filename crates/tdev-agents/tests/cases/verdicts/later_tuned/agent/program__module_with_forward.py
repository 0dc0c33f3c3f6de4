import promptlang as pl


class Question(pl.Signature):
    """Answer from the passages alone."""

    passages: list[str] = pl.InputField()
    question: str = pl.InputField()
    answer: str = pl.OutputField()


class Grounded(pl.Module):
    def __init__(self, index, k: int = 4):
        super().__init__()
        self.index = index
        self.k = k
        self.answer = pl.ChainOfThought(Question)

    def forward(self, question: str):
        passages = self.index.search(question, k=self.k)
        return self.answer(passages=passages, question=question)


def load(index):
    pl.configure(lm=pl.LM("openai/gpt-4o-mini"))
    return Grounded(index)

import dspy


class Check(dspy.Signature):
    """Tells whether the answer is right."""

    question: str = dspy.InputField()
    answer: str = dspy.OutputField()


def metric(example, prediction, trace=None) -> bool:
    return example.answer.strip().lower() == prediction.answer.strip().lower()

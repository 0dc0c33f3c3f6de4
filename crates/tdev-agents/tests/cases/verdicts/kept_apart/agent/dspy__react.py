import dspy

dspy.configure(lm=dspy.LM("openai/gpt-4o-mini"))


def evaluate_math(expression: str) -> float:
    return dspy.PythonInterpreter({}).execute(expression)


react = dspy.ReAct("question -> answer: float", tools=[evaluate_math])


def solve(question: str) -> float:
    return react(question=question).answer

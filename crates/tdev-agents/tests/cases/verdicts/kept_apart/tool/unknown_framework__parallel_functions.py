from pipekit import Parallel, Pipeline, Step


def load(path: str) -> str:
    return open(path).read()


def upper(text: str) -> str:
    return text.upper()


def count(text: str) -> int:
    return len(text)


pipeline = Pipeline(steps=[Step(load), Parallel(Step(upper), Step(count))], name="agents")

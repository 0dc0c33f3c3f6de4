# result: ["in", "body", "out", 3]
from contextlib import contextmanager

seen = []


@contextmanager
def scope():
    seen.append("in")
    yield
    seen.append("out")


def adder(n):
    def add(m):
        nonlocal n
        n += m
        return n

    return add


def run():
    with scope():
        seen.append("body")
    return [*seen, adder(1)(2)]

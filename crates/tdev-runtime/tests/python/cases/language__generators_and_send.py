# result: {"squares": [0, 1, 4, 9], "sent": [1, 3, 6], "chained": [1, 2, 3]}
def totals():
    total = 0
    while True:
        total += yield total


def chained():
    yield 1
    yield from [2, 3]


def run():
    t = totals()
    next(t)
    return {
        "squares": [n * n for n in range(4)],
        "sent": [t.send(n) for n in (1, 2, 3)],
        "chained": list(chained()),
    }

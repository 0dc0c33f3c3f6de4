# input: {"a": 1, "b": 2, "c": 3}
# result: [1, 2, 3]
def run(a, /, b, *, c):
    return [a, b, c]

# input: {"a": 1, "z": 26}
# result: [1, 2, {"z": 26}]
def run(a, b=2, **more):
    return [a, b, more]

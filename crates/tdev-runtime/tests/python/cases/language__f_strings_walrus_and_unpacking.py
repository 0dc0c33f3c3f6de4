# input: {"n": 7}
# result: {"text": "n=7 |  7.00|", "half": 3, "head": 1, "tail": [2, 3], "merged": {"a": 1, "b": 2}}
def run(n):
    head, *tail = [1, 2, 3]
    if (half := n // 2) > 1:
        return {"text": f"{n=} |{n:6.2f}|", "half": half, "head": head, "tail": tail, "merged": {"a": 1} | {"b": 2}}

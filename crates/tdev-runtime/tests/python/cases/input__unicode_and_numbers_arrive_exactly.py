# input: {"s": "日本 😀 \u0000", "i": 18446744073709551615, "f": 0.1, "n": null, "b": true}
# result: {"s": "日本 😀 \u0000", "i": 18446744073709551615, "f": 0.1, "n": null, "b": true}
def run(s, i, f, n, b):
    assert b is True and n is None and i == 2**64 - 1
    return {"s": s, "i": i, "f": f, "n": n, "b": b}

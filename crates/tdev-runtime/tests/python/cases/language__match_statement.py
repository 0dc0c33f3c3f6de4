# input: {"items": [1, "a", [1, 2], {"k": 5}, null]}
# result: ["int", "str a", "pair 1 2", "dict 5", "other"]
def kind(item):
    match item:
        case int():
            return "int"
        case str() as text:
            return f"str {text}"
        case [a, b]:
            return f"pair {a} {b}"
        case {"k": value}:
            return f"dict {value}"
        case _:
            return "other"


def run(items: list) -> list:
    return [kind(item) for item in items]

# input: {"n": 3}
# result: [9, 1, "square"]
import functools

from tdev import tool

calls = []


def counted(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        calls.append(kwargs)
        return [function(*args, **kwargs), len(calls), function.__name__]

    return wrapper


@tool
@counted
def square(n: int) -> int:
    return n * n

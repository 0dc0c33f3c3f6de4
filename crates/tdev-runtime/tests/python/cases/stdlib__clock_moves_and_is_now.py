# result: true
import time


def run():
    return time.time() > 1_700_000_000 and time.perf_counter() <= time.perf_counter()

# result: {"a": 1}
import json


def run():
    return json.loads('{"a": 1}')

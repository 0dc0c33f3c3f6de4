"""The functions that generated machines call; the other side has them in
crates/tdev-asl/examples/asl_diff/functions.rs."""


class Raised(Exception):
    def __init__(self, kind, message):
        super().__init__(message)
        self.payload = {"errorMessage": message, "errorType": kind}


def call(name, event):
    if name == "shape":
        return {
            "n": 3,
            "xs": [2, 1],
            "os": [{"id": 4, "k": "a"}],
            "o": {"k": "b", "n": 1},
            "event": event,
        }
    if name == "raise":
        raise Raised("Custom", "boom")
    if name == "flaky":
        if event["retry"] < event["fails"]:
            raise Raised("Busy", "try later")
        return event["value"]
    return event

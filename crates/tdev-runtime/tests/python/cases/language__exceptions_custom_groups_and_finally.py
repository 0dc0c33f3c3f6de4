# result: ["inner", "cause", "cleanup", ["a", "b"]]
class Own(Exception):
    pass


def run():
    seen = []
    try:
        try:
            raise Own("inner")
        except Own as error:
            seen.append(str(error))
            raise ValueError("cause") from error
    except ValueError as error:
        seen.append(str(error))
    finally:
        seen.append("cleanup")
    try:
        raise ExceptionGroup("many", [KeyError("a"), KeyError("b")])
    except* KeyError as group:
        seen.append([e.args[0] for e in group.exceptions])
    return seen

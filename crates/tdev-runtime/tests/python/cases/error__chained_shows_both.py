# code: ComponentFailed
# message: RuntimeError: second
# line: 8
def run():
    try:
        raise KeyError("first")
    except KeyError as e:
        raise RuntimeError("second") from e

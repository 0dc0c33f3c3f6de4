# result: "component"
state = "component"
if __name__ == "__main__":
    state = "script"


def run():
    return state

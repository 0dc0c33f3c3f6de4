# input: {"a": 1}
# code: ComponentFailed
# message: TypeError: helper() missing 1 required positional argument
# line: 10
def helper(x):
    return x


def run(a):
    return helper()

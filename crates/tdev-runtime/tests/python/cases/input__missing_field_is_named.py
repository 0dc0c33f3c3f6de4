# input: {"a": 1}
# code: InvalidInput
# message: the input lacks 'b'; it takes 'a', 'b', 'c'
def run(a, b, c=3):
    return a

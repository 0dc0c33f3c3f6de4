# input: {"a": 1, "bb": 2}
# code: InvalidInput
# message: the input has 'bb', but it takes 'a'
def run(a):
    return a

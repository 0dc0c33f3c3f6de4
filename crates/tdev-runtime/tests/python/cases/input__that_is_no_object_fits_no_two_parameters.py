# input: "text"
# code: InvalidInput
# message: the input is not an object
def run(a, b):
    return a

# entry: Adder
# code: InvalidComponent
# message: it has: add
def add(a, b):
    return a + b

# input: {"x": 1}
# result: {"x": 1}
def run(input):
    return input

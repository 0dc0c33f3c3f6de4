# input: [1, 2]
# result: 3
def run(numbers):
    return sum(numbers)

# code: InvalidComponent
# message: line 5 column 15: invalid syntax
# line: 5
def run():
    return 1 +* 2

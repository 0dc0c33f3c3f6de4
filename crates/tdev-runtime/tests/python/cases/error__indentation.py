# code: InvalidComponent
# message: expected an indented block
# line: 5
def run():
return 1

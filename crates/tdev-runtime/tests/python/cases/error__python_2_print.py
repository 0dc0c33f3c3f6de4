# code: InvalidComponent
# message: Missing parentheses in call to 'print'
# line: 5
def run():
    print "x"

# code: ComponentFailed
# message: RecursionError
def run(n=0):
    return run(n + 1)

# code: ComponentFailed
# message: EOFError
def run():
    return input("name? ")

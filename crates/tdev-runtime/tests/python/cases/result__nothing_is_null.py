# result: null
def run():
    pass

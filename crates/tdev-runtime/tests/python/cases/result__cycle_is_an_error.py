# code: SchemaMismatch
# message: holds itself
def run():
    x = []
    x.append(x)
    return x

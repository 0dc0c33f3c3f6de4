# code: SchemaMismatch
def run():
    x = []
    for _ in range(300):
        x = [x]
    return x

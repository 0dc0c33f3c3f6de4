# code: SchemaMismatch
# message: result is a generator
def run():
    yield 1

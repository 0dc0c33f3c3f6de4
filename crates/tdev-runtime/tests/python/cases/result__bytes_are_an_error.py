# code: SchemaMismatch
# message: result is a bytes
def run():
    return b"x"

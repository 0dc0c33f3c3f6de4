# code: SchemaMismatch
# message: result.big does not fit in 64 bits: return it as text
def run():
    return {"big": 2**64}

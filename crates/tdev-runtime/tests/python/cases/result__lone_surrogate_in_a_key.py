# code: SchemaMismatch
# message: a key of result has a lone surrogate at position 0
def run():
    return {"\udfff": 1}

# code: SchemaMismatch
# message: result.text has a lone surrogate at position 1
def run():
    return {"text": "a\ud800"}

# code: SchemaMismatch
# message: result.items[1].tags is a set, which JSON does not have
def run():
    return {"items": [{"tags": []}, {"tags": {1}}]}

# code: ComponentFailed
# message: KeyError: 'missing'
# line: 4
x = {}["missing"]


def run():
    return x

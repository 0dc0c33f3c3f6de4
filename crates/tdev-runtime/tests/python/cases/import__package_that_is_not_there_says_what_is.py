# code: ComponentFailed
# message: No module named 'numpy': the sandbox has Python's standard library
# line: 5
def run():
    import numpy

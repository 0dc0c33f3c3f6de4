# code: InvalidComponent
# message: has several components (one, two): name one
from tdev import tool


@tool
def one():
    return 1


@tool
def two():
    return 2

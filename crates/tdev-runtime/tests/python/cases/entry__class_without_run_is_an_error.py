# entry: Thing
# code: InvalidComponent
# message: the class Thing has no method run
class Thing:
    pass

# input: {"celsius": 100}
# result: {"fahrenheit": 212.0, "slots": false, "error": "AttributeError"}
class Temperature:
    __slots__ = ("_c",)

    def __init__(self, c):
        self._c = c

    @property
    def fahrenheit(self):
        return self._c * 9 / 5 + 32


def run(celsius):
    t = Temperature(celsius)
    try:
        t.other = 1
    except AttributeError as error:
        return {"fahrenheit": t.fahrenheit, "slots": hasattr(t, "__dict__"), "error": type(error).__name__}

from tdev import tool


@tool
class Greeter:
    def run(self, name, age=None, formal: bool = False):
        """Greets somebody.

        :param str name: Who is greeted.
        :param age: How old they are.
        :type age: int or None
        :param formal: Whether to use the surname: it is safer.
        :returns: The words.
        :rtype: str
        """
        return words(name, age, formal)

class Team:
    def __init__(self, members):
        self.members = members

    def run(self, value):
        for member in self.members:
            value = member(value)
        return value


def trim(text):
    return text.strip()


def lower(text):
    return text.lower()


cleaning = Team(members=[trim, lower])


def clean(text: str) -> str:
    return cleaning.run(text)

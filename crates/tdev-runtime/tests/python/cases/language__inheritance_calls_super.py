# input: {"name": "ada"}
# result: {"greeting": "Hello, Ada!", "kinds": ["Polite", "Base"]}
from tdev import Agent, agent


class Base(Agent):
    mark = "."

    def greet(self, name: str) -> str:
        return f"Hello, {name.title()}{self.mark}"


@agent(name="PoliteAgent", description="Greets", input={"name": "string"}, tags=["demo"])
class Polite(Base):
    mark = "!"

    def greet(self, name: str) -> str:
        return super().greet(name)

    def run(self, name: str) -> dict:
        kinds = [c.__name__ for c in type(self).__mro__ if c.__module__ == type(self).__module__]
        return {"greeting": self.greet(name), "kinds": kinds}

# result: "base"
from tdev import tool


@tool
class Base:
    def run(self):
        return "base"


class Variant(Base):
    def run(self):
        return "variant"

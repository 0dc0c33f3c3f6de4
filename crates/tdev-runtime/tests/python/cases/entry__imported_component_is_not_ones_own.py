# result: "mine"
from tdev import Agent, Team, Tool, agent


@agent
class Mine(Agent):
    def run(self):
        return "mine"

from mesa import Agent, Model


class Walker(Agent):
    def step(self):
        self.position += self.random.choice([-1, 1])


class Street(Model):
    def __init__(self, count: int):
        super().__init__()
        self.walkers = [Walker(self) for _ in range(count)]

    def step(self):
        for walker in self.walkers:
            walker.step()
